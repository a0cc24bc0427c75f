/* SPDX-License-Identifier: MIT
 * kaffe consume: messages on stdout, by a reader, or as a member of a group. */
#include "arguments.h"
#include "complain.h"
#include "consume.h"
#include "escape.h"
#include "refusal.h"
#include "stop_signals.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    OUTPUT_BYTES = 256 * 1024,
    LOOK_AFTER_MS = 500
};

/* --- how messages are printed ------------------------------------------------------------- */

/* What the printer's pointers lead to. */
struct print_memory {
    struct cli_format *format;
    char *end;
    char *buffer;
};

static const char *delimiter_of(const struct cli_arguments *arguments)
{
    const char *delimiter = cli_value(arguments, "--delimiter");
    return delimiter ? delimiter : "\\n";
}

static kaffe_status read_json_end(const struct cli_arguments *arguments,
                                  struct cli_printer *printer, struct print_memory *memory,
                                  kaffe_error *err)
{
    const char *delimiter = delimiter_of(arguments);
    memory->end = malloc(strlen(delimiter) + 1);
    if (!memory->end)
        return cli_complain(err, KAFFE_NO_MEMORY, "no memory");
    printer->end = memory->end;
    return cli_unescape(delimiter, memory->end, &printer->end_size, err);
}

static kaffe_status read_format(const struct cli_arguments *arguments, struct cli_printer *printer,
                                struct print_memory *memory, kaffe_error *err)
{
    const char *text = cli_value(arguments, "--format");
    const char *null_text = cli_has(arguments, "--null") ? "NULL" : "";
    const struct cli_columns columns = { .offset = cli_has(arguments, "--print-offset"),
                                         .key_delimiter = cli_value(arguments, "--key-delimiter"),
                                         .delimiter = delimiter_of(arguments) };
    memory->format = text ? cli_format_new(text, null_text, err)
                          : cli_format_of_columns(&columns, null_text, err);
    printer->format = memory->format;
    return memory->format ? KAFFE_OK : err->status;
}

/* A stream of our own: what could not be written is told once, here. */
static kaffe_status open_output(struct cli_printer *printer, struct print_memory *memory,
                                kaffe_error *err)
{
    int fd = dup(STDOUT_FILENO);
    printer->out = fd >= 0 ? fdopen(fd, "w") : NULL;
    memory->buffer = malloc(OUTPUT_BYTES);
    if (!printer->out || !memory->buffer)
        return cli_complain(err, KAFFE_FAILED, "stdout can not be opened");
    setvbuf(printer->out, memory->buffer, _IOFBF, OUTPUT_BYTES);
    return KAFFE_OK;
}

static kaffe_status read_printer(const struct cli_arguments *arguments, struct cli_printer *printer,
                                 struct print_memory *memory, kaffe_error *err)
{
    bool json = cli_has(arguments, "--json");
    bool quiet = cli_has(arguments, "--quiet");
    if (json && cli_has(arguments, "--format"))
        return cli_complain(err, KAFFE_INVALID, "--json and --format exclude each other");
    printer->flushes_each = cli_has(arguments, "--unbuffered");
    printer->progress = cli_progress_start(!quiet && !isatty(STDOUT_FILENO));
    kaffe_status status = json ? read_json_end(arguments, printer, memory, err)
                               : read_format(arguments, printer, memory, err);
    return status == KAFFE_OK ? open_output(printer, memory, err) : status;
}

static void forget(struct cli_printer *printer, struct print_memory *memory)
{
    if (printer->out)
        fclose(printer->out);
    cli_format_free(memory->format);
    free(memory->end);
    free(memory->buffer);
}

/* --- running ------------------------------------------------------------------------------ */

/* The consumer may not be there yet, and a signal may be. */
struct stopper {
    pthread_mutex_t lock;
    bool is_stopped;
    kaffe_consumer *consumer;
};

static void stop(void *ctx)
{
    struct stopper *stopper = ctx;
    pthread_mutex_lock(&stopper->lock);
    stopper->is_stopped = true;
    if (stopper->consumer)
        kaffe_consumer_stop(stopper->consumer);
    pthread_mutex_unlock(&stopper->lock);
}

static void stop_this(struct stopper *stopper, kaffe_consumer *consumer)
{
    pthread_mutex_lock(&stopper->lock);
    stopper->consumer = consumer;
    if (stopper->is_stopped && consumer)
        kaffe_consumer_stop(consumer);
    pthread_mutex_unlock(&stopper->lock);
}

/* Nobody reads any more: that is no failure, and the shell is told so as by any other program. */
static enum cli_exit end_of_pipe(void)
{
    sigset_t pipe_only;
    sigemptyset(&pipe_only);
    sigaddset(&pipe_only, SIGPIPE);
    pthread_sigmask(SIG_UNBLOCK, &pipe_only, NULL);
    raise(SIGPIPE);
    return CLI_FAILED;
}

/* A pipe whose reader has gone; else this would be noticed with the next message only. */
static bool nobody_reads(const struct cli_printer *printer)
{
    struct pollfd out = { .fd = fileno(printer->out) };
    return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

static kaffe_status wait_for_end(const struct cli_printer *printer, bool *is_unread,
                                 kaffe_error *err)
{
    kaffe_status status = KAFFE_TIMED_OUT;
    while (status == KAFFE_TIMED_OUT && !(err->flags & KAFFE_ERROR_FATAL)) {
        status = kaffe_consumer_wait(printer->consumer, LOOK_AFTER_MS, err);
        if (*is_unread || !nobody_reads(printer))
            continue;
        *is_unread = true;
        kaffe_consumer_stop(printer->consumer);
    }
    return status;
}

static enum cli_exit outcome(struct cli_printer *printer, kaffe_status status,
                             const kaffe_error *err)
{
    cli_progress_clear(&printer->progress);
    if (printer->error == EPIPE)
        return end_of_pipe();
    if (printer->error != 0) {
        fprintf(stderr, "kaffe consume: stdout: %s\n", strerror(printer->error));
        return CLI_FAILED;
    }
    if (status == KAFFE_OK || status == KAFFE_CLOSED)
        return CLI_DONE;
    fprintf(stderr, "kaffe consume: %s\n", err->message);
    return CLI_FAILED;
}

static enum cli_exit run_consumer(struct cli_printer *printer, struct stopper *stopper)
{
    kaffe_error err;
    bool is_unread = false;
    stop_this(stopper, printer->consumer);
    kaffe_status status = kaffe_consumer_start(printer->consumer, &err);
    if (status == KAFFE_OK)
        status = wait_for_end(printer, &is_unread, &err);
    stop_this(stopper, NULL);
    if (is_unread)
        printer->error = EPIPE;
    if (kaffe_consumer_free(printer->consumer) == KAFFE_OK)
        return outcome(printer, status, &err);
    /* A worker is still writing to what nobody reads: what it uses must stay. */
    fprintf(stderr, "kaffe consume: %s\n", err.message);
    _exit(CLI_FAILED);
}

static enum cli_exit run_printer(const struct cli_arguments *arguments, struct cli_printer *printer)
{
    struct stopper stopper = { .lock = PTHREAD_MUTEX_INITIALIZER };
    struct cli_stop_signals signals;
    if (!cli_stop_signals_begin(&signals, stop, &stopper)) {
        fputs("kaffe consume: no thread is left: raise the limit of threads\n", stderr);
        return CLI_FAILED;
    }
    enum cli_exit status = cli_consume_open(arguments, printer);
    if (status == CLI_DONE)
        status = run_consumer(printer, &stopper);
    cli_stop_signals_end(&signals);
    return status;
}

static enum cli_exit run(const struct cli_arguments *arguments)
{
    kaffe_error err;
    struct print_memory memory = { 0 };
    struct cli_log log;
    struct cli_printer printer = { .log = &log };
    cli_log_init(&log, arguments->command->name, cli_has(arguments, "--quiet"));
    enum cli_exit status = read_printer(arguments, &printer, &memory, &err) == KAFFE_OK
                               ? run_printer(arguments, &printer)
                               : cli_refuse(arguments, &err);
    forget(&printer, &memory);
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
      .argument = "TOPIC,...",
      .help = "what to read",
      .option = "topics" },
    { .letter = 'p',
      .name = "--partitions",
      .argument = "LIST",
      .help = "of each topic: 0,3-5; else all",
      .option = "partitions" },
    { .letter = 'o',
      .repeated = true,
      .name = "--offset",
      .argument = "OFFSET",
      .help = "beginning (as without), end, N, -N, s@MS; to e@MS" },
    { .letter = 'e',
      .name = "--exit",
      .help = "at the end of what is there",
      .option = "stop_at",
      .value = "end" },
    { .letter = 'c',
      .name = "--max-count",
      .argument = "N",
      .help = "ends after so many messages",
      .option = "max_count" },
    { .letter = 'f',
      .name = "--format",
      .argument = "TEXT",
      .help = "tokens and escapes, as above" },
    { .letter = 'J',
      .name = "--json",
      .help = "each as JSON; what is no text is {\"base64\": ...}" },
    { .letter = 'K', .name = "--key-delimiter", .argument = "TEXT", .help = "keys too, before it" },
    { .letter = 'D',
      .name = "--delimiter",
      .argument = "TEXT",
      .help = "what ends a message: \\n, or such as \\x00" },
    { .letter = 'g',
      .name = "--consumer-group",
      .argument = "GROUP",
      .help = "as its member; a new one has only what comes",
      .option = "consumer_group" },
    { .letter = 'O', .name = "--print-offset", .help = "offsets before keys", .is_minor = true },
    { .letter = 'Z', .name = "--null", .help = "null prints as NULL", .is_minor = true },
    { .letter = 'u', .name = "--unbuffered", .help = "writes each at once", .is_minor = true },
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

const struct cli_command cli_consume = {
    .name = "consume",
    .summary = "messages on stdout: as text, in a format, as JSON",
    .description =
        "Without -g it reads for itself, and commits nothing. -f prints %s value, %k key,\n"
        "%h headers, %t topic, %p partition, %o offset, %T time; sizes %S %K, binary %R.\n",
    .flags = flags,
    .flag_count = sizeof flags / sizeof *flags,
    .sections = { "reader", "consumer" },
    .example = "kaffe consume -b localhost:9092 -t orders -o -10 -e -K :",
    .run = run,
};
