/* SPDX-License-Identifier: MIT
 *
 * Kaffe: you write a handler, it does the rest. This is the whole public API of libkaffe.
 *
 *     static kaffe_status handle_message(const kaffe_message *m, void *ctx)
 *     {
 *         printf("%.*s: %.*s\n", KAFFE_TEXT(m->key), KAFFE_TEXT(m->value));
 *         return KAFFE_OK;
 *     }
 *
 * Conventions, said once:
 * - An options struct is zeroed first; zero means "the default". Where zero would be a real value,
 *   KAFFE_NONE says it. The library copies what it needs: options and all strings in them may go
 *   away when the call returns.
 * - A call that can fail returns a kaffe_status (constructors: the pointer or NULL) and writes a
 *   kaffe_error if one is given, on success too, so it needs no initialiser and is never stale.
 * - A `const kaffe_message *`, a `kaffe_batch *` and all bytes they lead to are lent until the
 *   handler returns. Copy the bytes, never the struct: it may grow at its end.
 * - A kaffe_bytes with data NULL is null (no key, a tombstone). A non-NULL data with size 0 is
 *   empty. The two are never confused, in either direction.
 * - `ctx` is the caller's and must outlive the handle. `_free(NULL)` is fine everywhere.
 * - Any thread may call unless a call says otherwise. The library's own threads block all
 *   asynchronous signals. After fork() a child may only exec.
 * - A callback must not block unless it is a handler, and may call nothing of Kaffe except what
 *   its comment allows. No C++ exception, longjmp or pthread_exit may leave one.
 */
#ifndef KAFFE_H
#define KAFFE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__) || defined(__clang__)
#define KAFFE_API __attribute__((visibility("default")))
#define KAFFE_MUST_CHECK __attribute__((warn_unused_result))
#define KAFFE_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define KAFFE_API
#define KAFFE_MUST_CHECK
#define KAFFE_PRINTF(text, first)
#endif

/* --- errors ------------------------------------------------------------------------------- */

/** What a program can act on. Numbers never change; new ones may be added. */
typedef enum kaffe_status {
    KAFFE_OK = 0,
    KAFFE_INVALID = 1,        /* the call or its options are wrong; the message says what */
    KAFFE_NO_MEMORY = 2,      /* nothing was changed */
    KAFFE_TIMED_OUT = 3,      /* the time given ran out; call again or give up */
    KAFFE_QUEUE_FULL = 4,     /* nothing was accepted; slow down and try again */
    KAFFE_STALE = 5,          /* the partition has been given up meanwhile; harmless */
    KAFFE_CLOSED = 6,         /* the handle is stopping or stopped */
    KAFFE_DENIED = 7,         /* the cluster refuses: credentials or permissions */
    KAFFE_UNSUPPORTED = 8,    /* this library, or this cluster, can not do it */
    KAFFE_NOT_WRITTEN = 9,    /* the record is certainly not in the topic */
    KAFFE_MAYBE_WRITTEN = 10, /* no answer came: the record may or may not be in the topic */
    KAFFE_FAILED = 11,        /* a handler's "not done", and failures with no better name */
    KAFFE_KAFKA = 12          /* Kafka's own error; see kafka_code */
} kaffe_status;

#define KAFFE_ERROR_RETRIABLE 1u /* the same call may succeed later */
#define KAFFE_ERROR_FATAL 2u     /* the handle is of no more use: free it, make a new one */

/** Caller-owned, nothing to free. Frozen: 256 bytes. */
typedef struct kaffe_error {
    kaffe_status status;
    int32_t kafka_code; /* Kafka's or librdkafka's error code; 0: none */
    uint32_t flags;     /* KAFFE_ERROR_... */
    char message[244];  /* one line that names the culprit; "" on success */
} kaffe_error;

/** A few words for a status, for programs that print one; static, never NULL. */
KAFFE_API const char *kaffe_status_text(kaffe_status status);

/* --- data --------------------------------------------------------------------------------- */

#define KAFFE_NONE (-1)          /* in a numeric option: none, off, or a real zero */
#define KAFFE_ANY_PARTITION (-1) /* the partition strategy chooses */

/** Borrowed bytes. data NULL: null. Frozen. */
typedef struct kaffe_bytes {
    const void *data;
    size_t size;
} kaffe_bytes;

/** The pair that printf's "%.*s" wants; null prints as nothing. */
#define KAFFE_TEXT(bytes) (int)(bytes).size, (bytes).data ? (const char *)(bytes).data : ""

/** Bytes of a C string, without its end; NULL gives null. */
static inline kaffe_bytes kaffe_text(const char *text)
{
    kaffe_bytes bytes;
    bytes.data = text;
    bytes.size = text ? strlen(text) : 0;
    return bytes;
}

/** A header: the name is bytes and never null, the value may be null. Frozen. */
typedef struct kaffe_header {
    kaffe_bytes name;
    kaffe_bytes value;
} kaffe_header;

/** What is produced. Borrowed for the call. Frozen. */
typedef struct kaffe_record {
    kaffe_bytes key;
    kaffe_bytes value;           /* null: a tombstone */
    const kaffe_header *headers; /* [header_count] */
    size_t header_count;
    int64_t timestamp_ms; /* since 1970; 0: now */
} kaffe_record;

typedef enum kaffe_timestamp_type {
    KAFFE_TIMESTAMP_NONE = -1,
    KAFFE_TIMESTAMP_CREATE = 0, /* set by the producer */
    KAFFE_TIMESTAMP_APPEND = 1  /* set by the broker */
} kaffe_timestamp_type;

/** What a handler gets. Lent, read only; may grow at its end, so never copied by value. */
typedef struct kaffe_message {
    const char *topic;
    int32_t partition;
    int32_t attempt; /* 1, and one more for each failure of it, here, and each crash */
    int64_t offset;
    int64_t timestamp_ms; /* -1: none */
    kaffe_timestamp_type timestamp_type;
    kaffe_bytes key;
    kaffe_bytes value;
} kaffe_message;

/* Headers are decoded when asked for. Threads: the handler's own, while it runs. */
KAFFE_API size_t kaffe_message_header_count(const kaffe_message *m);
/** Header `index` in the order they were produced. @return false: no such index, *header untouched */
KAFFE_API bool kaffe_message_header_at(const kaffe_message *m, size_t index, kaffe_header *header);
/** The first header of that name (compared byte for byte). @return false: none, *value untouched */
KAFFE_API bool kaffe_message_header(const kaffe_message *m, const char *name, kaffe_bytes *value);

/* Since Kafka 0.11 these belong to the record batch that the message came in. */
KAFFE_API int16_t kaffe_message_attributes(const kaffe_message *m);
KAFFE_API uint32_t kaffe_message_crc(const kaffe_message *m); /* CRC-32C of the batch, checked */
KAFFE_API int8_t kaffe_message_magic_byte(const kaffe_message *m); /* 2 */

/** A property of librdkafka, which does groups, commits and producing. Frozen. */
typedef struct kaffe_property {
    const char *name; /* "socket.keepalive.enable" */
    const char *value;
} kaffe_property;

/** Where an access token for SASL OAUTHBEARER is put. Lent for a kaffe_token_fn's call. */
typedef struct kaffe_token kaffe_token;

/**
 * @param value          copied
 * @param principal      whom it names, copied; NULL: what its JWT says ("sub"), or nobody
 * @param expires_at_ms  since 1970; 0: what its JWT says ("exp"), or in five minutes
 */
KAFFE_API void kaffe_token_set(kaffe_token *token, const char *value, const char *principal,
                               int64_t expires_at_ms);

/**
 * Puts in a token: for a login, and again when four fifths of its life are over. A login waits.
 * @return KAFFE_OK; else err says why, and it is asked again later
 * Threads: the library's, perhaps several at once. May block; may call kaffe_token_set only.
 */
typedef kaffe_status (*kaffe_token_fn)(kaffe_token *token, void *ctx, kaffe_error *err);

/* --- log ---------------------------------------------------------------------------------- */

typedef enum kaffe_log_level {
    KAFFE_LOG_ERROR = 1,
    KAFFE_LOG_WARN = 2,
    KAFFE_LOG_INFO = 3,
    KAFFE_LOG_DEBUG = 4
} kaffe_log_level;

/**
 * One event. `event` is a stable name ("partition.started"), `fields` is logfmt
 * ("topic=orders partition=3 offset=41"). Keys, values and secrets are never in it.
 * Both strings are lent for the call. Threads: any of the library's, several at once. At most 100 a
 * second, debug aside; "log.suppressed" says what was left out. On stderr at most 10.
 */
typedef void (*kaffe_log_fn)(kaffe_log_level level, const char *event, const char *fields,
                             void *ctx);

/* --- consumer ----------------------------------------------------------------------------- */

typedef struct kaffe_consumer kaffe_consumer;

/** Some messages of one topic-partition: offsets ascend, never empty. Lent. */
typedef struct kaffe_batch kaffe_batch;

KAFFE_API const char *kaffe_batch_topic(const kaffe_batch *batch);
KAFFE_API int32_t kaffe_batch_partition(const kaffe_batch *batch);
KAFFE_API size_t kaffe_batch_count(const kaffe_batch *batch); /* 1..max_batch_count */
/** Message `index`, 0..count-1; NULL beyond. Valid until the handler returns. */
KAFFE_API const kaffe_message *kaffe_batch_at(const kaffe_batch *batch, size_t index);

/**
 * What async_message_ack acknowledges by: one message, or a batch as a whole, of one hand-over. A
 * value to be copied and kept; its fields are the library's. Frozen: 32 bytes.
 */
typedef struct kaffe_ack_token {
    uint64_t assignment;
    uint64_t hand_over;
    int64_t first;
    int64_t last;
} kaffe_ack_token;

/* Threads: any, while message or batch are lent. Without async_message_ack: a token of nothing. */
KAFFE_API kaffe_ack_token kaffe_message_ack_token(const kaffe_message *m);
KAFFE_API kaffe_ack_token kaffe_batch_ack_token(const kaffe_batch *batch);
/** For kaffe_ack in a handler that has no handle, as in a module; NULL without async_message_ack. */
KAFFE_API kaffe_consumer *kaffe_message_consumer(const kaffe_message *m);

/**
 * Handles one message. KAFFE_OK acknowledges it; anything else is a failure: the message is not
 * committed, the failure is logged and counted, and after a backoff the same message is handed
 * out again with attempt + 1; after max_attempts, on_failure decides. Other partitions go on.
 * Threads: a worker's. At most one handler at a time per partition, several partitions at once
 * (`workers: 1`: one at a time in all). It may block as long as it likes.
 * With async_message_ack KAFFE_OK means "taken over": the message stays lent, in this handler and
 * elsewhere, until its first verdict: kaffe_ack or kaffe_nack. Anything else is a nack, unless there
 * was a verdict before. Further messages are handed out meanwhile, up to max_in_flight.
 */
typedef kaffe_status (*kaffe_handle_message_fn)(const kaffe_message *m, void *ctx);

/**
 * The same for a batch; KAFFE_OK acknowledges all of it. After a failure, what precedes the culprit
 * that kaffe_fail has named is acknowledged, and the rest comes again, beginning with it; without a
 * culprit the same batch comes again, and after max_attempts on_failure decides on all of it.
 * With async_message_ack nothing counts as done by itself: all that has no verdict yet comes again,
 * as a failure of the culprit's alone if there is one. The batch is lent until its last verdict.
 */
typedef kaffe_status (*kaffe_handle_messages_fn)(const kaffe_batch *batch, void *ctx);

/**
 * A batch handler that returns KAFFE_OK may say how much of what is handled is committed: up to
 * `offset`, that message included, which may lie in an earlier batch that was withheld; or nothing
 * yet. The rest is committed with the next batch whose handler says so, or says nothing. What is
 * still withheld when the partition goes or the consumer stops comes again. What was released
 * stays so; the last call counts, and none if the handler fails.
 * @return KAFFE_OK; KAFFE_INVALID: `offset` is negative or behind the batch's last message
 * Threads: the handler's own, while it runs. A reader commits nothing anyway.
 * Source:  {:ok, offset} and {:ok, :no_commit}
 */
KAFFE_API kaffe_status kaffe_batch_commit_up_to(const kaffe_batch *batch, int64_t offset);
KAFFE_API void kaffe_batch_commit_later(const kaffe_batch *batch);

/**
 * Says why: `return kaffe_fail(m, "card refused: %d", code);` The text is copied at once and
 * stands in the log beside topic, partition and offset. In a batch handler, m is the culprit:
 * kaffe_batch_at(batch, i).
 * @return KAFFE_FAILED, always
 */
KAFFE_API kaffe_status kaffe_fail(const kaffe_message *m, const char *reason, ...)
    KAFFE_PRINTF(2, 3);

/** The same, and another attempt is of no use: on_failure decides at once. */
KAFFE_API kaffe_status kaffe_fail_permanently(const kaffe_message *m, const char *reason, ...)
    KAFFE_PRINTF(2, 3);

/**
 * Has this partition been taken from us while the handler runs? A long handler asks now and then
 * and hurries: it has `rebalance_delay_ms` in all. What it finishes within that time is committed.
 */
KAFFE_API bool kaffe_is_revoked(const kaffe_message *m);

/**
 * Runs on each worker thread before its first message; *worker_ctx replaces ctx in this worker's
 * handler calls (a database connection for each worker). Whatever but KAFFE_OK ends the consumer
 * with that error, so fill *err with a message.
 */
typedef kaffe_status (*kaffe_worker_open_fn)(void *ctx, void **worker_ctx, kaffe_error *err);
typedef void (*kaffe_worker_close_fn)(void *ctx, void *worker_ctx);

/** A partition comes or goes (before its final commit). Threads: the control thread. */
typedef void (*kaffe_partition_event_fn)(const char *topic, int32_t partition, void *ctx);

/** Memory of a worker process, shared with the process that started it: what handlers have in hand,
 *  and which messages are to blame for crashes. kaffe_service.h gives it. */
typedef struct kaffe_in_hand kaffe_in_hand;

/** Where a group without a commit starts, and the rest: 0 and NULL are the defaults. */
typedef struct kaffe_consumer_options {
    const char *endpoints;      /* required: "host:port,host:port"; IPv6 as "[::1]:9092" */
    const char *topics;         /* required: "orders,refunds" */
    const char *consumer_group; /* required */
    kaffe_handle_message_fn handle_message;   /* this one ... */
    kaffe_handle_messages_fn handle_messages; /* ... or this one */
    void *ctx;
    kaffe_worker_open_fn worker_open;
    kaffe_worker_close_fn worker_close;
    kaffe_partition_event_fn partition_assigned;
    kaffe_partition_event_fn partition_revoked;
    kaffe_log_fn log; /* NULL: stderr, info and worse */
    void *log_ctx;
    bool start_with_earliest_message; /* a group without commits; false: the newest only */
    bool async_message_ack;           /* false: the return value acknowledges; true: kaffe_ack */
    bool dead_letter_topic_create;    /* false: it has to be there; true: it is made if it is not */
    const char *offset_reset_policy;  /* a commit that is gone: earliest (default), latest, stop */
    int64_t workers;           /* threads; 0: one per assigned partition, at most 64; 1..1024 */
    int64_t max_bytes;         /* fetched ahead per partition; 0: 1000000; 4096..1073741824 */
    int64_t min_bytes;         /* a fetch waits for; 0: 1; 1..1073741824 */
    int64_t max_wait_time_ms;  /* ... at most this long; 0: 500; 1..30000, or KAFFE_NONE */
    int64_t max_batch_count;   /* messages in a batch; 0: 1000; 1..100000 */
    int64_t max_batch_wait_ms; /* wait for more; 0: 0; 1..60000 */
    int64_t offset_commit_interval_ms; /* 0: 5000; 10..3600000 */
    int64_t rebalance_delay_ms;    /* a hand-over may take; 0: 10000; 1..3600000, or KAFFE_NONE */
    int64_t retry_backoff_ms;      /* after a failure; 0: 100; 1..3600000 */
    int64_t retry_backoff_max_ms;  /* doubling up to; 0: 30000; 1..3600000 */
    int64_t max_attempts;          /* then on_failure; 0: no limit; 1..1000000, or KAFFE_NONE */
    const char *on_failure;        /* stop (default), dead_letter, skip */
    const char *dead_letter_topic; /* NULL: the message's topic and ".dlq" */
    int64_t session_timeout_ms;    /* 0: 30000; 1000..3600000 */
    int64_t heartbeat_interval_ms; /* 0: 1000; 1..3600000 */
    int64_t start_timeout_ms;      /* brokers answer; 0: no limit; 100..3600000, or KAFFE_NONE */
    int64_t shutdown_timeout_ms;   /* stop returns within; 0: 10000; 100..3600000 */
    const char *partition_assignment_strategy; /* roundrobin (default), range */
    const char *group_instance_id;             /* static membership; NULL: none */
    const char *client_id;                     /* NULL: "kaffe" */
    const char *client_rack;     /* reads from replicas in it, if the brokers say so; NULL: none */
    const kaffe_property *kafka; /* [kafka_count] of librdkafka; docs/configuration.md says which */
    size_t kafka_count;
    int64_t handler_timeout_ms; /* a call is overdue; 0: no limit; 100..86400000, or KAFFE_NONE */
    const char *on_handler_timeout; /* report (default), exit */
    const char *security_protocol;  /* plaintext (default), ssl, sasl_plaintext, sasl_ssl */
    const char *ssl_ca_location;    /* a PEM file: whom to trust; NULL: whom the system trusts */
    const char *ssl_ca_pem;         /* or its text; NULL: none */
    const char *ssl_certificate_location; /* a PEM file: the client's, with its chain; NULL: none */
    const char *ssl_certificate_pem;      /* or its text; NULL: none */
    const char *ssl_key_location;         /* a PEM file: the certificate's key; NULL: none */
    const char *ssl_key_pem;              /* or its text; NULL: none */
    const char *ssl_key_password;         /* NULL: the key is not encrypted */
    const char *sasl_mechanism;           /* PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER */
    const char *sasl_username;            /* NULL: none */
    const char *sasl_password;            /* NULL: none */
    bool heroku_kafka_env; /* endpoints and TLS from KAFKA_URL and its kin; false: from here */
    const char *sasl_oauthbearer_token_command; /* prints a token; NULL: none */
    kaffe_token_fn sasl_oauthbearer_token;      /* or fills one in */
    void *sasl_oauthbearer_token_ctx;
    int64_t memory_limit_bytes; /* 0: 268435456; 16777216..1099511627776, or KAFFE_NONE */
    kaffe_in_hand *in_hand;     /* outlives the consumer; NULL: this is no worker process */
    const char *log_format;     /* on stderr: logfmt (default), json */
    int64_t max_in_flight;      /* handed out from the first unfinished on; 0: 1000; 1..100000 */
    int64_t ack_timeout_ms; /* a verdict is overdue; 0: no limit; 100..86400000, or KAFFE_NONE */
} kaffe_consumer_options;

/** Exit status of a process that on_handler_timeout exit has ended. */
#define KAFFE_EXIT_HANDLER_TIMEOUT 3

/** Called once per problem, with a line that names the option and the remedy. */
typedef void (*kaffe_report_fn)(const char *problem, void *ctx);

/**
 * All that is wrong with the options, before anything connects.
 * @return KAFFE_OK, or KAFFE_INVALID after at least one report
 */
KAFFE_API KAFFE_MUST_CHECK kaffe_status kaffe_consumer_options_check_sized(
    const kaffe_consumer_options *options, size_t options_size, kaffe_report_fn report, void *ctx);

KAFFE_API KAFFE_MUST_CHECK kaffe_status kaffe_consume_sized(const kaffe_consumer_options *options,
                                                            size_t options_size, kaffe_error *err);

KAFFE_API KAFFE_MUST_CHECK kaffe_consumer *
kaffe_consumer_new_sized(const kaffe_consumer_options *options, size_t options_size,
                         kaffe_error *err);

static inline KAFFE_MUST_CHECK kaffe_status kaffe_consumer_options_check(
    const kaffe_consumer_options *options, kaffe_report_fn report, void *ctx)
{
    return kaffe_consumer_options_check_sized(options, sizeof *options, report, ctx);
}

/**
 * Consumes until SIGINT or SIGTERM: new, start, wait, free in one call. The only call that
 * touches signals: both get a handler while it runs and their old one back afterwards. A second
 * signal, 200 ms later or more, ends the process at once, with exit status 128 + its number. One at
 * a time per process.
 * Brokers that can not be reached are no error without start_timeout_ms: it keeps trying.
 * @return KAFFE_OK       stopped by a signal; all finished work is committed
 *         KAFFE_INVALID  the options are wrong, or kaffe_consume already runs in this process; or
 *                          async_message_ack is set, whose calls need kaffe_consumer_new's handle
 *         KAFFE_TIMED_OUT  the group was not joined within start_timeout_ms; or stopped, but a
 *                          handler or the commit outlived shutdown_timeout_ms
 *         others         what kaffe_consumer_wait returns
 * Threads: any, blocks.
 */
static inline KAFFE_MUST_CHECK kaffe_status kaffe_consume(const kaffe_consumer_options *options,
                                                          kaffe_error *err)
{
    return kaffe_consume_sized(options, sizeof *options, err);
}

/**
 * A consumer for programs with a loop of their own. Nothing connects before kaffe_consumer_start.
 * @return the consumer; NULL: KAFFE_INVALID (the message names all that is wrong, as far as it
 *         fits; each problem is logged too) or KAFFE_NO_MEMORY
 */
static inline KAFFE_MUST_CHECK kaffe_consumer *
kaffe_consumer_new(const kaffe_consumer_options *options, kaffe_error *err)
{
    return kaffe_consumer_new_sized(options, sizeof *options, err);
}

/**
 * Starts the threads and joins the group; returns at once. Once per consumer.
 * @return KAFFE_OK; KAFFE_INVALID: started before; KAFFE_NO_MEMORY: a thread can not be had;
 *         KAFFE_CLOSED: stopped before
 */
KAFFE_API KAFFE_MUST_CHECK kaffe_status kaffe_consumer_start(kaffe_consumer *consumer,
                                                             kaffe_error *err);

/** Asks it to stop: drain, commit, leave. Returns at once; also from a handler or signal handler. */
KAFFE_API void kaffe_consumer_stop(kaffe_consumer *consumer);

/**
 * With async_message_ack: a message, or all of a batch that has no verdict yet, is done, or failed
 * and comes again after those handed out since, with attempt + 1. In any order; only what is done
 * without a gap is committed. The first verdict counts, and ends what is lent.
 * @param reason  as for kaffe_fail; kaffe_nack_permanently as kaffe_fail_permanently
 * @return KAFFE_OK       this was the first verdict on at least one message
 *         KAFFE_STALE    it changes nothing, and is harmless: there was one before, or a later
 *                        attempt is out, or the partition has been given up, or the consumer has
 *                        stopped; the counters tell which
 *         KAFFE_INVALID  no message has this token, or async_message_ack is not set
 * Threads: any, callbacks too, until kaffe_consumer_free is called. Never waits.
 * Source:  Kaffe.Consumer.ack(pid, message)
 */
KAFFE_API kaffe_status kaffe_ack(kaffe_consumer *consumer, kaffe_ack_token token);
KAFFE_API kaffe_status kaffe_nack(kaffe_consumer *consumer, kaffe_ack_token token,
                                  const char *reason, ...) KAFFE_PRINTF(3, 4);
KAFFE_API kaffe_status kaffe_nack_permanently(kaffe_consumer *consumer, kaffe_ack_token token,
                                              const char *reason, ...) KAFFE_PRINTF(3, 4);

/**
 * Waits until it has stopped, by kaffe_consumer_stop or by an error.
 * @param timeout_ms  how long; 0 asks and returns; KAFFE_NONE: without end
 * @return KAFFE_OK         stopped, all finished work is committed
 *         KAFFE_TIMED_OUT  timeout_ms ran out, it still runs (err->flags 0); or, KAFFE_ERROR_FATAL
 *                          set, it has stopped: work was left behind at shutdown_timeout_ms, or
 *                          the group was not joined within start_timeout_ms
 *         KAFFE_DENIED     start_timeout_ms is set, and the brokers refuse the credentials, or
 *                          their certificates can not be trusted; the message says what
 *         KAFFE_FAILED     on_failure stop, offset_reset_policy stop, or worker_open failed; the
 *                          message says what
 *         KAFFE_KAFKA      the group refuses this member for good (fenced, not authorised)
 *         KAFFE_INVALID    never started, or called by a callback
 */
KAFFE_API KAFFE_MUST_CHECK kaffe_status kaffe_consumer_wait(kaffe_consumer *consumer,
                                                            int64_t timeout_ms, kaffe_error *err);

/**
 * Stops it if it runs, waits at most shutdown_timeout_ms, frees it.
 * @return KAFFE_OK; KAFFE_TIMED_OUT: a handler has not returned: its thread and what it holds are
 *         left behind and end with it; KAFFE_INVALID: called by a callback, nothing happened
 */
KAFFE_API kaffe_status kaffe_consumer_free(kaffe_consumer *consumer);

/** What has happened so far, and what is now. Read at any time. May grow at its end. */
typedef struct kaffe_consumer_counters {
    int64_t messages_handled;    /* handlers returned KAFFE_OK for so many, or kaffe_ack came */
    int64_t failures;            /* handler calls that returned anything else, and nacks */
    int64_t late_finishes;       /* handler calls that ended after their partition was given up */
    int64_t assignments;         /* rebalances that gave us partitions, and those that took ... */
    int64_t revocations;         /* ... them back in good order ... */
    int64_t revocations_unclean; /* ... or not: lost, not drained in time, or not committed */
    int64_t commits;             /* requests confirmed by the broker */
    int64_t commit_failures;
    int64_t stale_responses;      /* fetched for a partition that had been given up */
    int64_t corrupt_batches;      /* read again */
    int64_t offset_resets;        /* a committed offset was gone */
    int64_t partitions;           /* assigned now */
    int64_t workers;              /* threads now */
    int64_t fetched_bytes;        /* held now, waiting or being handled */
    int64_t skipped;              /* messages that on_failure skip has passed */
    int64_t dead_letters;         /* written and acknowledged */
    int64_t dead_letters_waiting; /* partitions that wait for one now */
    int64_t handler_timeouts;     /* handler calls that outlasted handler_timeout_ms ... */
    int64_t handlers_overdue;     /* ... and those of them that run now */
    int64_t memory_used_bytes;    /* of memory_limit_bytes, now */
    int64_t memory_waits;         /* times that something waited because of it */
    int64_t unacknowledged;       /* messages that are out now and have no verdict ... */
    int64_t acks_overdue;         /* ... and those of them for longer than ack_timeout_ms */
    int64_t acks_repeated;        /* verdicts on what had one ... */
    int64_t acks_outdated;        /* ... on an attempt that a later one has followed ... */
    int64_t acks_after_revoke;    /* ... on messages of a partition that was given up ... */
    int64_t acks_after_stop; /* ... or of a consumer that stops; none of them changed anything */
} kaffe_consumer_counters;

KAFFE_API void kaffe_consumer_count_sized(kaffe_consumer *consumer,
                                          kaffe_consumer_counters *counters, size_t counters_size);
static inline void kaffe_consumer_count(kaffe_consumer *consumer, kaffe_consumer_counters *counters)
{
    kaffe_consumer_count_sized(consumer, counters, sizeof *counters);
}

/**
 * Is it alive, as far as a restart of the process would help? Brokers that are away, and dead
 * letters that can not be written, are no reason: the counters tell of them.
 * @return KAFFE_OK         it works, waits for brokers, or is about to stop
 *         KAFFE_TIMED_OUT  a handler or worker_open runs longer than handler_timeout_ms, or a
 *                          verdict is overdue by ack_timeout_ms; the message names topic,
 *                          partition, offset and age
 *         KAFFE_CLOSED     not started, or stopped by kaffe_consumer_stop
 *         others           the error that ends it, as kaffe_consumer_wait returns it
 * Threads: any, callbacks too; never waits, so that it can serve a health check.
 */
KAFFE_API kaffe_status kaffe_consumer_health(kaffe_consumer *consumer, kaffe_error *err);

/* --- reader ------------------------------------------------------------------------------- */

/** What a reader reads, and how far. A consumer without a group: it commits nothing. */
typedef struct kaffe_reader_options {
    const char *endpoints;                    /* required, as for a consumer */
    const char *topics;                       /* required: "orders,refunds" */
    const char *partitions;                   /* of each topic: "0,3-5"; NULL: all */
    kaffe_handle_message_fn handle_message;   /* this one ... */
    kaffe_handle_messages_fn handle_messages; /* ... or this one */
    void *ctx;
    kaffe_worker_open_fn worker_open;
    kaffe_worker_close_fn worker_close;
    kaffe_log_fn log; /* NULL: stderr, info and worse */
    void *log_ctx;
    const char *start_at; /* latest, "42", "-10", "@1700000000000"; NULL: "earliest" */
    const char *stop_at;  /* end, "42", "@1700000000000"; NULL: "never" */
    int64_t max_count;    /* messages in all; 0: no limit; 1..9223372036854775807, or KAFFE_NONE */
    const char *offset_reset_policy; /* an offset is gone: earliest (default), latest, stop */
    int64_t workers;              /* threads; 0: one per assigned partition, at most 64; 1..1024 */
    int64_t max_bytes;            /* fetched ahead per partition; 0: 1000000; 4096..1073741824 */
    int64_t min_bytes;            /* a fetch waits for; 0: 1; 1..1073741824 */
    int64_t max_wait_time_ms;     /* ... at most this long; 0: 500; 1..30000, or KAFFE_NONE */
    int64_t max_batch_count;      /* messages in a batch; 0: 1000; 1..100000 */
    int64_t max_batch_wait_ms;    /* wait for more; 0: 0; 1..60000 */
    int64_t retry_backoff_ms;     /* after a failure; 0: 100; 1..3600000 */
    int64_t retry_backoff_max_ms; /* doubling up to; 0: 30000; 1..3600000 */
    int64_t start_timeout_ms;     /* brokers answer; 0: no limit; 100..3600000, or KAFFE_NONE */
    int64_t shutdown_timeout_ms;  /* stop returns within; 0: 10000; 100..3600000 */
    const char *client_id;        /* NULL: "kaffe" */
    const char *client_rack;      /* reads from replicas in it, if the brokers say so; NULL: none */
    const kaffe_property *kafka; /* [kafka_count] of librdkafka; docs/configuration.md says which */
    size_t kafka_count;
    const char *security_protocol; /* plaintext (default), ssl, sasl_plaintext, sasl_ssl */
    const char *ssl_ca_location;   /* a PEM file: whom to trust; NULL: whom the system trusts */
    const char *ssl_ca_pem;        /* or its text; NULL: none */
    const char *ssl_certificate_location; /* a PEM file: the client's, with its chain; NULL: none */
    const char *ssl_certificate_pem;      /* or its text; NULL: none */
    const char *ssl_key_location;         /* a PEM file: the certificate's key; NULL: none */
    const char *ssl_key_pem;              /* or its text; NULL: none */
    const char *ssl_key_password;         /* NULL: the key is not encrypted */
    const char *sasl_mechanism;           /* PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER */
    const char *sasl_username;            /* NULL: none */
    const char *sasl_password;            /* NULL: none */
    bool heroku_kafka_env; /* endpoints and TLS from KAFKA_URL and its kin; false: from here */
    const char *sasl_oauthbearer_token_command; /* prints a token; NULL: none */
    kaffe_token_fn sasl_oauthbearer_token;      /* or fills one in */
    void *sasl_oauthbearer_token_ctx;
    int64_t memory_limit_bytes; /* 0: 268435456; 16777216..1099511627776, or KAFFE_NONE */
    const char *log_format;     /* on stderr: logfmt (default), json */
} kaffe_reader_options;

KAFFE_API KAFFE_MUST_CHECK kaffe_status kaffe_reader_options_check_sized(
    const kaffe_reader_options *options, size_t options_size, kaffe_report_fn report, void *ctx);
KAFFE_API KAFFE_MUST_CHECK kaffe_consumer *
kaffe_reader_new_sized(const kaffe_reader_options *options, size_t options_size, kaffe_error *err);
KAFFE_API KAFFE_MUST_CHECK kaffe_status kaffe_read_sized(const kaffe_reader_options *options,
                                                         size_t options_size, kaffe_error *err);

/** As kaffe_consumer_options_check. */
static inline KAFFE_MUST_CHECK kaffe_status
kaffe_reader_options_check(const kaffe_reader_options *options, kaffe_report_fn report, void *ctx)
{
    return kaffe_reader_options_check_sized(options, sizeof *options, report, ctx);
}

/**
 * A reader is a kaffe_consumer: started, stopped, waited for, counted and freed by the same calls.
 * It stops by itself when each partition has reached stop_at (where it stands counts, not whether a
 * message is there), or max_count messages are handled. Times that no message has mean the end.
 * @return as kaffe_consumer_new; of its kaffe_consumer_wait:
 *         KAFFE_OK         all up to stop_at or max_count is handled, or it was stopped
 *         KAFFE_TIMED_OUT  as there; or the topics were not found within start_timeout_ms
 *                          (KAFFE_ERROR_FATAL set)
 *         KAFFE_INVALID    as there; or a topic has not the partitions that were chosen
 *         KAFFE_KAFKA      a topic does not exist, as the brokers say for 2 s; kafka_code is 3
 *         KAFFE_DENIED     as there; or the cluster does not let this client read a topic
 *         KAFFE_FAILED     offset_reset_policy stop, worker_open failed, or a handler, permanently
 */
static inline KAFFE_MUST_CHECK kaffe_consumer *kaffe_reader_new(const kaffe_reader_options *options,
                                                                kaffe_error *err)
{
    return kaffe_reader_new_sized(options, sizeof *options, err);
}

/**
 * Reads until its end, SIGINT or SIGTERM: new, start, wait, free in one call, with signals as in
 * kaffe_consume; one of the two at a time per process.
 * @return as a reader's kaffe_consumer_wait; KAFFE_INVALID also: the options are wrong, or
 *         kaffe_read or kaffe_consume already runs in this process
 * Threads: any, blocks.
 */
static inline KAFFE_MUST_CHECK kaffe_status kaffe_read(const kaffe_reader_options *options,
                                                       kaffe_error *err)
{
    return kaffe_read_sized(options, sizeof *options, err);
}

/* --- partition strategies ----------------------------------------------------------------- */

/**
 * Chooses a partition, 0..partition_count-1; anything else is an error of that record.
 * @param current_partition  what this strategy chose last for this topic; -1: nothing yet
 * @param partition_count    > 0
 * Threads: the producing caller's; calls for one topic follow one another. Must not block.
 * Source:  Kaffe.Producer's partition_strategy function, with the same five arguments.
 */
typedef int32_t (*kaffe_partition_fn)(const char *topic, int32_t current_partition,
                                      int32_t partition_count, kaffe_bytes key, kaffe_bytes value,
                                      void *ctx);

/** The original's default: the sum of the 16 MD5 bytes modulo the count; a null key: random. */
KAFFE_API int32_t kaffe_partition_md5(const char *topic, int32_t current_partition,
                                      int32_t partition_count, kaffe_bytes key, kaffe_bytes value,
                                      void *ctx);
/** The next one, from 0. */
KAFFE_API int32_t kaffe_partition_round_robin(const char *topic, int32_t current_partition,
                                              int32_t partition_count, kaffe_bytes key,
                                              kaffe_bytes value, void *ctx);
KAFFE_API int32_t kaffe_partition_random(const char *topic, int32_t current_partition,
                                         int32_t partition_count, kaffe_bytes key,
                                         kaffe_bytes value, void *ctx);
/** Java's default for keyed records; a null key: random. */
KAFFE_API int32_t kaffe_partition_murmur2(const char *topic, int32_t current_partition,
                                          int32_t partition_count, kaffe_bytes key,
                                          kaffe_bytes value, void *ctx);
/** Sarama's default and librdkafka's fnv1a (signed, absolute value); a null key: random. */
KAFFE_API int32_t kaffe_partition_fnv1a(const char *topic, int32_t current_partition,
                                        int32_t partition_count, kaffe_bytes key, kaffe_bytes value,
                                        void *ctx);
/** librdkafka's consistent: CRC-32 modulo the count; a null key: random. */
KAFFE_API int32_t kaffe_partition_crc32(const char *topic, int32_t current_partition,
                                        int32_t partition_count, kaffe_bytes key, kaffe_bytes value,
                                        void *ctx);

/** The built-in of that name ("md5", "round_robin", ...); NULL: there is none. */
KAFFE_API kaffe_partition_fn kaffe_partition_strategy(const char *name);

/* --- producer ----------------------------------------------------------------------------- */

typedef struct kaffe_producer kaffe_producer;

typedef struct kaffe_producer_options {
    const char *endpoints;                 /* required, as for a consumer */
    const char *topics;                    /* the first is the default topic; NULL: none */
    kaffe_partition_fn partition_strategy; /* NULL: kaffe_partition_md5 */
    void *partition_strategy_ctx;
    kaffe_log_fn log; /* NULL: stderr, info and worse */
    void *log_ctx;
    const char *compression;     /* none (default), gzip, snappy, lz4, zstd */
    const char *client_id;       /* NULL: "kaffe" */
    int64_t delivery_timeout_ms; /* every call ends within; 0: 120000; 100..3600000 */
    int64_t linger_ms;           /* kaffe_produce gathers; 0: 5; 1..60000, or KAFFE_NONE */
    int64_t max_message_bytes;   /* 0: 1000000; 1000..1000000000 */
    int64_t queue_max_bytes;     /* kaffe_produce holds; 0: 268435456; 1048576..2147483647 */
    int64_t metadata_max_age_ms; /* asks for partition counts after; 0: 300000; 100..3600000 */
    int64_t start_timeout_ms;    /* a topic is found; 0: delivery_timeout_ms; 100..3600000 */
    int64_t shutdown_timeout_ms; /* flush and free wait; 0: 10000; 100..3600000 */
    const kaffe_property *kafka; /* [kafka_count] of librdkafka; docs/configuration.md says which */
    size_t kafka_count;
    const char *security_protocol; /* plaintext (default), ssl, sasl_plaintext, sasl_ssl */
    const char *ssl_ca_location;   /* a PEM file: whom to trust; NULL: whom the system trusts */
    const char *ssl_ca_pem;        /* or its text; NULL: none */
    const char *ssl_certificate_location; /* a PEM file: the client's, with its chain; NULL: none */
    const char *ssl_certificate_pem;      /* or its text; NULL: none */
    const char *ssl_key_location;         /* a PEM file: the certificate's key; NULL: none */
    const char *ssl_key_pem;              /* or its text; NULL: none */
    const char *ssl_key_password;         /* NULL: the key is not encrypted */
    const char *sasl_mechanism;           /* PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER */
    const char *sasl_username;            /* NULL: none */
    const char *sasl_password;            /* NULL: none */
    bool heroku_kafka_env; /* endpoints and TLS from KAFKA_URL and its kin; false: from here */
    const char *sasl_oauthbearer_token_command; /* prints a token; NULL: none */
    kaffe_token_fn sasl_oauthbearer_token;      /* or fills one in */
    void *sasl_oauthbearer_token_ctx;
    const char *log_format; /* on stderr: logfmt (default), json */
} kaffe_producer_options;

/** What became of one record. Frozen. */
typedef struct kaffe_result {
    kaffe_status status; /* KAFFE_OK: written; else as kaffe_produce_sync returns */
    int32_t kafka_code;
    int32_t partition; /* -1: none was chosen */
    int32_t reserved;
    int64_t offset; /* -1: not known */
} kaffe_result;

KAFFE_API KAFFE_MUST_CHECK kaffe_status kaffe_producer_options_check_sized(
    const kaffe_producer_options *options, size_t options_size, kaffe_report_fn report, void *ctx);
KAFFE_API KAFFE_MUST_CHECK kaffe_producer *
kaffe_producer_new_sized(const kaffe_producer_options *options, size_t options_size,
                         kaffe_error *err);

static inline KAFFE_MUST_CHECK kaffe_status kaffe_producer_options_check(
    const kaffe_producer_options *options, kaffe_report_fn report, void *ctx)
{
    return kaffe_producer_options_check_sized(options, sizeof *options, report, ctx);
}

/**
 * A producer: idempotent, acks from all in-sync replicas. Connects in the background; brokers that
 * can not be reached are no error here.
 * @return the producer; NULL: KAFFE_INVALID or KAFFE_NO_MEMORY
 */
static inline KAFFE_MUST_CHECK kaffe_producer *
kaffe_producer_new(const kaffe_producer_options *options, kaffe_error *err)
{
    return kaffe_producer_new_sized(options, sizeof *options, err);
}

/**
 * Produces to the first of `topics`, to the partition that the strategy chooses, and waits until
 * all in-sync replicas have the record.
 * @return KAFFE_OK             written
 *         KAFFE_INVALID        no default topic, no such partition, or the strategy chose one
 *                              that is not there; nothing was sent
 *         KAFFE_NOT_WRITTEN    certainly not written: too large, unknown topic, never sent
 *         KAFFE_MAYBE_WRITTEN  no answer within delivery_timeout_ms; producing it again may
 *                              duplicate it
 *         KAFFE_DENIED         not authorised
 *         KAFFE_QUEUE_FULL     nothing was accepted; slow down and try again
 *         KAFFE_CLOSED         the producer is being freed
 * Threads: any, many at once. Blocks up to delivery_timeout_ms. Not from a callback.
 * Source:  Kaffe.Producer.produce_sync(key, value)
 */
KAFFE_API KAFFE_MUST_CHECK kaffe_status kaffe_produce_sync(kaffe_producer *producer,
                                                           const kaffe_record *record,
                                                           kaffe_error *err);

/** The same, to any topic. Source: Kaffe.Producer.produce_sync(topic, key, value) */
KAFFE_API KAFFE_MUST_CHECK kaffe_status kaffe_produce_sync_to(kaffe_producer *producer,
                                                              const char *topic,
                                                              const kaffe_record *record,
                                                              kaffe_error *err);

/** The same, to a partition; calls no strategy, and round_robin stays where it was.
 *  Source: Kaffe.Producer.produce_sync(topic, partition, key, value) */
KAFFE_API KAFFE_MUST_CHECK kaffe_status kaffe_produce_sync_to_partition(kaffe_producer *producer,
                                                                        const char *topic,
                                                                        int32_t partition,
                                                                        const kaffe_record *record,
                                                                        kaffe_error *err);

/**
 * Produces many and waits for all of them. Each gets a result, whatever happens to the others;
 * records for one partition keep their order.
 * @param topic      NULL: the first of `topics`
 * @param partition  KAFFE_ANY_PARTITION: the strategy chooses for each
 * @param records    [count]
 * @param results    [count] written always; may be NULL
 * @return KAFFE_OK: all are written; else the status of the first that is not, err says which
 * Threads: as kaffe_produce_sync.
 */
KAFFE_API KAFFE_MUST_CHECK kaffe_status kaffe_produce_batch(kaffe_producer *producer,
                                                            const char *topic, int32_t partition,
                                                            const kaffe_record *records,
                                                            size_t count, kaffe_result *results,
                                                            kaffe_error *err);

/**
 * What became of a record of kaffe_produce. The result is lent for the call.
 * Threads: a library thread; must not block. It may call kaffe_produce, which then never waits.
 */
typedef void (*kaffe_delivery_fn)(const kaffe_result *result, void *ctx);

/**
 * Produces in the background, gathering records for up to linger_ms. The record is copied.
 * @param delivered  called exactly once for an accepted record, by delivery_timeout_ms; NULL: nobody
 *                   asks, failures are logged and counted by kaffe_producer_flush
 * @return KAFFE_OK: accepted, `delivered` will be called; KAFFE_INVALID, KAFFE_NOT_WRITTEN,
 *         KAFFE_QUEUE_FULL, KAFFE_CLOSED, KAFFE_DENIED: not accepted, it will not
 * Threads: any. Waits only at the first record for a topic, for its partition count, up to
 *          start_timeout_ms.
 */
KAFFE_API KAFFE_MUST_CHECK kaffe_status kaffe_produce(kaffe_producer *producer, const char *topic,
                                                      int32_t partition, const kaffe_record *record,
                                                      kaffe_delivery_fn delivered, void *ctx,
                                                      kaffe_error *err);

/**
 * Waits until every record accepted so far has ended, at most shutdown_timeout_ms.
 * @param unwritten  how many have not been written: still waiting, or failed since the last flush;
 *                   may be NULL
 * @return KAFFE_OK: all are written; KAFFE_NOT_WRITTEN: some failed; KAFFE_TIMED_OUT: some wait still
 */
KAFFE_API KAFFE_MUST_CHECK kaffe_status kaffe_producer_flush(kaffe_producer *producer,
                                                             size_t *unwritten, kaffe_error *err);

/**
 * Flushes for at most shutdown_timeout_ms, ends what is left as KAFFE_NOT_WRITTEN or
 * KAFFE_MAYBE_WRITTEN (the log says how many), frees the producer, all within about that time.
 * @return KAFFE_OK: all were written; KAFFE_NOT_WRITTEN: some were not; KAFFE_INVALID: called by a
 *         callback, nothing happened
 */
KAFFE_API kaffe_status kaffe_producer_free(kaffe_producer *producer);

/* --- embedded broker ---------------------------------------------------------------------- */

/**
 * A small Kafka inside this process, for tests and first steps: no Java, no network but loopback.
 * It is librdkafka's mock cluster: memory only, at most 5 MB per partition, no transactions, no
 * security. Not for production.
 */
typedef struct kaffe_mock_broker kaffe_mock_broker;

/**
 * @param topics  topics to create: "orders:4,refunds" (4 partitions; 1 where none is said); NULL: none
 * @return the broker; NULL: KAFFE_INVALID (topics) or KAFFE_FAILED
 */
KAFFE_API KAFFE_MUST_CHECK kaffe_mock_broker *kaffe_mock_broker_new(const char *topics,
                                                                    kaffe_error *err);
/** "127.0.0.1:port", for `endpoints`; valid until the broker is freed. */
KAFFE_API const char *kaffe_mock_broker_endpoints(const kaffe_mock_broker *broker);
/** Free its clients first. */
KAFFE_API void kaffe_mock_broker_free(kaffe_mock_broker *broker);

/* --- version ------------------------------------------------------------------------------ */

#define KAFFE_VERSION "0.1.0"

KAFFE_API const char *kaffe_version(void);            /* of the library in use */
KAFFE_API const char *kaffe_librdkafka_version(void); /* of the librdkafka in use */

#ifdef __cplusplus
}
#endif

#endif
