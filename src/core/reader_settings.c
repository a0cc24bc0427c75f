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

/* What both tables have. */
static void carry_over(const kaffe_reader_options *from, kaffe_consumer_options *to)
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
}

/** @return false: out of memory */
static bool read_reader(struct kf_reader_settings *reader, struct kf_consumer_settings *settings,
                        const kaffe_reader_options *options, size_t options_size,
                        struct kf_problems *problems)
{
    kaffe_reader_options ours;
    if (!kf_options_import(&kf_reader_option_table, &ours, options, options_size, problems))
        return true;
    carry_over(&ours, &settings->options); /* first: problems are told to its log */
    kf_options_check(&kf_reader_option_table, &ours, problems);
    read_positions(reader, &ours, problems);
    reader->max_count = ours.max_count == KAFFE_NONE ? 0 : ours.max_count;
    return read_partitions(reader, &ours, problems) &&
           kf_consumer_settings_read(settings, problems);
}

kaffe_status kf_reader_settings_init(struct kf_reader_settings *reader,
                                     struct kf_consumer_settings *settings,
                                     const kaffe_reader_options *options, size_t options_size,
                                     kaffe_report_fn report, void *ctx, kaffe_error *err)
{
    struct kf_problems problems = { .report = report, .ctx = ctx };
    *reader = (struct kf_reader_settings){ 0 };
    *settings = (struct kf_consumer_settings){ 0 };
    bool memory = read_reader(reader, settings, options, options_size, &problems);
    kaffe_status status = kf_consumer_settings_settle(settings, memory, &problems, err);
    if (status != KAFFE_OK) {
        kf_reader_settings_fini(reader);
        return status;
    }
    /* A reader's partitions are given up when it stops, and only then. */
    settings->options.rebalance_delay_ms = settings->options.shutdown_timeout_ms;
    return KAFFE_OK;
}

void kf_reader_settings_fini(struct kf_reader_settings *reader)
{
    kf_partition_ranges_fini(&reader->partitions);
}

kaffe_status kaffe_reader_options_check_sized(const kaffe_reader_options *options,
                                              size_t options_size, kaffe_report_fn report,
                                              void *ctx)
{
    struct kf_reader_settings reader;
    struct kf_consumer_settings settings;
    kaffe_status status =
        kf_reader_settings_init(&reader, &settings, options, options_size, report, ctx, NULL);
    if (status == KAFFE_OK) {
        kf_reader_settings_fini(&reader);
        kf_consumer_settings_fini(&settings);
    }
    return status;
}
