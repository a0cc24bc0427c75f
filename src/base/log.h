/* SPDX-License-Identifier: MIT
 * One way to say that something happened: a level, a stable event name, logfmt fields.
 * An event is noun.past_verb; keys, values and secrets are never among the fields. */
#ifndef KF_LOG_H
#define KF_LOG_H

#include "kaffe.h"

struct kf_log {
    kaffe_log_fn write; /* NULL: stderr, info and worse */
    void *ctx;
    int32_t process; /* the number of this worker process, the last field of each event; 0: none */
};

/** kf_log(&log, KAFFE_LOG_WARN, "message.retried", "topic=%s partition=%d", topic, partition);
 *  Threads: any. Fields longer than 1 KiB are cut. */
void kf_log(const struct kf_log *log, kaffe_log_level level, const char *event, const char *fields,
            ...) KAFFE_PRINTF(4, 5);

/** Text for a quoted logfmt value: quotes, backslashes and control bytes are escaped, too long a
 *  text is cut. @return out, for use as an argument of kf_log: error="%s" */
const char *kf_log_quote(char *out, size_t out_size, const char *text);

#endif
