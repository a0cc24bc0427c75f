/* SPDX-License-Identifier: MIT */
#include "heroku.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "endpoints.h"
#include "secret.h"
#include "text.h"

#define SAYS "heroku_kafka_env: "

/* --- the URL ------------------------------------------------------------------------------ */

static bool is_set(const char *value)
{
    return value && *value;
}

/* An endpoint that is missing may be one that got lost. */
static bool has_empty_entry(const char *url)
{
    for (;;) {
        url += strspn(url, " \t\r\n\v\f"); /* what the split drops */
        size_t size = strcspn(url, ",");
        if (size == 0)
            return true;
        if (url[size] == '\0')
            return false;
        url += size + 1;
    }
}

/* The first scheme says what the others have to be. */
static void check_schemes(const struct kf_endpoint_list *list, const struct kf_text_list *entries,
                          struct kf_problems *problems)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].scheme == KF_SCHEME_NONE)
            kf_problems_add(problems,
                            SAYS "KAFKA_URL: \"%s\": write kafka+ssl:// before it, or kafka://",
                            entries->items[i]);
        else if (list->items[i].scheme != list->items[0].scheme &&
                 list->items[0].scheme != KF_SCHEME_NONE)
            kf_problems_add(problems,
                            SAYS "KAFKA_URL: \"%s\": the first has another scheme: all need the "
                                 "same",
                            entries->items[i]);
    }
}

static char *without_schemes(const struct kf_endpoint_list *list)
{
    char *text = calloc(list->count + 1, KF_ENDPOINT_TEXT_SIZE + 1);
    char *end = text;
    for (size_t i = 0; text && i < list->count; i++) {
        if (i > 0)
            *end++ = ',';
        kf_endpoint_text(&list->items[i], end, KF_ENDPOINT_TEXT_SIZE);
        end += strlen(end);
    }
    return text;
}

/* @return false: out of memory */
static bool read_entries(struct kf_endpoint_list *list, const struct kf_text_list *entries,
                         struct kf_problems *problems)
{
    kaffe_error err;
    for (size_t i = 0; i < entries->count; i++) {
        kaffe_status status = kf_endpoints_add(list, entries->items[i], &err);
        if (status == KAFFE_NO_MEMORY)
            return false;
        if (status != KAFFE_OK)
            kf_problems_add(problems, SAYS "KAFKA_URL: %s", err.message);
    }
    return true;
}

bool kf_heroku_read_url(struct kf_heroku *heroku, const char *url, struct kf_problems *problems)
{
    struct kf_text_list entries;
    struct kf_endpoint_list list = { 0 };
    size_t found = problems->count;
    if (!kf_endpoints_split(&entries, url))
        return false;
    if (entries.count == 0 || has_empty_entry(url))
        kf_problems_add(problems, SAYS "KAFKA_URL: an entry is empty: write host:port between "
                                       "commas");
    bool memory = read_entries(&list, &entries, problems);
    if (memory && problems->count == found)
        check_schemes(&list, &entries, problems);
    if (memory && list.count > 0 && problems->count == found) {
        heroku->tls = list.items[0].scheme == KF_SCHEME_KAFKA_SSL;
        heroku->endpoints = without_schemes(&list);
        memory = heroku->endpoints != NULL;
    }
    kf_endpoints_fini(&list);
    kf_text_list_fini(&entries);
    return memory;
}

/* --- certificates ------------------------------------------------------------------------- */

/* @return how long the newline is that is spelt out here; 0: none is */
static size_t spelt_newline(const char *text)
{
    if (strncmp(text, "\\r\\n", 4) == 0)
        return 4;
    return strncmp(text, "\\n", 2) == 0 ? 2 : 0;
}

char *kf_heroku_pem(const char *text)
{
    char *pem = calloc(1, strlen(text) + 1);
    char *end = pem;
    while (pem && *text) {
        size_t spelt = spelt_newline(text);
        *end++ = spelt > 0 ? '\n' : *text;
        text += spelt > 0 ? spelt : 1;
    }
    return pem;
}

/* @return false: out of memory */
static bool read_pem(char **pem, const char *value, bool tls, const char *name,
                     struct kf_problems *problems)
{
    if (tls && !is_set(value))
        kf_problems_add(problems, SAYS "%s is not set, but KAFKA_URL says kafka+ssl", name);
    if (!tls && is_set(value))
        kf_problems_add(problems, SAYS "%s is set, but KAFKA_URL says kafka:// without TLS", name);
    if (!tls || !is_set(value))
        return true;
    *pem = kf_heroku_pem(value);
    return *pem != NULL;
}

/* --- all ---------------------------------------------------------------------------------- */

bool kf_heroku_read(struct kf_heroku *heroku, const struct kf_heroku_variables *variables,
                    struct kf_problems *problems)
{
    bool failed = false;
    *heroku = (struct kf_heroku){ 0 };
    if (is_set(variables->prefix))
        heroku->prefix = kf_text_copy(variables->prefix, &failed);
    if (!is_set(variables->url)) {
        kf_problems_add(problems, SAYS "KAFKA_URL is not set");
        return !failed;
    }
    if (failed || !kf_heroku_read_url(heroku, variables->url, problems))
        return false;
    if (!heroku->endpoints) /* what the rest should be, nobody knows */
        return true;
    return read_pem(&heroku->ca_pem, variables->trusted_cert, heroku->tls, "KAFKA_TRUSTED_CERT",
                    problems) &&
           read_pem(&heroku->certificate_pem, variables->client_cert, heroku->tls,
                    "KAFKA_CLIENT_CERT", problems) &&
           read_pem(&heroku->key_pem, variables->client_cert_key, heroku->tls,
                    "KAFKA_CLIENT_CERT_KEY", problems);
}

void kf_heroku_fini(struct kf_heroku *heroku)
{
    free(heroku->endpoints);
    free(heroku->ca_pem);
    free(heroku->certificate_pem);
    kf_secret_free(heroku->key_pem);
    free(heroku->prefix);
    *heroku = (struct kf_heroku){ 0 };
}

char *kf_heroku_prefixed(const char *prefix, const char *names)
{
    struct kf_text_list list;
    if (!kf_text_list_split(&list, names))
        return NULL;
    char *text = calloc(1, strlen(names) + (list.count + 1) * (strlen(prefix) + 1));
    char *end = text;
    for (size_t i = 0; text && i < list.count; i++) {
        bool there = strncmp(list.items[i], prefix, strlen(prefix)) == 0;
        end += snprintf(end, strlen(list.items[i]) + strlen(prefix) + 2, "%s%s%s", i > 0 ? "," : "",
                        there ? "" : prefix, list.items[i]);
    }
    kf_text_list_fini(&list);
    return text;
}
