/* SPDX-License-Identifier: MIT */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

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

static void write_stderr(kaffe_log_level level, const char *event, const char *fields)
{
    if (level > KAFFE_LOG_INFO)
        return;
    struct timespec now;
    struct tm utc;
    char stamp[32];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &utc);
    fprintf(stderr, "%s.%03ldZ %s %s %s\n", stamp, now.tv_nsec / 1000000, level_name(level), event,
            fields);
}

void kf_log(const struct kf_log *log, kaffe_log_level level, const char *event, const char *fields,
            ...)
{
    char text[1024];
    va_list args;
    va_start(args, fields);
    int used = vsnprintf(text, sizeof text, fields, args);
    va_end(args);
    if (log->process > 0 && used >= 0 && (size_t)used < sizeof text)
        snprintf(text + used, sizeof text - (size_t)used, "%sprocess=%d", used > 0 ? " " : "",
                 (int)log->process);
    if (log->write)
        log->write(level, event, text, log->ctx);
    else
        write_stderr(level, event, text);
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
