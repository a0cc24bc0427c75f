/* SPDX-License-Identifier: MIT
 * The one place that reads Heroku's variables. */
#include "credentials.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "log.h"
#include "options.h"
#include "pem.h"
#include "pem_file.h"
#include "secret.h"
#include "security_options.h"
#include "text.h"

enum {
    NAME_SIZE = 200 /* of a source, in messages: "ssl_ca_location = \"ca.pem\"" */
};

/* --- Heroku ------------------------------------------------------------------------------- */

static void set_text(const struct kf_option *option, void *options, const char *text)
{
    memcpy((char *)options + option->field, &text, sizeof text);
}

/* @return false: out of memory */
static bool put_prefix(struct kf_credentials *lent, const struct kf_option_table *table,
                       void *options, const char *name)
{
    const struct kf_option *option = kf_option_find(table, name);
    const char *names = option ? kf_option_text(option, options) : NULL;
    if (!names || !*names)
        return true;
    char *prefixed = kf_heroku_prefixed(lent->heroku.prefix, names);
    if (!prefixed)
        return false;
    lent->names[lent->name_count++] = prefixed;
    set_text(option, options, prefixed);
    return true;
}

static bool put_prefixes(struct kf_credentials *lent, const struct kf_option_table *table,
                         void *options)
{
    return put_prefix(lent, table, options, "topics") &&
           put_prefix(lent, table, options, "consumer_group") &&
           put_prefix(lent, table, options, "dead_letter_topic");
}

static void take_heroku(const struct kf_heroku *heroku, struct kf_security_options *security)
{
    security->protocol = heroku->tls ? "ssl" : "plaintext";
    security->ca = (struct kf_pem_source){ .pem_option = "heroku_kafka_env: KAFKA_TRUSTED_CERT",
                                           .pem = heroku->ca_pem };
    security->certificate =
        (struct kf_pem_source){ .pem_option = "heroku_kafka_env: KAFKA_CLIENT_CERT",
                                .pem = heroku->certificate_pem };
    security->key = (struct kf_pem_source){ .pem_option = "heroku_kafka_env: KAFKA_CLIENT_CERT_KEY",
                                            .pem = heroku->key_pem };
}

/* @return false: out of memory */
static bool read_heroku(struct kf_credentials *lent, const struct kf_option_table *table,
                        void *options, struct kf_security_options *security,
                        struct kf_problems *problems)
{
    const struct kf_heroku_variables variables = {
        .url = secure_getenv("KAFKA_URL"),
        .trusted_cert = secure_getenv("KAFKA_TRUSTED_CERT"),
        .client_cert = secure_getenv("KAFKA_CLIENT_CERT"),
        .client_cert_key = secure_getenv("KAFKA_CLIENT_CERT_KEY"),
        .prefix = secure_getenv("KAFKA_PREFIX"),
    };
    if (!kf_heroku_read(&lent->heroku, &variables, problems))
        return false;
    if (lent->heroku.endpoints)
        set_text(kf_option_find(table, "endpoints"), options, lent->heroku.endpoints);
    take_heroku(&lent->heroku, security);
    return !lent->heroku.prefix || put_prefixes(lent, table, options);
}

/* --- PEM texts ---------------------------------------------------------------------------- */

/* @return false: out of memory; a file that can not be read is a problem, and no text */
static bool load(const struct kf_pem_source *source, char **text, char name[NAME_SIZE],
                 struct kf_problems *problems)
{
    bool failed = false;
    char shown[120];
    kaffe_error why;
    snprintf(name, NAME_SIZE, "%s", kf_pem_source_name(source));
    if (!source->location) {
        *text = kf_text_copy(source->pem, &failed);
        return !failed;
    }
    kf_log_quote(shown, sizeof shown, source->location);
    snprintf(name, NAME_SIZE, "%s = \"%s\"", source->location_option, shown);
    kaffe_status status = kf_pem_file_read(source->location, text, &why);
    if (status == KAFFE_FAILED)
        kf_problems_add(problems, "%s: %s", name, why.message);
    return status != KAFFE_NO_MEMORY;
}

static bool is_empty(const struct kf_pem_source *source)
{
    const char *said = source->location ? source->location : source->pem;
    return !said || !*said; /* an empty one has been refused by the table */
}

/* @return false: out of memory */
static bool load_trusted(const struct kf_pem_source *source, struct kf_security_settings *settings,
                         struct kf_problems *problems)
{
    char name[NAME_SIZE];
    if (is_empty(source))
        return true;
    if (!load(source, &settings->ca_pem, name, problems))
        return false;
    if (settings->ca_pem)
        kf_pem_check_trusted(&(struct kf_pem_text){ name, settings->ca_pem }, problems);
    return true;
}

/* @return false: out of memory */
static bool load_identity(const struct kf_security_options *security,
                          struct kf_security_settings *settings, struct kf_problems *problems)
{
    char name[NAME_SIZE];
    char key_name[NAME_SIZE];
    if (is_empty(&security->certificate) || is_empty(&security->key))
        return true;
    if (!load(&security->certificate, &settings->certificate_pem, name, problems) ||
        !load(&security->key, &settings->key_pem, key_name, problems))
        return false;
    if (settings->certificate_pem && settings->key_pem)
        kf_pem_check_identity(&(struct kf_pem_text){ name, settings->certificate_pem },
                              &(struct kf_pem_text){ key_name, settings->key_pem },
                              settings->key_password, time(NULL), problems);
    return true;
}

/* --- all ---------------------------------------------------------------------------------- */

bool kf_credentials_read(struct kf_credentials *lent, const struct kf_option_table *table,
                         void *options, kaffe_token_fn token, void *token_ctx,
                         struct kf_security_settings *settings, struct kf_problems *problems)
{
    struct kf_security_options security;
    *lent = (struct kf_credentials){ 0 };
    kf_security_options_take(&security, table, options);
    security.token = token;
    security.token_ctx = token_ctx;
    if (security.heroku && !read_heroku(lent, table, options, &security, problems))
        return false;
    bool memory = kf_security_options_read(&security, settings, problems) &&
                  load_trusted(&security.ca, settings, problems) &&
                  load_identity(&security, settings, problems);
    if (security.heroku) /* there, certificates name no host */
        settings->verify_host = false;
    if (memory && lent->heroku.prefix) {
        settings->name_prefix = kf_text_copy(lent->heroku.prefix, &(bool){ false });
        memory = settings->name_prefix != NULL;
    }
    return memory;
}

void kf_credentials_fini(struct kf_credentials *lent)
{
    kf_heroku_fini(&lent->heroku);
    for (int i = 0; i < lent->name_count; i++)
        free(lent->names[i]);
    *lent = (struct kf_credentials){ 0 };
}
