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
    const char *section; /* "consumer", "producer", "reader" */
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

#ifdef __cplusplus
}
#endif

#endif
