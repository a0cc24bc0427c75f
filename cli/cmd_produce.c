/* SPDX-License-Identifier: MIT
 * kaffe produce: lines, files or JSON into a topic; done when each is acknowledged. */
#include "arguments.h"
#include "complain.h"
#include "configured.h"
#include "escape.h"
#include "log_lines.h"
#include "number.h"
#include "produce_input.h"
#include "refusal.h"
#include "stop_signals.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
    START_TIMEOUT_MS = 10000, /* at a terminal nobody waits longer for a broker that is not there */
    QUEUE_BYTES = 16 * 1024 * 1024 /* more would only leave the processor's caches */
};

/* Memory that the struct's bytes lie in. */
struct input_memory {
    char *delimiter, *key_delimiter;
    kaffe_header *headers;
};

/* @param text  NULL: none. @param memory  for free() */
static kaffe_status read_delimiter(const char *text, kaffe_bytes *delimiter, char **memory,
                                   kaffe_error *err)
{
    if (!text)
        return KAFFE_OK;
    *memory = malloc(strlen(text) + 1);
    if (!*memory)
        return cli_complain(err, KAFFE_NO_MEMORY, "no memory");
    delimiter->data = *memory;
    return cli_unescape(text, *memory, &delimiter->size, err);
}

static kaffe_status read_headers(const struct cli_arguments *arguments,
                                 struct cli_produce_input *produce, struct input_memory *memory,
                                 kaffe_error *err)
{
    memory->headers = calloc(arguments->given_count + 1, sizeof *memory->headers);
    if (!memory->headers)
        return cli_complain(err, KAFFE_NO_MEMORY, "no memory");
    produce->headers = memory->headers;
    for (size_t i = 0; i < arguments->given_count; i++) {
        const struct cli_given *given = &arguments->given[i];
        if (!given->flag || given->flag->letter != 'H')
            continue;
        kaffe_header *header = &memory->headers[produce->header_count++];
        kaffe_status status = cli_record_header(given->value, header, err);
        if (status != KAFFE_OK)
            return status;
    }
    return KAFFE_OK;
}

/* JSON has all that these say. */
static kaffe_status check_json(const struct cli_arguments *arguments, kaffe_error *err)
{
    static const char *const others[] = { "--key", "--key-delimiter", "--header" };
    for (size_t i = 0; cli_has(arguments, "--json") && i < sizeof others / sizeof *others; i++)
        if (cli_has(arguments, others[i]))
            return cli_complain(err, KAFFE_INVALID, "--json and %s exclude each other", others[i]);
    return KAFFE_OK;
}

static kaffe_status read_text_rules(const struct cli_arguments *arguments,
                                    struct cli_produce_input *produce, struct input_memory *memory,
                                    kaffe_error *err)
{
    const char *delimiter = cli_value(arguments, "--delimiter");
    const char *key_delimiter = cli_value(arguments, "--key-delimiter");
    bool whole = arguments->operand_count > 0 && !cli_has(arguments, "--lines") && !produce->json;
    produce->rules.empty_is_null = cli_has(arguments, "--null");
    produce->rules.key = kaffe_text(cli_value(arguments, "--key"));
    kaffe_status status = read_delimiter(whole       ? ""
                                         : delimiter ? delimiter
                                                     : "\n",
                                         &produce->delimiter, &memory->delimiter, err);
    if (status == KAFFE_OK)
        status = read_delimiter(whole ? NULL : key_delimiter, &produce->rules.key_delimiter,
                                &memory->key_delimiter, err);
    return status == KAFFE_OK ? read_headers(arguments, produce, memory, err) : status;
}

static kaffe_status read_rules(const struct cli_arguments *arguments,
                               struct cli_produce_input *produce, struct input_memory *memory,
                               kaffe_error *err)
{
    int64_t partition = KAFFE_ANY_PARTITION;
    kaffe_status status = check_json(arguments, err);
    produce->count_left = INT64_MAX;
    produce->tees = cli_has(arguments, "--tee");
    produce->keeps_partitions = cli_has(arguments, "--keep-partitions");
    if (status == KAFFE_OK)
        status = cli_number_of(arguments, "--max-count", 1, &produce->count_left, err);
    if (status == KAFFE_OK)
        status = cli_number_of(arguments, "--partition", -1, &partition, err);
    if (status == KAFFE_OK && partition > INT32_MAX)
        status = cli_complain(err, KAFFE_INVALID, "--partition must be at most %d", INT32_MAX);
    produce->partition = (int32_t)partition;
    if (status == KAFFE_OK && cli_has(arguments, "--json")) {
        produce->json = cli_record_json_new(err);
        status = produce->json ? KAFFE_OK : KAFFE_NO_MEMORY;
    }
    return status == KAFFE_OK ? read_text_rules(arguments, produce, memory, err) : status;
}

static void produce_all(const struct cli_arguments *arguments, struct cli_produce_input *produce)
{
    if (arguments->operand_count == 0)
        cli_produce_stream(produce, STDIN_FILENO, NULL);
    for (size_t i = 0; i < arguments->operand_count; i++)
        if (!cli_produce_file(produce, arguments->operands[i]))
            return;
}

static void stop(void *ctx)
{
    eventfd_write(*(int *)ctx, 1);
}

static enum cli_exit run_with(const struct cli_arguments *arguments,
                              struct cli_produce_input *produce, kaffe_producer *producer)
{
    kaffe_error err;
    produce->sender = cli_sender_new(producer, NULL, &err);
    if (!produce->sender)
        return cli_refuse(arguments, &err);
    produce->progress = cli_progress_start(!cli_has(arguments, "--quiet") && !produce->tees &&
                                           (arguments->operand_count > 0 || !isatty(STDIN_FILENO)));
    produce_all(arguments, produce);
    cli_progress_clear(&produce->progress);
    return cli_sender_finish(produce->sender, arguments->command->name) ? CLI_DONE : CLI_FAILED;
}

/* What a command line means where it says nothing. */
static void complete(const struct cli_arguments *arguments, kaffe_producer_options *options)
{
    int64_t delivery_ms = options->delivery_timeout_ms;
    const char *partition = cli_value(arguments, "--partition");
    if (options->start_timeout_ms == 0 && (delivery_ms == 0 || delivery_ms > START_TIMEOUT_MS))
        options->start_timeout_ms = START_TIMEOUT_MS;
    if (options->queue_max_bytes == 0 && options->max_message_bytes < QUEUE_BYTES)
        options->queue_max_bytes = QUEUE_BYTES;
    if (partition && strcmp(partition, "-1") == 0)
        options->partition_strategy = kaffe_partition_random;
}

static int64_t max_message_bytes(const kaffe_producer_options *options)
{
    kaffe_option option;
    if (options->max_message_bytes > 0)
        return options->max_message_bytes;
    return kaffe_option_find("producer", "max_message_bytes", &option)
               ? strtoll(option.default_value, NULL, 10)
               : INT32_MAX;
}

static kaffe_status make_producer(const struct cli_arguments *arguments, kaffe_config *config,
                                  struct cli_log *log, struct cli_produce_input *produce,
                                  kaffe_producer **producer, kaffe_error *err)
{
    kaffe_producer_options options;
    kaffe_status status = kaffe_config_producer(config, &options, err);
    if (status != KAFFE_OK)
        return status;
    if (!options.topics || !*options.topics)
        return cli_complain(err, KAFFE_INVALID, "no topic: -t TOPIC says to which");
    if (cli_has(arguments, "--topics") && strchr(options.topics, ','))
        return cli_complain(err, KAFFE_INVALID, "-t %.100s: one topic at a time", options.topics);
    complete(arguments, &options);
    options.log = cli_log_function(options.log_format);
    options.log_ctx = log;
    produce->max_message_bytes = max_message_bytes(&options);
    *producer = kaffe_producer_new(&options, err);
    return *producer ? KAFFE_OK : err->status;
}

static enum cli_exit run_configured(const struct cli_arguments *arguments,
                                    struct cli_produce_input *produce)
{
    kaffe_error err;
    kaffe_producer *producer = NULL;
    struct cli_log log;
    const struct cli_configured what = { .arguments = arguments, .section = "producer" };
    kaffe_config *config = cli_configured_load(&what);
    if (!config)
        return CLI_USAGE;
    cli_log_init(&log, arguments->command->name, cli_has(arguments, "--quiet"));
    enum cli_exit status = CLI_DONE;
    if (make_producer(arguments, config, &log, produce, &producer, &err) != KAFFE_OK)
        status = cli_refuse(arguments, &err);
    else
        status = run_with(arguments, produce, producer);
    kaffe_producer_free(producer);
    cli_sender_free(produce->sender);
    kaffe_config_free(config);
    return status;
}

/* The first signal ends the input, and what was read is still written. */
static enum cli_exit run_until_signal(const struct cli_arguments *arguments,
                                      struct cli_produce_input *produce)
{
    struct cli_stop_signals signals;
    produce->stop_fd = eventfd(0, EFD_CLOEXEC);
    if (produce->stop_fd < 0 || !cli_stop_signals_begin(&signals, stop, &produce->stop_fd)) {
        perror("kaffe produce");
        return CLI_FAILED;
    }
    enum cli_exit status = run_configured(arguments, produce);
    cli_stop_signals_end(&signals);
    close(produce->stop_fd);
    return status;
}

static enum cli_exit run(const struct cli_arguments *arguments)
{
    kaffe_error err;
    struct cli_produce_input produce = { 0 };
    struct input_memory memory = { 0 };
    enum cli_exit status;
    if (read_rules(arguments, &produce, &memory, &err) == KAFFE_OK)
        status = run_until_signal(arguments, &produce);
    else
        status = cli_refuse(arguments, &err);
    cli_record_json_free(produce.json);
    free(memory.delimiter);
    free(memory.key_delimiter);
    free(memory.headers);
    return status;
}

static const struct cli_flag flags[] = {
    { .letter = 'b',
      .name = "--endpoints",
      .argument = "HOST:PORT,...",
      .help = "the brokers",
      .option = "endpoints" },
    { .letter = 't',
      .name = "--topics",
      .argument = "TOPIC",
      .help = "where to",
      .option = "topics" },
    { .letter = 'p',
      .name = "--partition",
      .argument = "N",
      .help = "to this one; -1: random; else the strategy's" },
    { .letter = 'K',
      .name = "--key-delimiter",
      .argument = "TEXT",
      .help = "a key stands before its first occurrence" },
    { .letter = 'k',
      .name = "--key",
      .argument = "KEY",
      .help = "of all that have no key of their own" },
    { .letter = 'D',
      .name = "--delimiter",
      .argument = "TEXT",
      .help = "what ends a message: \\n, or TEXT such as \\x00" },
    { .letter = 'H',
      .repeated = true,
      .name = "--header",
      .argument = "NAME=VALUE",
      .help = "of every message; NAME alone is null" },
    { .letter = 'J', .name = "--json", .help = "reads what kaffe consume --json writes" },
    { .name = "--keep-partitions", .help = "that JSON names" },
    { .letter = 'Z', .name = "--null", .help = "empty keys and values are null" },
    { .letter = 'l', .name = "--lines", .help = "FILEs hold lines, as stdin does" },
    { .letter = 'z',
      .name = "--compression",
      .argument = "CODEC",
      .help = "gzip, snappy, lz4 or zstd",
      .option = "compression",
      .is_minor = true },
    { .letter = 'c',
      .name = "--max-count",
      .argument = "N",
      .help = "ends after so many messages",
      .is_minor = true },
    { .letter = 'T', .name = "--tee", .help = "to stdout too", .is_minor = true },
    { .letter = 'q', .name = "--quiet", .help = "errors only", .is_minor = true },
    { .letter = 'X',
      .name = "--property",
      .argument = "NAME=VALUE",
      .help = "of librdkafka",
      .option = "kafka",
      .is_minor = true },
    { .letter = 'F',
      .name = "--config",
      .argument = "FILE",
      .help = "a kaffe.yaml",
      .is_minor = true },
};

const struct cli_command cli_produce = {
    .name = "produce",
    .summary = "lines, files or JSON into a topic",
    .description = "Each line of stdin is a message, each FILE as a whole is one; empty ones are\n"
                   "passed over. Status 0: every message is acknowledged.\n",
    .flags = flags,
    .flag_count = sizeof flags / sizeof *flags,
    .operands = "[FILE...]",
    .sections = { "producer" },
    .example = "kaffe produce -b localhost:9092 -t orders -K : < orders.txt",
    .run = run,
};
