/* SPDX-License-Identifier: MIT
 * One way to say that something happened: a level, a stable event name, logfmt fields.
 * An event is noun.past_verb; keys, values and secrets are never among the fields. */
#ifndef KF_LOG_H
#define KF_LOG_H

#include "kaffe.h"

#include <stdbool.h>

struct kf_log_gate;

/* May be copied; who keeps a copy for longer than its owner holds it. */
struct kf_log {
    kaffe_log_fn write; /* NULL: stderr, info and worse */
    void *ctx;
    int32_t process; /* the number of this worker process, the last field of each event; 0: none */
    bool json; /* without a gate: stderr gets JSON, else logfmt */
    struct kf_log_gate *gate; /* what limits a handle's events; NULL: nothing does */
};

/** A handle's log. @param format  "json", or logfmt. @return false: out of memory */
bool kf_log_open(struct kf_log *log, kaffe_log_fn write, void *ctx, const char *format);
bool kf_log_is_json(const char *format);
/** From now on. */
void kf_log_set_format(const struct kf_log *log, const char *format);
void kf_log_hold(const struct kf_log *log);
/** All zero afterwards. */
void kf_log_close(struct kf_log *log);

/** kf_log(&log, KAFFE_LOG_WARN, "message.retried", "topic=%s partition=%d", topic, partition);
 *  Threads: any. Never waits, but for the user's function. Fields longer than 1 KiB are cut. */
void kf_log(const struct kf_log *log, kaffe_log_level level, const char *event, const char *fields,
            ...) KAFFE_PRINTF(4, 5);
/** Says what has been left out, if it is time to: to be called about twice a second. */
void kf_log_tick(const struct kf_log *log);
/** The same, whatever the time: this is nearly the end. */
void kf_log_flush(const struct kf_log *log);

/** Text for a quoted logfmt value: quotes, backslashes and control bytes are escaped, too long a
 *  text is cut. @return out, for use as an argument of kf_log: error="%s" */
const char *kf_log_quote(char *out, size_t out_size, const char *text);

#endif
