/* SPDX-License-Identifier: MIT */
#include "security_options.h"

#include <string.h>
#include <strings.h>

#include "kafka_properties.h"
#include "options.h"
#include "text.h"
#include "word.h"

/* --- taking ------------------------------------------------------------------------------- */

static const char *text_of(const struct kf_option_table *table, const void *options,
                           const char *name)
{
    return kf_option_text(kf_option_find(table, name), options);
}

static struct kf_pem_source source_of(const struct kf_option_table *table, const void *options,
                                      const char *location, const char *pem)
{
    return (struct kf_pem_source){ .location_option = location,
                                   .pem_option = pem,
                                   .location = text_of(table, options, location),
                                   .pem = text_of(table, options, pem) };
}

/* An identity provider that librdkafka asks, or tokens that it makes up: a producer's. */
static bool gets_tokens_itself(const struct kf_option_table *table, const void *options)
{
    const struct kf_option *kafka = kf_option_find(table, "kafka");
    const kaffe_property *properties;
    size_t count;
    memcpy(&properties, (const char *)options + kafka->field, sizeof properties);
    memcpy(&count, (const char *)options + kafka->count_field, sizeof count);
    if (table->client != KF_CLIENT_PRODUCER || !properties)
        return false;
    return kf_kafka_property_value(properties, count, "sasl.oauthbearer.method") ||
           kf_kafka_property_value(properties, count, "enable.sasl.oauthbearer.unsecure.jwt");
}

void kf_security_options_take(struct kf_security_options *security,
                              const struct kf_option_table *table, const void *options)
{
    const struct kf_option *heroku = kf_option_find(table, "heroku_kafka_env");
    *security = (struct kf_security_options){
        .protocol = text_of(table, options, "security_protocol"),
        .ca = source_of(table, options, "ssl_ca_location", "ssl_ca_pem"),
        .certificate = source_of(table, options, "ssl_certificate_location", "ssl_certificate_pem"),
        .key = source_of(table, options, "ssl_key_location", "ssl_key_pem"),
        .key_password = text_of(table, options, "ssl_key_password"),
        .mechanism = text_of(table, options, "sasl_mechanism"),
        .username = text_of(table, options, "sasl_username"),
        .password = text_of(table, options, "sasl_password"),
        .token_command = text_of(table, options, "sasl_oauthbearer_token_command"),
        .token_elsewhere = gets_tokens_itself(table, options),
    };
    memcpy(&security->heroku, (const char *)options + heroku->field, sizeof security->heroku);
}

const char *kf_pem_source_name(const struct kf_pem_source *source)
{
    return source->location ? source->location_option : source->pem_option;
}

bool kf_pem_source_is_given(const struct kf_pem_source *source)
{
    return source->location || source->pem;
}

/* --- TLS ---------------------------------------------------------------------------------- */

static void check_source(const struct kf_pem_source *source, bool tls, struct kf_problems *problems)
{
    if (source->location && source->pem)
        kf_problems_add(problems, "%s: %s is given, too: leave one of them out",
                        source->location_option, source->pem_option);
    if (kf_pem_source_is_given(source) && !tls)
        kf_problems_add(problems, "%s: needs security_protocol ssl, or sasl_ssl",
                        kf_pem_source_name(source));
}

static void check_pair(const struct kf_security_options *security, struct kf_problems *problems)
{
    bool certificate = kf_pem_source_is_given(&security->certificate);
    bool key = kf_pem_source_is_given(&security->key);
    if (certificate && !key)
        kf_problems_add(problems, "%s: its key is missing: set ssl_key_location, or ssl_key_pem",
                        kf_pem_source_name(&security->certificate));
    if (key && !certificate)
        kf_problems_add(problems,
                        "%s: its certificate is missing: set ssl_certificate_location, or "
                        "ssl_certificate_pem",
                        kf_pem_source_name(&security->key));
    if (security->key_password && !key)
        kf_problems_add(problems, "ssl_key_password: there is no key that it is for: set "
                                  "ssl_key_location, or ssl_key_pem");
}

static void check_tls(const struct kf_security_options *security, bool tls,
                      struct kf_problems *problems)
{
    check_source(&security->ca, tls, problems);
    check_source(&security->certificate, tls, problems);
    check_source(&security->key, tls, problems);
    check_pair(security, problems);
}

/* --- SASL --------------------------------------------------------------------------------- */

static bool has_token(const struct kf_security_options *security)
{
    return security->token || security->token_command;
}

static void check_without_login(const struct kf_security_options *security,
                                struct kf_problems *problems)
{
    const struct {
        const char *name;
        bool given;
    } all[] = {
        { "sasl_mechanism", security->mechanism != NULL },
        { "sasl_username", security->username != NULL },
        { "sasl_password", security->password != NULL },
        { "sasl_oauthbearer_token_command", security->token_command != NULL },
        { "sasl_oauthbearer_token", security->token != NULL },
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i].given)
            kf_problems_add(problems, "%s: needs security_protocol sasl_ssl, or sasl_plaintext",
                            all[i].name);
}

static void check_token(const struct kf_security_options *security, struct kf_problems *problems)
{
    if (security->username)
        kf_problems_add(problems, "sasl_username: OAUTHBEARER logs in by a token: leave it out");
    if (security->password)
        kf_problems_add(problems, "sasl_password: OAUTHBEARER logs in by a token: leave it out");
    if (security->token && security->token_command)
        kf_problems_add(problems, "sasl_oauthbearer_token_command: sasl_oauthbearer_token is "
                                  "given, too: leave one of them out");
    if (!has_token(security) && !security->token_elsewhere)
        kf_problems_add(problems, "sasl_mechanism = \"OAUTHBEARER\": where its tokens come from is "
                                  "missing: set sasl_oauthbearer_token_command, or in C "
                                  "sasl_oauthbearer_token");
}

static void check_password(const struct kf_security_options *security, const char *mechanism,
                           struct kf_problems *problems)
{
    if (!security->username)
        kf_problems_add(problems, "sasl_username is required: sasl_mechanism is %s", mechanism);
    if (!security->password)
        kf_problems_add(problems, "sasl_password is required: sasl_mechanism is %s", mechanism);
    if (has_token(security))
        kf_problems_add(problems, "%s: needs sasl_mechanism OAUTHBEARER",
                        security->token ? "sasl_oauthbearer_token"
                                        : "sasl_oauthbearer_token_command");
}

static enum kf_sasl_mechanism mechanism_of(const char *word)
{
    for (int mechanism = KF_SASL_PLAIN; mechanism <= KF_SASL_OAUTHBEARER; mechanism++)
        if (strcasecmp(kf_sasl_mechanism_text((enum kf_sasl_mechanism)mechanism), word) == 0)
            return (enum kf_sasl_mechanism)mechanism;
    return KF_SASL_NONE;
}

static void check_login(const struct kf_security_options *security, bool login,
                        enum kf_sasl_mechanism mechanism, struct kf_problems *problems)
{
    if (!login)
        check_without_login(security, problems);
    else if (!security->mechanism)
        kf_problems_add(problems,
                        "sasl_mechanism is required: security_protocol is %s: one of PLAIN, "
                        "SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER",
                        security->protocol);
    else if (mechanism == KF_SASL_OAUTHBEARER)
        check_token(security, problems);
    else if (mechanism != KF_SASL_NONE) /* else the table has said so */
        check_password(security, kf_sasl_mechanism_text(mechanism), problems);
}

/* --- both --------------------------------------------------------------------------------- */

/* An unknown one has been refused by the table, and nothing can be said of the rest. */
static bool is_protocol(const char *word)
{
    return kf_word_among_any_case("plaintext, ssl, sasl_plaintext, sasl_ssl", word);
}

static bool fill_in(const struct kf_security_options *security,
                    struct kf_security_settings *settings)
{
    bool failed = false;
    settings->key_password = kf_text_copy(security->key_password, &failed);
    settings->username = kf_text_copy(security->username, &failed);
    settings->password = kf_text_copy(security->password, &failed);
    settings->token_command = kf_text_copy(security->token_command, &failed);
    settings->token = security->token;
    settings->token_ctx = security->token_ctx;
    return !failed;
}

bool kf_security_options_read(const struct kf_security_options *security,
                              struct kf_security_settings *settings, struct kf_problems *problems)
{
    const char *protocol = security->protocol ? security->protocol : "plaintext";
    if (!is_protocol(protocol))
        return true;
    bool login = strncasecmp(protocol, "sasl_", strlen("sasl_")) == 0;
    enum kf_sasl_mechanism mechanism =
        security->mechanism ? mechanism_of(security->mechanism) : KF_SASL_NONE;
    settings->tls = strcasecmp(protocol, "ssl") == 0 || strcasecmp(protocol, "sasl_ssl") == 0;
    settings->verify_host = settings->tls;
    settings->mechanism = login ? mechanism : KF_SASL_NONE;
    check_tls(security, settings->tls, problems);
    check_login(security, login, mechanism, problems);
    return fill_in(security, settings);
}
