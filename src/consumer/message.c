/* SPDX-License-Identifier: MIT
 * The message accessors of kaffe.h. */
#include "message.h"

#include "record.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct kf_message *inside(const kaffe_message *m)
{
    return (const struct kf_message *)m;
}

size_t kaffe_message_header_count(const kaffe_message *m)
{
    return (size_t)inside(m)->header_count;
}

bool kaffe_message_header_at(const kaffe_message *m, size_t index, kaffe_header *header)
{
    const struct kf_message *message = inside(m);
    const uint8_t *at = message->headers;
    const uint8_t *end = at + message->headers_size;
    kaffe_header found;
    if (index >= (size_t)message->header_count)
        return false;
    for (size_t i = 0; i <= index; i++)
        if (!kf_record_header_next(&at, end, &found))
            return false;
    *header = found;
    return true;
}

bool kaffe_message_header(const kaffe_message *m, const char *name, kaffe_bytes *value)
{
    const struct kf_message *message = inside(m);
    const uint8_t *at = message->headers;
    const uint8_t *end = at + message->headers_size;
    size_t size = strlen(name);
    kaffe_header header;
    for (int32_t i = 0; i < message->header_count; i++) {
        if (!kf_record_header_next(&at, end, &header))
            return false;
        if (header.name.size == size && memcmp(header.name.data, name, size) == 0) {
            *value = header.value;
            return true;
        }
    }
    return false;
}

int16_t kaffe_message_attributes(const kaffe_message *m)
{
    return inside(m)->attributes;
}

uint32_t kaffe_message_crc(const kaffe_message *m)
{
    return inside(m)->crc;
}

int8_t kaffe_message_magic_byte(const kaffe_message *m)
{
    return inside(m)->magic;
}

bool kaffe_is_revoked(const kaffe_message *m)
{
    return atomic_load_explicit(inside(m)->revoked, memory_order_relaxed);
}

const char *kf_failure_text(const struct kf_failure *failure)
{
    return failure->reason[0] ? failure->reason : kaffe_status_text(failure->status);
}

KAFFE_PRINTF(3, 0)
static void fail(const kaffe_message *m, bool permanent, const char *reason, va_list args)
{
    struct kf_failure *failure = inside(m)->failure;
    vsnprintf(failure->reason, sizeof failure->reason, reason, args);
    failure->offset = m->offset;
    failure->permanent = permanent;
}

kaffe_status kaffe_fail(const kaffe_message *m, const char *reason, ...)
{
    va_list args;
    va_start(args, reason);
    fail(m, false, reason, args);
    va_end(args);
    return KAFFE_FAILED;
}

kaffe_status kaffe_fail_permanently(const kaffe_message *m, const char *reason, ...)
{
    va_list args;
    va_start(args, reason);
    fail(m, true, reason, args);
    va_end(args);
    return KAFFE_FAILED;
}
