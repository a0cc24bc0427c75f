/* SPDX-License-Identifier: MIT
 * Decides whether an event is said, and in which form; the limit, the JSON and stderr are files of
 * their own. */
#include "log.h"

#include "clock.h"
#include "log_json.h"
#include "log_limit.h"
#include "log_stderr.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FIELDS_SIZE 1024
#define LINE_SIZE 4096 /* PIPE_BUF: what a pipe takes as a whole */

struct kf_log_gate {
    atomic_int references;
    atomic_bool json;
    mode_t stderr_was;
    pthread_mutex_t lock; /* guards the limit */
    struct kf_log_limit limit;
};

static const char *level_name(kaffe_log_level level)
{
    switch (level) {
    case KAFFE_LOG_ERROR:
        return "error";
    case KAFFE_LOG_WARN:
        return "warn";
    case KAFFE_LOG_INFO:
        return "info";
    case KAFFE_LOG_DEBUG:
        return "debug";
    }
    return "info";
}

static void put_stamp(char *out, size_t size)
{
    struct timespec now;
    struct tm utc;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    size_t used = strftime(out, size, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(out + used, size - used, ".%03uZ", (unsigned)(now.tv_nsec / 1000000) % 1000);
}

/* @return false: it could not be written */
static bool write_stderr(const struct kf_log *log, kaffe_log_level level, const char *event,
                         const char *fields)
{
    char stamp[40];
    char line[LINE_SIZE];
    size_t size;
    put_stamp(stamp, sizeof stamp);
    if (log->gate ? atomic_load(&log->gate->json) : log->json)
        size = kf_log_json(line, sizeof line - 1, stamp, level_name(level), event, fields);
    else
        size = (size_t)snprintf(line, sizeof line - 1, "%s %s %.100s %s", stamp, level_name(level),
                                event, fields);
    line[size++] = '\n';
    return kf_stderr_write(line, size, log->gate ? log->gate->stderr_was : kf_stderr_kind());
}

static void lost(struct kf_log_gate *gate, const char *event)
{
    pthread_mutex_lock(&gate->lock);
    kf_log_limit_lost(&gate->limit, event, kf_clock_ms());
    pthread_mutex_unlock(&gate->lock);
}

/* What is not limited, or has been let through. @return false: it could not be written */
static bool emit(const struct kf_log *log, kaffe_log_level level, const char *event,
                 const char *fields)
{
    if (!log->write)
        return write_stderr(log, level, event, fields);
    log->write(level, event, fields, log->ctx);
    return true;
}

static void sum_up(const struct kf_log *log, bool at_once)
{
    char fields[FIELDS_SIZE];
    struct kf_log_gate *gate = log->gate;
    pthread_mutex_lock(&gate->lock);
    if (gate->limit.left_out_count == 0) {
        pthread_mutex_unlock(&gate->lock);
        return;
    }
    const struct kf_log_limit before = gate->limit;
    bool due = kf_log_limit_sum_up(&gate->limit, at_once, kf_clock_ms(), fields, sizeof fields);
    pthread_mutex_unlock(&gate->lock);
    if (!due || emit(log, KAFFE_LOG_WARN, "log.suppressed", fields))
        return;
    pthread_mutex_lock(&gate->lock);
    kf_log_limit_restore(&gate->limit, &before, kf_clock_ms());
    pthread_mutex_unlock(&gate->lock);
}

void kf_log_tick(const struct kf_log *log)
{
    if (log->gate)
        sum_up(log, false);
}

void kf_log_flush(const struct kf_log *log)
{
    if (log->gate)
        sum_up(log, true);
}

static bool is_admitted(const struct kf_log *log, kaffe_log_level level, const char *event)
{
    struct kf_log_gate *gate = log->gate;
    if (level > KAFFE_LOG_INFO) /* only a function asks for those, and gets them all */
        return log->write != NULL;
    if (!gate)
        return true;
    pthread_mutex_lock(&gate->lock);
    bool admitted = kf_log_limit_admit(&gate->limit, level, event, kf_clock_ms());
    pthread_mutex_unlock(&gate->lock);
    return admitted;
}

void kf_log(const struct kf_log *log, kaffe_log_level level, const char *event, const char *fields,
            ...)
{
    char text[FIELDS_SIZE];
    va_list args;
    kf_log_tick(log);
    if (!is_admitted(log, level, event))
        return;
    va_start(args, fields);
    int used = vsnprintf(text, sizeof text, fields, args);
    va_end(args);
    if (log->process > 0 && used >= 0 && (size_t)used < sizeof text)
        snprintf(text + used, sizeof text - (size_t)used, "%sprocess=%d", used > 0 ? " " : "",
                 (int)log->process);
    if (!emit(log, level, event, text) && log->gate)
        lost(log->gate, event);
}

bool kf_log_is_json(const char *format)
{
    return format && strcmp(format, "json") == 0;
}

bool kf_log_open(struct kf_log *log, kaffe_log_fn write, void *ctx, const char *format)
{
    struct kf_log_gate *gate = calloc(1, sizeof *gate);
    if (!gate)
        return false;
    atomic_init(&gate->references, 1);
    pthread_mutex_init(&gate->lock, NULL);
    gate->stderr_was = kf_stderr_kind();
    atomic_init(&gate->json, kf_log_is_json(format));
    gate->limit.lines = write ? KF_LOG_CALLS : KF_LOG_LINES;
    *log = (struct kf_log){ .write = write, .ctx = ctx, .gate = gate };
    return true;
}

void kf_log_set_format(const struct kf_log *log, const char *format)
{
    atomic_store(&log->gate->json, kf_log_is_json(format));
}

void kf_log_hold(const struct kf_log *log)
{
    if (log->gate)
        atomic_fetch_add_explicit(&log->gate->references, 1, memory_order_relaxed);
}

void kf_log_close(struct kf_log *log)
{
    struct kf_log_gate *gate = log->gate;
    if (gate && atomic_fetch_sub_explicit(&gate->references, 1, memory_order_acq_rel) == 1) {
        pthread_mutex_destroy(&gate->lock);
        free(gate);
    }
    *log = (struct kf_log){ 0 };
}

const char *kf_log_quote(char *out, size_t out_size, const char *text)
{
    static const char hex[] = "0123456789abcdef";
    size_t used = 0;
    for (const unsigned char *c = (const unsigned char *)text; *c && used + 5 < out_size; c++) {
        if (*c == '"' || *c == '\\') {
            out[used++] = '\\';
            out[used++] = (char)*c;
        } else if (*c < 0x20 || *c == 0x7f) {
            out[used++] = '\\';
            out[used++] = 'x';
            out[used++] = hex[*c >> 4];
            out[used++] = hex[*c & 15];
        } else {
            out[used++] = (char)*c;
        }
    }
    out[used] = '\0';
    return out;
}
