/* SPDX-License-Identifier: MIT
 * What the option table can not say: functions, lists, names, and what follows from several
 * options. Every problem is found before the first string is copied. */
#include "settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crash_ledger.h"
#include "error.h"
#include "options.h"
#include "problems.h"
#include "topic_name.h"

enum {
    HAND_OVER_SLACK_MS = 30 * 1000,
    MAX_POLL_INTERVAL_LEAST_MS = 300 * 1000 /* librdkafka's default */
};

/* Import copies bytes up to a caller's sizeof: padding behind the last field would become part of
 * the next field that is added. */
_Static_assert(sizeof(kaffe_consumer_options) ==
                   offsetof(kaffe_consumer_options, ack_timeout_ms) + sizeof(int64_t),
               "no padding at the end of kaffe_consumer_options");
_Static_assert(sizeof(kaffe_producer_options) ==
                   offsetof(kaffe_producer_options, log_format) + sizeof(char *),
               "no padding at the end of kaffe_producer_options");
_Static_assert(sizeof(kaffe_reader_options) ==
                   offsetof(kaffe_reader_options, log_format) + sizeof(char *),
               "no padding at the end of kaffe_reader_options");

/* What a URL says of TLS has to be so. */
static void check_scheme(const struct kf_endpoint *endpoint, const char *entry, bool tls,
                         struct kf_problems *problems)
{
    if (endpoint->scheme == KF_SCHEME_KAFKA_SSL && !tls)
        kf_problems_add(problems, "endpoints: \"%.100s\": needs security_protocol ssl, or sasl_ssl",
                        entry);
    if (endpoint->scheme == KF_SCHEME_KAFKA && tls)
        kf_problems_add(problems,
                        "endpoints: \"%.100s\": kafka:// is without TLS, which security_protocol "
                        "asks for: write host:port",
                        entry);
}

static bool read_endpoints(struct kf_endpoint_list *list, const char *text,
                           const struct kf_security_settings *security,
                           struct kf_problems *problems)
{
    struct kf_text_list entries;
    kaffe_error err;
    kaffe_status status = KAFFE_OK;
    if (!text || *text == '\0') /* said already: it is required */
        return true;
    if (!kf_endpoints_split(&entries, text))
        return false;
    if (entries.count == 0)
        kf_problems_add(problems, "endpoints: no endpoint is named; write host:port");
    for (size_t i = 0; i < entries.count && status != KAFFE_NO_MEMORY; i++) {
        status = kf_endpoints_add(list, entries.items[i], &err);
        if (status == KAFFE_INVALID)
            kf_problems_add(problems, "endpoints: %s", err.message);
        if (status == KAFFE_OK)
            check_scheme(&list->items[list->count - 1], entries.items[i], security->tls, problems);
    }
    kf_text_list_fini(&entries);
    return status != KAFFE_NO_MEMORY;
}

static bool read_topics(struct kf_text_list *list, const char *text, struct kf_problems *problems)
{
    if (!text || *text == '\0')
        return true;
    if (!kf_text_list_split(list, text))
        return false;
    if (list->count == 0)
        kf_problems_add(problems, "topics: no topic is named");
    kf_topic_names_check("topics", list, problems);
    return true;
}

static void check_functions(const kaffe_consumer_options *options, struct kf_problems *problems)
{
    if (!options->handle_message && !options->handle_messages)
        kf_problems_add(problems, "handle_message is required, or handle_messages");
    if (options->handle_message && options->handle_messages)
        kf_problems_add(problems, "handle_message and handle_messages are both set: "
                                  "one of them must be NULL");
    if (options->worker_close && !options->worker_open)
        kf_problems_add(problems, "worker_close is set without worker_open: "
                                  "there is no worker_ctx to close");
}

static void check_group_instance_id(const char *name, struct kf_problems *problems)
{
    char shown[96];
    const char *why = name && *name ? kf_topic_name_problem(name) : NULL;
    if (why)
        kf_problems_add(problems, "group_instance_id = \"%s\": %s",
                        kf_log_quote(shown, sizeof shown, name), why);
}

/* The two libraries are of different versions. */
static void check_in_hand(const kaffe_in_hand *in_hand, struct kf_problems *problems)
{
    if (in_hand && in_hand->version != KF_LEDGER_VERSION)
        kf_problems_add(problems,
                        "in_hand: is of another version than libkaffe %s: install "
                        "libkaffe-service of the same version",
                        kaffe_version());
}

/* Each worker process is a member of its own. @return false: out of memory */
static bool number_instance(kaffe_consumer_options *options)
{
    char *numbered;
    union {
        const char *in;
        char *out; /* a copy of ours */
    } name = { .in = options->group_instance_id };
    if (!options->in_hand || !name.in)
        return true;
    if (asprintf(&numbered, "%s-%d", name.in, options->in_hand->number) < 0)
        return false;
    free(name.out);
    options->group_instance_id = numbered;
    return true;
}

static void check_dead_letter_topic(const char *name, struct kf_problems *problems)
{
    char shown[96];
    const char *why = name && *name ? kf_topic_name_problem(name) : NULL;
    if (why)
        kf_problems_add(problems, "dead_letter_topic = \"%s\": %s",
                        kf_log_quote(shown, sizeof shown, name), why);
}

/* Found when the first letter is sent, this would hold its partition up for ever. */
/* What nobody can handle would come back for ever, with more headers each time. */
static void check_no_circle(const struct kf_consumer_settings *settings,
                            struct kf_problems *problems)
{
    const char *name = settings->options.dead_letter_topic;
    if (name && kf_text_list_has(&settings->topics, name))
        kf_problems_add(problems,
                        "dead_letter_topic = \"%.100s\": is one of topics, and its letters would "
                        "come back: name another",
                        name);
}

static void check_dead_letter_names(const struct kf_consumer_settings *settings,
                                    struct kf_problems *problems)
{
    const kaffe_consumer_options *ours = &settings->options;
    check_no_circle(settings, problems);
    if (ours->dead_letter_topic || !ours->on_failure ||
        strcmp(ours->on_failure, "dead_letter") != 0)
        return;
    for (size_t i = 0; i < settings->topics.count; i++)
        if (strlen(settings->topics.items[i]) + strlen(".dlq") > KF_TOPIC_NAME_MAX)
            kf_problems_add(problems,
                            "dead_letter_topic is required: %.20s... with .dlq behind it has more "
                            "than %d characters",
                            settings->topics.items[i], KF_TOPIC_NAME_MAX);
}

static enum kf_reset_policy reset_policy(const char *word)
{
    if (strcmp(word, "latest") == 0)
        return KF_RESET_LATEST;
    return strcmp(word, "stop") == 0 ? KF_RESET_STOP : KF_RESET_EARLIEST;
}

/* A drain runs inside librdkafka's rebalance callback, while nothing polls; and librdkafka refuses
 * an interval below the session timeout. */
static int64_t max_poll_interval_ms(const kaffe_consumer_options *options)
{
    int64_t interval = options->rebalance_delay_ms + HAND_OVER_SLACK_MS;
    if (interval < MAX_POLL_INTERVAL_LEAST_MS)
        interval = MAX_POLL_INTERVAL_LEAST_MS;
    return interval < options->session_timeout_ms ? options->session_timeout_ms : interval;
}

/** What the checks came to; when all is well, the options become our own. */
static kaffe_status settle(const struct kf_option_table *table, void *options, bool memory,
                           const struct kf_problems *problems, kaffe_error *err)
{
    kaffe_status status = kf_problems_status(problems, err);
    if (memory && status == KAFFE_OK)
        memory = kf_options_complete(table, options);
    return memory ? status : kf_error_no_memory(err);
}

/* --- a consumer's ------------------------------------------------------------------------- */

bool kf_consumer_settings_read(struct kf_consumer_settings *settings, struct kf_problems *problems)
{
    const kaffe_consumer_options *ours = &settings->options;
    check_functions(ours, problems);
    check_group_instance_id(ours->group_instance_id, problems);
    check_in_hand(ours->in_hand, problems);
    check_dead_letter_topic(ours->dead_letter_topic, problems);
    bool memory =
        read_endpoints(&settings->endpoints, ours->endpoints, &settings->security, problems) &&
        read_topics(&settings->topics, ours->topics, problems);
    if (memory)
        check_dead_letter_names(settings, problems);
    return memory;
}

kaffe_status kf_consumer_settings_settle(struct kf_consumer_settings *settings, bool memory,
                                         const struct kf_problems *problems, kaffe_error *err)
{
    kaffe_status status =
        settle(&kf_consumer_option_table, &settings->options, memory, problems, err);
    if (status != KAFFE_OK) {
        kf_endpoints_fini(&settings->endpoints);
        kf_text_list_fini(&settings->topics);
        kf_security_settings_fini(&settings->security);
        return status;
    }
    if (!number_instance(&settings->options)) {
        kf_consumer_settings_fini(settings);
        return kf_error_no_memory(err);
    }
    settings->offset_reset_policy = reset_policy(settings->options.offset_reset_policy);
    settings->max_poll_interval_ms = max_poll_interval_ms(&settings->options);
    if (!kf_log_open(&settings->log, settings->options.log, settings->options.log_ctx,
                     settings->options.log_format)) {
        kf_consumer_settings_fini(settings);
        return kf_error_no_memory(err);
    }
    settings->log.process = settings->options.in_hand ? settings->options.in_hand->number : 0;
    return KAFFE_OK;
}

void kf_consumer_settings_fini(struct kf_consumer_settings *settings)
{
    kf_log_close(&settings->log);
    kf_options_fini(&kf_consumer_option_table, &settings->options);
    kf_endpoints_fini(&settings->endpoints);
    kf_text_list_fini(&settings->topics);
    kf_security_settings_fini(&settings->security);
    *settings = (struct kf_consumer_settings){ 0 };
}

/* --- a producer's ------------------------------------------------------------------------- */

bool kf_producer_settings_read(struct kf_producer_settings *settings, struct kf_problems *problems)
{
    const kaffe_producer_options *ours = &settings->options;
    return read_endpoints(&settings->endpoints, ours->endpoints, &settings->security, problems) &&
           read_topics(&settings->topics, ours->topics, problems);
}

kaffe_status kf_producer_settings_settle(struct kf_producer_settings *settings, bool memory,
                                         const struct kf_problems *problems, kaffe_error *err)
{
    kaffe_status status =
        settle(&kf_producer_option_table, &settings->options, memory, problems, err);
    if (status != KAFFE_OK) {
        kf_endpoints_fini(&settings->endpoints);
        kf_text_list_fini(&settings->topics);
        kf_security_settings_fini(&settings->security);
        return status;
    }
    if (!settings->options.partition_strategy)
        settings->options.partition_strategy = kaffe_partition_md5;
    if (kf_log_open(&settings->log, settings->options.log, settings->options.log_ctx,
                    settings->options.log_format))
        return KAFFE_OK;
    kf_producer_settings_fini(settings);
    return kf_error_no_memory(err);
}

void kf_producer_settings_fini(struct kf_producer_settings *settings)
{
    kf_log_close(&settings->log);
    kf_options_fini(&kf_producer_option_table, &settings->options);
    kf_endpoints_fini(&settings->endpoints);
    kf_text_list_fini(&settings->topics);
    kf_security_settings_fini(&settings->security);
    *settings = (struct kf_producer_settings){ 0 };
}
