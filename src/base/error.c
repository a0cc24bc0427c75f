/* SPDX-License-Identifier: MIT */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>

_Static_assert(sizeof(kaffe_error) == 256, "kaffe_error is frozen");

/* A handler's reason or a broker's text may have more lines than one. */
static void make_one_line(char *message)
{
    for (; *message; message++)
        if ((unsigned char)*message < ' ' || *message == 0x7f)
            *message = ' ';
}

/* As kf_error_set_kafka. */
KAFFE_PRINTF(5, 0)
static void fill(kaffe_error *err, kaffe_status status, int32_t kafka_code, uint32_t flags,
                 const char *message, va_list args)
{
    if (!err)
        return;
    err->status = status;
    err->kafka_code = kafka_code;
    err->flags = flags;
    vsnprintf(err->message, sizeof err->message, message, args);
    make_one_line(err->message);
}

kaffe_status kf_error_ok(kaffe_error *err)
{
    if (err)
        *err = (kaffe_error){ .status = KAFFE_OK };
    return KAFFE_OK;
}

kaffe_status kf_error_set(kaffe_error *err, kaffe_status status, const char *message, ...)
{
    va_list args;
    va_start(args, message);
    fill(err, status, 0, 0, message, args);
    va_end(args);
    return status;
}

kaffe_status kf_error_set_kafka(kaffe_error *err, kaffe_status status, int32_t kafka_code,
                                uint32_t flags, const char *message, ...)
{
    va_list args;
    va_start(args, message);
    fill(err, status, kafka_code, flags, message, args);
    va_end(args);
    return status;
}

kaffe_status kf_error_no_memory(kaffe_error *err)
{
    return kf_error_set(err, KAFFE_NO_MEMORY, "out of memory");
}

const char *kaffe_status_text(kaffe_status status)
{
    switch (status) {
    case KAFFE_OK:
        return "ok";
    case KAFFE_INVALID:
        return "invalid";
    case KAFFE_NO_MEMORY:
        return "out of memory";
    case KAFFE_TIMED_OUT:
        return "timed out";
    case KAFFE_QUEUE_FULL:
        return "queue full";
    case KAFFE_STALE:
        return "stale";
    case KAFFE_CLOSED:
        return "closed";
    case KAFFE_DENIED:
        return "denied";
    case KAFFE_UNSUPPORTED:
        return "unsupported";
    case KAFFE_NOT_WRITTEN:
        return "not written";
    case KAFFE_MAYBE_WRITTEN:
        return "maybe written";
    case KAFFE_FAILED:
        return "failed";
    case KAFFE_KAFKA:
        return "refused by Kafka";
    }
    return "unknown status";
}
