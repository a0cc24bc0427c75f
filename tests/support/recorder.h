/* SPDX-License-Identifier: MIT
 * A consumer's handler, hooks and log as a test wants them: everything is written down, a test
 * waits for what it expects, and failures and blockages are switched on and off. */
#ifndef RECORDER_H
#define RECORDER_H

#include "kaffe.h"

#include <pthread.h>

#define RECORDER_MAX 100000
#define RECORDER_PARTITIONS 2048

struct recorder_entry {
    int64_t offset;
    int64_t order; /* of the handler calls, in all */
    pthread_t thread;
    int32_t partition;
    int32_t attempt;
    size_t batch_count; /* 0: handle_message */
    void *ctx;
    char value[24];
};

struct recorder {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct recorder_entry entries[RECORDER_MAX];
    size_t count; /* messages handed out, failed ones included */
    size_t handled; /* of them with KAFFE_OK */
    int running; /* handlers now */
    int running_max;
    int running_in[RECORDER_PARTITIONS];
    bool overlap; /* two at once in one partition */
    int assigned;
    int revoked;
    char *log;
    size_t log_size;
    /* What a test sets, with the lock held or before the start. */
    int32_t fail_partition; /* -1: none */
    int64_t fail_offset;
    int fail_times; /* < 0: for ever */
    int32_t block_partition; /* -1: none; -2: all */
    const char *fail_words;
};

/** On the heap: free with recorder_free. */
struct recorder *recorder_new(void);
void recorder_free(struct recorder *recorder);

/** A cmocka group's fixture: *state is an embedded broker with these topics. */
int recorder_start_broker(void **state, const char *topics);
int recorder_stop_broker(void **state);

/** Options that write everything into the recorder, starting at the earliest, quick retries. */
kaffe_consumer_options recorder_options(struct recorder *recorder, const char *endpoints,
                                        const char *topics, const char *group);

/** The same for a reader. */
kaffe_reader_options recorder_reader_options(struct recorder *recorder, const char *endpoints,
                                             const char *topics);

kaffe_status recorder_handle_message(const kaffe_message *m, void *ctx);
kaffe_status recorder_handle_messages(const kaffe_batch *batch, void *ctx);

/** Waits up to 60 s until so many messages were handled; ends the test else. */
void recorder_await_handled(struct recorder *recorder, size_t count);
void recorder_await_running(struct recorder *recorder, int count);
/** Waits for a log line that holds both texts. */
void recorder_await_log(struct recorder *recorder, const char *event, const char *fields);
size_t recorder_log_count(struct recorder *recorder, const char *text);
void recorder_unblock(struct recorder *recorder);

/** Each partition's messages with KAFFE_OK came in order, once, without a gap, from `first` on. */
void recorder_assert_in_order(struct recorder *recorder, int32_t partition, int64_t first,
                              int64_t count);

/** Starts, or ends the test with what is wrong. */
kaffe_consumer *recorder_start(const kaffe_consumer_options *options);
kaffe_consumer *recorder_start_reader(const kaffe_reader_options *options);
/** Waits until it has stopped by itself, well, and frees it. */
void recorder_await_end(kaffe_consumer *reader);
/** The same, but by an error; *err tells. */
void recorder_await_failure(kaffe_consumer *consumer, kaffe_error *err);
/** Stops, waits, frees; all of it has to go well. */
void recorder_stop(kaffe_consumer *consumer);
/** The same after a rebalance on the mock cluster, which, unlike Kafka, refuses commits until the
 *  rebalance is over: the end may be unclean. */
void recorder_stop_after_rebalance(kaffe_consumer *consumer);

/** Produces values "0", "1", ... to one partition. */
void recorder_produce(const char *endpoints, const char *topic, int32_t partition, int count);

#endif
