/* SPDX-License-Identifier: MIT */
#include "consume.h"

#include "arguments.h"
#include "complain.h"
#include "configured.h"
#include "number.h"
#include "offset_text.h"
#include "refusal.h"

#include <stdlib.h>
#include <string.h>

enum {
    START_TIMEOUT_MS = 10000, /* at a terminal nobody waits longer for a broker that is not there */
    SHUTDOWN_TIMEOUT_MS = 2000, /* a reader has nothing to lose when nobody takes what it writes */
    OFFSETS_MAX = 8
};

/* All of -o. */
struct offsets {
    struct cli_offset all[OFFSETS_MAX];
    size_t count;
};

static kaffe_status read_offsets(const struct cli_arguments *arguments, struct offsets *offsets,
                                 kaffe_error *err)
{
    for (size_t i = 0; i < arguments->given_count; i++) {
        const struct cli_given *given = &arguments->given[i];
        if (!given->flag || given->flag->letter != 'o')
            continue;
        if (offsets->count == OFFSETS_MAX)
            return cli_complain(err, KAFFE_INVALID, "-o is given too often");
        kaffe_status status = cli_offset_read(given->value, &offsets->all[offsets->count++], err);
        if (status != KAFFE_OK)
            return status;
    }
    return KAFFE_OK;
}

/* One worker writes, so that messages are not mixed. */
static kaffe_status complete(int64_t *workers, int64_t *start_timeout_ms, kaffe_error *err)
{
    if (*workers > 1)
        return cli_complain(err, KAFFE_INVALID, "workers = %lld: one writes, in turn",
                            (long long)*workers);
    *workers = 1;
    if (*start_timeout_ms == 0)
        *start_timeout_ms = START_TIMEOUT_MS;
    return KAFFE_OK;
}

/* --- a reader ----------------------------------------------------------------------------- */

static kaffe_status make_reader(const kaffe_config *config, struct cli_printer *printer,
                                kaffe_error *err)
{
    kaffe_reader_options options;
    kaffe_status status = kaffe_config_reader(config, &options, err);
    if (status == KAFFE_OK)
        status = complete(&options.workers, &options.start_timeout_ms, err);
    if (status != KAFFE_OK)
        return status;
    if (options.shutdown_timeout_ms == 0)
        options.shutdown_timeout_ms = SHUTDOWN_TIMEOUT_MS;
    options.handle_messages = cli_printer_handle_messages;
    options.ctx = printer;
    options.log = cli_log_function(options.log_format);
    options.log_ctx = printer->log;
    printer->consumer = kaffe_reader_new(&options, err);
    return printer->consumer ? KAFFE_OK : err->status;
}

static enum cli_exit open_reader(const struct cli_arguments *arguments,
                                 const struct offsets *offsets, struct cli_printer *printer)
{
    kaffe_error err;
    kaffe_setting added[OFFSETS_MAX];
    struct cli_configured what = { .arguments = arguments, .section = "reader", .added = added };
    for (size_t i = 0; i < offsets->count; i++) {
        const struct cli_offset *offset = &offsets->all[i];
        if (!offset->option) {
            cli_complain(&err, KAFFE_INVALID, "-o stored: only with -g, groups store offsets");
            return cli_refuse(arguments, &err);
        }
        added[what.added_count++] = (kaffe_setting){ offset->option, offset->value, "-o" };
    }
    kaffe_config *config = cli_configured_load(&what);
    if (!config)
        return CLI_USAGE;
    kaffe_status status = make_reader(config, printer, &err);
    kaffe_config_free(config);
    return status == KAFFE_OK ? CLI_DONE : cli_refuse(arguments, &err);
}

/* --- a member of a group ------------------------------------------------------------------ */

static kaffe_status check_group_flags(const struct cli_arguments *arguments,
                                      const struct offsets *offsets, kaffe_error *err)
{
    if (cli_setting_value(arguments, "stop_at"))
        return cli_complain(err, KAFFE_INVALID,
                            "-e goes without -g: a group's partitions come and go; -c N ends it");
    if (cli_setting_value(arguments, "start_at"))
        return cli_complain(err, KAFFE_INVALID,
                            "--start-at goes without -g: a group starts where it has committed");
    if (cli_setting_value(arguments, "partitions"))
        return cli_complain(err, KAFFE_INVALID, "-p goes without -g: the group shares them out");
    for (size_t i = 0; i < offsets->count; i++) {
        const struct cli_offset *offset = &offsets->all[i];
        if (offset->option && strcmp(offset->value, "earliest") != 0 &&
            strcmp(offset->value, "latest") != 0)
            return cli_complain(err, KAFFE_INVALID,
                                "with -g, -o must be beginning, end or stored: a group starts "
                                "where it has committed");
    }
    return KAFFE_OK;
}

/* What could not be printed, or was one too many, comes again to whoever asks next: it is neither
 * passed over nor anybody's dead letter. */
static void never_give_up(kaffe_consumer_options *options)
{
    options->max_attempts = KAFFE_NONE;
    options->on_failure = NULL;
    options->dead_letter_topic = NULL;
}

static kaffe_status make_member(const kaffe_config *config, const char *name,
                                const struct offsets *offsets, struct cli_printer *printer,
                                kaffe_error *err)
{
    kaffe_consumer_options options;
    kaffe_status status = kaffe_config_consumer(config, name, &options, err);
    if (status == KAFFE_OK)
        status = complete(&options.workers, &options.start_timeout_ms, err);
    if (status != KAFFE_OK)
        return status;
    for (size_t i = 0; i < offsets->count; i++)
        if (offsets->all[i].option)
            options.start_with_earliest_message = strcmp(offsets->all[i].value, "earliest") == 0;
    if (printer->count_left == INT64_MAX)
        options.handle_messages = cli_printer_handle_messages;
    else
        options.handle_message = cli_printer_handle_message;
    never_give_up(&options);
    options.ctx = printer;
    options.log = cli_log_function(options.log_format);
    options.log_ctx = printer->log;
    printer->consumer = kaffe_consumer_new(&options, err);
    return printer->consumer ? KAFFE_OK : err->status;
}

static kaffe_status make_configured_member(const struct cli_arguments *arguments, const char *name,
                                           const struct offsets *offsets,
                                           struct cli_printer *printer, kaffe_error *err)
{
    static const char *const skipped[] = { "max_count", NULL };
    char section[256];
    snprintf(section, sizeof section, "consumers.%s", name);
    const struct cli_configured what = {
        .arguments = arguments, .section = section, .consumer = name, .skipped = skipped
    };
    kaffe_config *config = cli_configured_load(&what);
    if (!config)
        return cli_complain(err, KAFFE_INVALID, "%s", "");
    kaffe_status status = make_member(config, name, offsets, printer, err);
    kaffe_config_free(config);
    return status;
}

static enum cli_exit open_member(const struct cli_arguments *arguments,
                                 const struct offsets *offsets, struct cli_printer *printer)
{
    kaffe_error err;
    bool good;
    const char *group = cli_setting_value(arguments, "consumer_group");
    printer->count_left = INT64_MAX;
    kaffe_status status = check_group_flags(arguments, offsets, &err);
    if (status == KAFFE_OK)
        status = cli_number_of(arguments, "--max-count", 1, &printer->count_left, &err);
    if (status != KAFFE_OK)
        return cli_refuse(arguments, &err);
    char *name = cli_configured_consumer(arguments, group, &good);
    if (!good)
        return CLI_USAGE;
    status = make_configured_member(arguments, name ? name : "consume", offsets, printer, &err);
    free(name);
    if (status == KAFFE_OK)
        return CLI_DONE;
    return *err.message ? cli_refuse(arguments, &err) : CLI_USAGE;
}

enum cli_exit cli_consume_open(const struct cli_arguments *arguments, struct cli_printer *printer)
{
    kaffe_error err;
    struct offsets offsets = { 0 };
    if (read_offsets(arguments, &offsets, &err) != KAFFE_OK)
        return cli_refuse(arguments, &err);
    return cli_setting_value(arguments, "consumer_group")
               ? open_member(arguments, &offsets, printer)
               : open_reader(arguments, &offsets, printer);
}
