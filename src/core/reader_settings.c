/* SPDX-License-Identifier: MIT */
#include "reader_settings.h"

#include <string.h>

#include "error.h"
#include "options.h"
#include "problems.h"

enum {
    SHOWN_MAX = 96 /* of a wrong value, in a message */
};

static void refuse(const char *name, const char *text, const char *must_be,
                   struct kf_problems *problems)
{
    char shown[SHOWN_MAX];
    kf_problems_add(problems, "%s = \"%s\": must be %s", name,
                    kf_log_quote(shown, sizeof shown, text), must_be);
}

/* An empty text has been refused by the table. */
static bool is_given(const char *text)
{
    return text && *text;
}

static void read_positions(struct kf_reader_settings *reader, const kaffe_reader_options *options,
                           struct kf_problems *problems)
{
    const char *start = is_given(options->start_at) ? options->start_at : "earliest";
    const char *stop = is_given(options->stop_at) ? options->stop_at : "never";
    if (!kf_position_read_start(&reader->start_at, start))
        refuse("start_at", start,
               "earliest, latest, an offset, -N for the last N, or @milliseconds", problems);
    if (!kf_position_read_stop(&reader->stop_at, stop))
        refuse("stop_at", stop, "never, end, an offset, or @milliseconds", problems);
}

/** @return false: out of memory */
static bool read_partitions(struct kf_reader_settings *reader, const kaffe_reader_options *options,
                            struct kf_problems *problems)
{
    const char *text = is_given(options->partitions) ? options->partitions : NULL;
    enum kf_ranges_status status = kf_partition_ranges_read(&reader->partitions, text);
    if (status == KF_RANGES_WRONG)
        refuse("partitions", text, "numbers and ranges, such as 0,3-5", problems);
    return status != KF_RANGES_NO_MEMORY;
}

void kf_reader_settings_carry_over(const kaffe_reader_options *from, kaffe_consumer_options *to)
{
    for (size_t i = 0; i < kf_reader_option_table.count; i++) {
        const struct kf_option *option = &kf_reader_option_table.options[i];
        const struct kf_option *same = kf_option_find(&kf_consumer_option_table, option->name);
        if (same)
            kf_option_copy(option, from, same, to);
    }
    to->handle_message = from->handle_message;
    to->handle_messages = from->handle_messages;
    to->ctx = from->ctx;
    to->worker_open = from->worker_open;
    to->worker_close = from->worker_close;
    to->log = from->log;
    to->log_ctx = from->log_ctx;
    to->sasl_oauthbearer_token = from->sasl_oauthbearer_token;
    to->sasl_oauthbearer_token_ctx = from->sasl_oauthbearer_token_ctx;
}

bool kf_reader_settings_read(struct kf_reader_settings *reader, const kaffe_reader_options *options,
                             struct kf_problems *problems)
{
    read_positions(reader, options, problems);
    reader->max_count = options->max_count == KAFFE_NONE ? 0 : options->max_count;
    return read_partitions(reader, options, problems);
}

void kf_reader_settings_fini(struct kf_reader_settings *reader)
{
    kf_partition_ranges_fini(&reader->partitions);
}
