/* SPDX-License-Identifier: MIT
 *
 * Kaffe configured instead of programmed: one file, the environment and a command line say what a
 * program consumes and produces. This is the whole public API of libkaffe-service, which stands on
 * libkaffe (kaffe.h) and reads YAML for it.
 *
 *     extern char **environ;
 *     kaffe_config_sources sources = { .file = "kaffe.yaml", .environment = (const char *const *)environ };
 *     kaffe_config *config = kaffe_config_load(&sources, report, NULL, &err);
 *     kaffe_consumer_options options;
 *     if (config && kaffe_config_consumer(config, "orders", &options, &err) == KAFFE_OK) {
 *         options.handle_message = handle_message;
 *         status = kaffe_consume(&options, &err);
 *     }
 *     kaffe_config_free(config);
 *
 * The file has the names of the options structs (docs/options.md):
 *
 *     consumers:
 *       orders:
 *         endpoints: [kafka:9092]
 *         topics: [interesting-topic]
 *         consumer_group: your-app-consumer-group
 *     producer:
 *       endpoints: [kafka:9092]
 *       topics: [kafka-topic]
 *
 * What is said twice is decided by where: defaults < file < environment < settings. The conventions
 * of kaffe.h hold here too.
 */
#ifndef KAFFE_SERVICE_H
#define KAFFE_SERVICE_H

#include <kaffe.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- options, as a table ------------------------------------------------------------------ */

/** One option of one section. The strings are static; may grow at its end. */
typedef struct kaffe_option {
    const char *section; /* "consumer", "producer", "reader", "supervisor" */
    const char *name;    /* "max_bytes", the field of the options struct */
    const char
        *type; /* text, choice, number, flag, list, list of host:port, function, properties */
    const char *unit; /* "ms", "bytes", ...; "": none */
    const char *help; /* a sentence, without its dot */
    bool required;
    char default_value[47]; /* "1000000", "no limit"; "": none */
    char range[80];         /* "1..1024", "earliest, latest, stop", "true, false"; "": any */
} kaffe_option;

KAFFE_API bool kaffe_option_at_sized(size_t index, kaffe_option *option, size_t option_size);
KAFFE_API bool kaffe_option_find_sized(const char *section, const char *name, kaffe_option *option,
                                       size_t option_size);

/** Option `index` of all sections, in the order of the structs. @return false: there is none */
static inline bool kaffe_option_at(size_t index, kaffe_option *option)
{
    return kaffe_option_at_sized(index, option, sizeof *option);
}

/** @param section  NULL: the first section that has it. @return false: there is none */
static inline bool kaffe_option_find(const char *section, const char *name, kaffe_option *option)
{
    return kaffe_option_find_sized(section, name, option, sizeof *option);
}

/* --- configuration ------------------------------------------------------------------------ */

typedef struct kaffe_config kaffe_config;

/**
 * One thing said outside of the file. Frozen.
 * name: "max_bytes": of all sections that have it; "consumers.orders.max_bytes",
 * "producer.linger_ms", "reader.start_at": of that one; "kafka.socket.keepalive.enable",
 * "producer.kafka.debug": a property of librdkafka.
 */
typedef struct kaffe_setting {
    const char *name;
    const char *value;  /* as in the file; a list with commas */
    const char *origin; /* what messages call it: "--max-bytes"; NULL: its name */
} kaffe_setting;

/** Where a configuration comes from, the weakest first. Zero is "not at all". */
typedef struct kaffe_config_sources {
    const char *file;               /* a YAML file */
    const char *const *environment; /* "NAME=value", ended by NULL: usually `environ` */
    const kaffe_setting *settings;  /* [setting_count]; the last of equal names counts */
    size_t setting_count;
    const char *consumer; /* is there even if no file names it; letters, digits, - and _ */
} kaffe_config_sources;
/* The environment: KAFFE_MAX_BYTES, KAFFE_CONSUMERS_ORDERS_MAX_BYTES, KAFFE_PRODUCER_LINGER_MS and
 * KAFFE_KAFKA_SOCKET_KEEPALIVE_ENABLE are the names of settings in capitals, everything else than
 * letters and digits as "_". An empty value is no value. */

KAFFE_API KAFFE_MUST_CHECK kaffe_config *
kaffe_config_load_sized(const kaffe_config_sources *sources, size_t sources_size,
                        kaffe_report_fn report, void *ctx, kaffe_error *err);

/**
 * Reads and checks all of it, connects to nothing. Each problem goes to `report` (NULL: none): a
 * line that names file and line, variable or setting, and the remedy.
 * @return the configuration; NULL: KAFFE_INVALID (err: as many problems as fit), KAFFE_NO_MEMORY
 */
static inline KAFFE_MUST_CHECK kaffe_config *kaffe_config_load(const kaffe_config_sources *sources,
                                                               kaffe_report_fn report, void *ctx,
                                                               kaffe_error *err)
{
    return kaffe_config_load_sized(sources, sizeof *sources, report, ctx, err);
}

/** Frees it, and unloads the modules that were loaded through it: first free what runs them. */
KAFFE_API void kaffe_config_free(kaffe_config *config);

/** The file's consumers, in its order. */
KAFFE_API size_t kaffe_config_consumer_count(const kaffe_config *config);
/** NULL: no such index. Lent until the configuration is freed. */
KAFFE_API const char *kaffe_config_consumer_name(const kaffe_config *config, size_t index);
/** Does the file have a `producer:` section, or is there a setting for it alone? A variable for it
 * does not count: the environment is other programs' as well. */
KAFFE_API bool kaffe_config_has_producer(const kaffe_config *config);

KAFFE_API KAFFE_MUST_CHECK kaffe_status kaffe_config_consumer_sized(const kaffe_config *config,
                                                                    const char *name,
                                                                    kaffe_consumer_options *options,
                                                                    size_t options_size,
                                                                    kaffe_error *err);
KAFFE_API KAFFE_MUST_CHECK kaffe_status kaffe_config_producer_sized(kaffe_config *config,
                                                                    kaffe_producer_options *options,
                                                                    size_t options_size,
                                                                    kaffe_error *err);
KAFFE_API KAFFE_MUST_CHECK kaffe_status kaffe_config_reader_sized(const kaffe_config *config,
                                                                  kaffe_reader_options *options,
                                                                  size_t options_size,
                                                                  kaffe_error *err);

/**
 * Writes the options of a consumer: all that can be configured, everything else zero. Handlers, ctx
 * and log are then set by the caller, or by kaffe_config_load_module. Strings are lent until the
 * configuration is freed (kaffe_consumer_new copies them).
 * @param name  NULL: the only one
 * @return KAFFE_OK; KAFFE_INVALID: no consumer of that name, or NULL and there are several
 */
static inline KAFFE_MUST_CHECK kaffe_status kaffe_config_consumer(const kaffe_config *config,
                                                                  const char *name,
                                                                  kaffe_consumer_options *options,
                                                                  kaffe_error *err)
{
    return kaffe_config_consumer_sized(config, name, options, sizeof *options, err);
}

/**
 * The same for a producer. partition_strategy is resolved: a built-in, or a function from a module,
 * which stays loaded until the configuration is freed: free the producer first.
 * @return KAFFE_OK; KAFFE_INVALID: the strategy's module or symbol is not there
 */
static inline KAFFE_MUST_CHECK kaffe_status kaffe_config_producer(kaffe_config *config,
                                                                  kaffe_producer_options *options,
                                                                  kaffe_error *err)
{
    return kaffe_config_producer_sized(config, options, sizeof *options, err);
}

/** The same for a reader. @return KAFFE_OK */
static inline KAFFE_MUST_CHECK kaffe_status kaffe_config_reader(const kaffe_config *config,
                                                                kaffe_reader_options *options,
                                                                kaffe_error *err)
{
    return kaffe_config_reader_sized(config, options, sizeof *options, err);
}

/* --- handler modules ---------------------------------------------------------------------- */

#define KAFFE_MODULE_ABI 1

/**
 * Marks a shared object as a module for `message_handler` or `partition_strategy`, once per object,
 * at file scope:
 *
 *     KAFFE_MODULE;
 *     kaffe_status handle_message(const kaffe_message *m, void *ctx) { ... }
 *
 * `message_handler: ./orders.so` takes the object's handle_message or handle_messages, and its
 * worker_open and worker_close if there are any (types as in kaffe.h; the ctx of all is a
 * kaffe_module_context, unless worker_open says otherwise). `./orders.so:late_handle_message` names
 * another handler: a symbol that ends in handle_message or handle_messages; what stands before that
 * stands before its worker_open and worker_close too. `partition_strategy: ./orders.so:by_country`
 * names a kaffe_partition_fn. A path is relative to the configuration file's folder.
 */
#ifdef __cplusplus
#define KAFFE_MODULE                                                                               \
    extern "C" {                                                                                   \
    KAFFE_API extern const int kaffe_module_abi;                                                   \
    }                                                                                              \
    const int kaffe_module_abi = KAFFE_MODULE_ABI
#else
#define KAFFE_MODULE                                                                               \
    KAFFE_API extern const int kaffe_module_abi;                                                   \
    const int kaffe_module_abi = KAFFE_MODULE_ABI
#endif

/** What a module's functions get as ctx. Lent while the consumer lives; may grow at its end. */
typedef struct kaffe_module_context {
    const char *consumer;     /* its name in the file */
    kaffe_producer *producer; /* of the file's `producer:` section; NULL: there is none */
} kaffe_module_context;

/**
 * Loads the module that the consumer's message_handler names and sets handle_message,
 * handle_messages, worker_open, worker_close (NULL where the module has none) and ctx in *options,
 * and nothing else; on failure nothing at all.
 * @param producer  for the module; may be NULL. It must outlive the consumer
 * @return KAFFE_OK; KAFFE_INVALID: no message_handler, no such file or symbol, both handlers, no
 *         KAFFE_MODULE or another ABI: the message says which, with file and line
 */
KAFFE_API KAFFE_MUST_CHECK kaffe_status kaffe_config_load_module(kaffe_config *config,
                                                                 const char *name,
                                                                 kaffe_producer *producer,
                                                                 kaffe_consumer_options *options,
                                                                 kaffe_error *err);

/* --- supervisor --------------------------------------------------------------------------- */

/**
 * Several named consumers and producers in one program: producers first they are started, consumers
 * first they are stopped, and a consumer that fails is started again.
 *
 *     kaffe_supervisor *supervisor = kaffe_supervisor_new(&options, &err);
 *     answers = kaffe_supervisor_add_producer(supervisor, "answers", &producer_options, &err);
 *     status = kaffe_supervisor_add_consumer(supervisor, "orders", &consumer_options, &err);
 *     status = kaffe_supervisor_run(supervisor, &err);      (until SIGINT or SIGTERM)
 *     kaffe_supervisor_free(supervisor);
 */
typedef struct kaffe_supervisor kaffe_supervisor;

/** Sets what a file can not say of a consumer: handlers, ctx, hooks, worker functions, log.
 *  Threads: the one that calls kaffe_supervisor_check or _apply; it may be called more than once
 *  for a consumer, and calls nothing of the supervisor itself. @return KAFFE_OK, or whatever *err says: the configuration is refused */
typedef kaffe_status (*kaffe_bind_fn)(const char *consumer, kaffe_consumer_options *options,
                                      void *ctx, kaffe_error *err);

/** SIGHUP: reads the configuration again and gives it to kaffe_supervisor_apply. Threads: the one in
 *  kaffe_supervisor_run. @return KAFFE_OK; else err tells the log why all stays as it is */
typedef kaffe_status (*kaffe_reload_fn)(kaffe_supervisor *supervisor, void *ctx, kaffe_error *err);

/** The section `supervisor:` of a file has the numbers, and is the stronger. */
typedef struct kaffe_supervisor_options {
    int64_t max_restarts; /* of one consumer within max_seconds; 0: 3; 1..100, or KAFFE_NONE */
    int64_t max_seconds;  /* 0: 60; 1..86400 */
    int64_t restart_backoff_ms;     /* before a restart, doubling; 0: 1000; 1..3600000 */
    int64_t restart_backoff_max_ms; /* 0: 30000; 1..3600000 */
    kaffe_log_fn log; /* its own, and of children of a configuration without one; NULL: stderr */
    void *log_ctx;
    kaffe_bind_fn bind;     /* for consumers of a configuration; NULL: message_handler says it */
    kaffe_reload_fn reload; /* NULL: SIGHUP is left alone */
    void *ctx;              /* of bind and reload */
    int64_t processes; /* of kaffe run, see kaffe_processes_run; 0: no worker processes; 1..64 */
    kaffe_in_hand *in_hand; /* of its configurations' consumers; NULL: no worker process */
    const char *log_format; /* of its own log on stderr: logfmt (default), json */
} kaffe_supervisor_options;

KAFFE_API KAFFE_MUST_CHECK kaffe_status
kaffe_supervisor_options_check_sized(const kaffe_supervisor_options *options, size_t options_size,
                                     kaffe_report_fn report, void *ctx);
KAFFE_API KAFFE_MUST_CHECK kaffe_supervisor *
kaffe_supervisor_new_sized(const kaffe_supervisor_options *options, size_t options_size,
                           kaffe_error *err);
KAFFE_API KAFFE_MUST_CHECK kaffe_producer *
kaffe_supervisor_add_producer_sized(kaffe_supervisor *supervisor, const char *name,
                                    const kaffe_producer_options *options, size_t options_size,
                                    kaffe_error *err);
KAFFE_API KAFFE_MUST_CHECK kaffe_status kaffe_supervisor_add_consumer_sized(
    kaffe_supervisor *supervisor, const char *name, const kaffe_consumer_options *options,
    size_t options_size, kaffe_error *err);

KAFFE_API void kaffe_config_supervisor_sized(const kaffe_config *config,
                                             kaffe_supervisor_options *options,
                                             size_t options_size);

/** Writes the numbers of the section `supervisor:`, 0 where it says nothing; all else is zero. */
static inline void kaffe_config_supervisor(const kaffe_config *config,
                                           kaffe_supervisor_options *options)
{
    kaffe_config_supervisor_sized(config, options, sizeof *options);
}

/** As kaffe_consumer_options_check. */
static inline KAFFE_MUST_CHECK kaffe_status kaffe_supervisor_options_check(
    const kaffe_supervisor_options *options, kaffe_report_fn report, void *ctx)
{
    return kaffe_supervisor_options_check_sized(options, sizeof *options, report, ctx);
}

/** @return the supervisor, with nothing to supervise yet; NULL: KAFFE_INVALID or KAFFE_NO_MEMORY */
static inline KAFFE_MUST_CHECK kaffe_supervisor *
kaffe_supervisor_new(const kaffe_supervisor_options *options, kaffe_error *err)
{
    return kaffe_supervisor_new_sized(options, sizeof *options, err);
}

/**
 * Makes a producer, which is there from now on, for handlers and whoever else.
 * @param name  letters, digits, - and _, at most 100; of producers and consumers each its own
 * @return the producer, lent until the supervisor has stopped; NULL: KAFFE_INVALID (the options, a
 *         name that is taken, or it was started before), KAFFE_NO_MEMORY
 */
static inline KAFFE_MUST_CHECK kaffe_producer *
kaffe_supervisor_add_producer(kaffe_supervisor *supervisor, const char *name,
                              const kaffe_producer_options *options, kaffe_error *err)
{
    return kaffe_supervisor_add_producer_sized(supervisor, name, options, sizeof *options, err);
}

/** The same for a consumer, which kaffe_supervisor_start starts. Nothing connects before that. */
static inline KAFFE_MUST_CHECK kaffe_status
kaffe_supervisor_add_consumer(kaffe_supervisor *supervisor, const char *name,
                              const kaffe_consumer_options *options, kaffe_error *err)
{
    return kaffe_supervisor_add_consumer_sized(supervisor, name, options, sizeof *options, err);
}

/**
 * All that is wrong with a configuration for this supervisor, modules included; connects to nothing.
 * @return KAFFE_OK; KAFFE_INVALID, after a report for each problem; KAFFE_NO_MEMORY
 */
KAFFE_API KAFFE_MUST_CHECK kaffe_status kaffe_supervisor_check(kaffe_supervisor *supervisor,
                                                               kaffe_config *config,
                                                               kaffe_report_fn report, void *ctx,
                                                               kaffe_error *err);

/**
 * Makes what the configuration says out of what a former one has said; the first time, out of
 * nothing. What is wrong is found before anything is touched. Then consumers that are not in it any
 * more, or are changed, stop; the producer is made anew if it is changed; what is new or changed
 * starts, if the supervisor was started. Changed is: an option that is written otherwise or comes
 * from elsewhere with another value; another file in the place of the module that it uses, or of the
 * strategy's; for a consumer, also that the producer is changed. Everything else is not disturbed.
 * A module's file has to be replaced (mv, install), not written over.
 * @param config  the supervisor's, when this returned KAFFE_OK; else still the caller's
 * @return KAFFE_OK; KAFFE_INVALID: after a report for each problem, and nothing was touched;
 *         KAFFE_NO_MEMORY: the same; KAFFE_CLOSED: it stops, or has to stop, because a handler of a
 *         changed consumer has not returned
 * Threads: any but those of a callback; one at a time. Waits for what stops: shutdown_timeout_ms.
 */
KAFFE_API KAFFE_MUST_CHECK kaffe_status kaffe_supervisor_apply(kaffe_supervisor *supervisor,
                                                               kaffe_config *config,
                                                               kaffe_report_fn report, void *ctx,
                                                               kaffe_error *err);

/** A producer of that name; NULL: the configuration's. Lent until the supervisor has stopped; the
 *  configuration's until the consumers of that configuration have. @return NULL: there is none */
KAFFE_API kaffe_producer *kaffe_supervisor_producer(kaffe_supervisor *supervisor, const char *name);

/**
 * Starts all consumers; returns at once. A consumer that ends with an error is started again, from
 * the first message that is not finished, after a backoff. When that would be more than max_restarts
 * within max_seconds, or of no use (fenced by another member of the same group_instance_id; a handler
 * has not returned), all stop, and that error is kaffe_supervisor_wait's.
 * @return KAFFE_OK; KAFFE_INVALID: started before; KAFFE_NO_MEMORY: no thread is left;
 *         KAFFE_CLOSED: stopped before
 */
KAFFE_API KAFFE_MUST_CHECK kaffe_status kaffe_supervisor_start(kaffe_supervisor *supervisor,
                                                               kaffe_error *err);

/** Asks all to stop: the consumers drain, commit and leave, side by side; then producers are flushed
 *  and freed. Returns at once; also from a handler or signal handler. */
KAFFE_API void kaffe_supervisor_stop(kaffe_supervisor *supervisor);

/**
 * Waits until all have stopped.
 * @param timeout_ms  how long; 0 asks and returns; KAFFE_NONE: without end
 * @return KAFFE_OK           stopped: all finished work is committed, all records are written
 *         KAFFE_TIMED_OUT    timeout_ms ran out, it still runs (err->flags 0); or, KAFFE_ERROR_FATAL
 *                            set, it has stopped and a consumer left work behind
 *         KAFFE_NOT_WRITTEN  a producer could not write all
 *         KAFFE_INVALID      never started
 *         others             the error of the consumer that stopped all: "consumer orders: ..."
 * Threads: any but those of a callback.
 */
KAFFE_API KAFFE_MUST_CHECK kaffe_status kaffe_supervisor_wait(kaffe_supervisor *supervisor,
                                                              int64_t timeout_ms, kaffe_error *err);

/**
 * Starts, waits, and takes care of the process: SIGINT and SIGTERM stop all in order, the second, 200
 * ms later or more, ends the process at once with 128 + its number; SIGHUP calls `reload`. The
 * signals have their old handlers back afterwards. Not beside kaffe_consume or kaffe_read.
 * If NOTIFY_SOCKET is set, systemd hears of it (sd_notify): READY=1 when all consumers were started,
 * whether or not brokers answer; STATUS=; RELOADING=1 and then READY=1; STOPPING=1; WATCHDOG=1 twice
 * within WATCHDOG_USEC, as long as kaffe_supervisor_health is well.
 * @return as kaffe_supervisor_start and kaffe_supervisor_wait; KAFFE_INVALID also: it already runs in
 *         this process
 * Threads: any, blocks.
 */
KAFFE_API KAFFE_MUST_CHECK kaffe_status kaffe_supervisor_run(kaffe_supervisor *supervisor,
                                                             kaffe_error *err);

/**
 * Stops it if it runs, waits for that, frees it.
 * @return KAFFE_OK; KAFFE_NOT_WRITTEN: never started, and a producer could not write all;
 *         KAFFE_TIMED_OUT: a handler has not returned: it, the producers and the modules are left
 *         behind, so that it finds them
 */
KAFFE_API kaffe_status kaffe_supervisor_free(kaffe_supervisor *supervisor);

typedef enum kaffe_child_state {
    KAFFE_CHILD_NEW = 0,     /* not started yet */
    KAFFE_CHILD_RUNNING = 1, /* a producer always is, until it is closed */
    KAFFE_CHILD_WAITING = 2, /* it failed, and is started again soon */
    KAFFE_CHILD_STOPPED = 3,
    KAFFE_CHILD_FAILED = 4 /* it is not started again: last_error */
} kaffe_child_state;

/** One of the supervised, as it is now. May grow at its end. */
typedef struct kaffe_child {
    char name[104];
    kaffe_child_state state;
    bool is_producer;
    bool is_configured; /* a configuration's */
    bool left_behind;   /* a handler has not returned */
    int64_t restarts;
    int64_t running_since_ms; /* since 1970; 0: it does not run */
    kaffe_error last_error;   /* why it failed last; status KAFFE_OK: never */
} kaffe_child;

KAFFE_API bool kaffe_supervisor_child_sized(kaffe_supervisor *supervisor, size_t index,
                                            kaffe_child *child, size_t child_size);
KAFFE_API bool kaffe_supervisor_count_sized(kaffe_supervisor *supervisor, const char *name,
                                            kaffe_consumer_counters *counters,
                                            size_t counters_size);

/**
 * Is it alive, as far as a restart of the process would help? A consumer that waits to be started
 * again is no reason.
 * @return KAFFE_OK; KAFFE_TIMED_OUT: a consumer's handler is overdue: "consumer orders: ...";
 *         KAFFE_CLOSED: not started, or it stops or has stopped
 */
KAFFE_API kaffe_status kaffe_supervisor_health(kaffe_supervisor *supervisor, kaffe_error *err);

/** Child `index`, 0..: producers, then consumers. @return false: there are no more */
static inline bool kaffe_supervisor_child(kaffe_supervisor *supervisor, size_t index,
                                          kaffe_child *child)
{
    return kaffe_supervisor_child_sized(supervisor, index, child, sizeof *child);
}

/** A consumer's counters since its last start; zero while it does not run. @return false: no such
 *  consumer */
static inline bool kaffe_supervisor_count(kaffe_supervisor *supervisor, const char *name,
                                          kaffe_consumer_counters *counters)
{
    return kaffe_supervisor_count_sized(supervisor, name, counters, sizeof *counters);
}

/* --- worker processes --------------------------------------------------------------------- */

/**
 * One process that consumes nothing starts others of the same program, which do, and watches them. A
 * handler that crashes (a fault, abort, exit, an overflow of its stack) takes one of them down, and
 * another one is started in its place. The message that was being handled is to blame: it comes again
 * as after a failure, with `attempt` + 1, and after max_attempts on_failure decides. In main:
 *
 *     kaffe_worker_process self;
 *     kaffe_processes_options options = { .processes = 4, .arguments = argv };
 *     if (kaffe_worker_process_begin(&self, &err) == KAFFE_OK && self.number == 0)
 *         return kaffe_processes_run(&options, &err) != KAFFE_OK;
 *     consumer_options.in_hand = self.in_hand;
 *     ...
 *     kaffe_worker_process_end(&self);
 *
 * Only the message of the thread that faulted is blamed. Where that is not known (SIGKILL, out of
 * memory, a thread of the handler's own), all that were being handled in that process are tried
 * again, one at a time, while no other handler of their process runs. A batch that crashed comes
 * message by message.
 */
typedef struct kaffe_processes_options kaffe_processes_options;

/** SIGHUP: may the worker processes be replaced, one after another? It may change *options, whose
 *  numbers then count. @return KAFFE_OK; else err tells the log why all stays as it is */
typedef kaffe_status (*kaffe_processes_reload_fn)(kaffe_processes_options *options, void *ctx,
                                                  kaffe_error *err);

struct kaffe_processes_options {
    int64_t processes;              /* required; 1..64 */
    const char *const *arguments;   /* required: a worker process's argv, its last one NULL */
    int64_t max_restarts;           /* of each, within max_seconds; 0: 3; 1..100, or KAFFE_NONE */
    int64_t max_seconds;            /* 0: 60; 1..86400 */
    int64_t restart_backoff_ms;     /* before a restart, doubling; 0: 1000 */
    int64_t restart_backoff_max_ms; /* 0: 30000 */
    int64_t shutdown_timeout_ms;    /* then SIGKILL; 0: 15000 */
    kaffe_log_fn log;               /* NULL: stderr, info and worse */
    void *log_ctx;
    kaffe_processes_reload_fn reload; /* NULL: SIGHUP is left alone */
    void *ctx;                        /* of reload */
};

KAFFE_API KAFFE_MUST_CHECK kaffe_status kaffe_processes_run_sized(
    const kaffe_processes_options *options, size_t options_size, kaffe_error *err);

/**
 * Starts worker processes, by executing the program of this process, and keeps them running until
 * SIGINT or SIGTERM: then they get SIGTERM. A second signal, 200 ms later or more, kills them all and
 * ends this process with 128 + its number. If this process dies, they get SIGTERM, too.
 * A death that a message is blamed for is no restart that max_restarts counts; others are.
 * systemd hears of it as from kaffe_supervisor_run; to worker processes, this process is what systemd
 * is to a service: READY=1 of all of them is its own.
 * @return KAFFE_OK         stopped, and all have ended in order
 *         KAFFE_TIMED_OUT  stopped, but one has not: it had to be killed, or ended with an error
 *         KAFFE_FAILED     one would have been started again more often than max_restarts
 *         KAFFE_INVALID    the options are wrong; KAFFE_NO_MEMORY
 * Threads: the only one of its process; blocks.
 */
static inline KAFFE_MUST_CHECK kaffe_status
kaffe_processes_run(const kaffe_processes_options *options, kaffe_error *err)
{
    return kaffe_processes_run_sized(options, sizeof *options, err);
}

/** What a process is. Frozen. */
typedef struct kaffe_worker_process {
    int32_t number; /* 1..processes; 0: no worker process */
    int32_t reserved;
    kaffe_in_hand *in_hand; /* for the options of its consumers; NULL: no worker process */
} kaffe_worker_process;

/**
 * The first thing in main. In a worker process it takes the signals of faults (a core dump is still
 * written) and PR_SET_PDEATHSIG; elsewhere it does nothing.
 * @return KAFFE_OK; KAFFE_CLOSED: the process that started this one has ended, so has this one to;
 *         KAFFE_INVALID: started by another version
 */
KAFFE_API KAFFE_MUST_CHECK kaffe_status kaffe_worker_process_begin(kaffe_worker_process *self,
                                                                   kaffe_error *err);
/** It ends in order, whatever its exit status: nothing is blamed for that. */
KAFFE_API void kaffe_worker_process_end(const kaffe_worker_process *self);

#ifdef __cplusplus
}
#endif

#endif
