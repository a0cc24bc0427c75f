/* SPDX-License-Identifier: MIT
 * Writing requests: big-endian fields into one buffer that doubles. */
#include "request.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 256

/* Room for `size` more bytes; NULL once anything has failed. */
static uint8_t *reserve(struct kf_request *request, size_t size)
{
    if (request->failed)
        return NULL;
    if (size > request->capacity - request->size) {
        size_t capacity = request->capacity ? request->capacity : FIRST_CAPACITY;
        while (capacity - request->size < size)
            capacity *= 2;
        uint8_t *data = realloc(request->data, capacity);
        if (!data) {
            request->failed = true;
            return NULL;
        }
        request->data = data;
        request->capacity = capacity;
    }
    uint8_t *at = request->data + request->size;
    request->size += size;
    return at;
}

static void store(uint8_t *at, uint64_t value, size_t size)
{
    for (size_t i = size; i-- > 0; value >>= 8)
        at[i] = (uint8_t)value;
}

static void write_integer(struct kf_request *request, uint64_t value, size_t size)
{
    uint8_t *at = reserve(request, size);
    if (at)
        store(at, value, size);
}

void kf_request_begin(struct kf_request *request, enum kf_api api, int16_t version,
                      int32_t correlation_id, const char *client_id)
{
    request->size = 0;
    request->failed = false;
    kf_write_int32(request, 0); /* the size, by kf_request_end */
    kf_write_int16(request, (int16_t)api);
    kf_write_int16(request, version);
    kf_write_int32(request, correlation_id);
    kf_write_string(request, client_id);
}

bool kf_request_end(struct kf_request *request)
{
    if (request->failed || request->size - 4 > INT32_MAX)
        return false;
    kf_write_int32_at(request, 0, (int32_t)(request->size - 4));
    return true;
}

void kf_request_fini(struct kf_request *request)
{
    free(request->data);
    *request = (struct kf_request){ 0 };
}

void kf_request_wipe(struct kf_request *request)
{
    if (request->data)
        explicit_bzero(request->data, request->capacity);
    request->size = 0;
}

void kf_write_int8(struct kf_request *request, int8_t value)
{
    write_integer(request, (uint64_t)value, 1);
}

void kf_write_int16(struct kf_request *request, int16_t value)
{
    write_integer(request, (uint64_t)value, 2);
}

void kf_write_int32(struct kf_request *request, int32_t value)
{
    write_integer(request, (uint64_t)value, 4);
}

void kf_write_int64(struct kf_request *request, int64_t value)
{
    write_integer(request, (uint64_t)value, 8);
}

void kf_write_string(struct kf_request *request, const char *text)
{
    if (!text) {
        kf_write_int16(request, -1);
        return;
    }
    size_t size = strlen(text);
    if (size > INT16_MAX) {
        request->failed = true;
        return;
    }
    kf_write_int16(request, (int16_t)size);
    uint8_t *at = reserve(request, size);
    if (at)
        memcpy(at, text, size);
}

void kf_write_bytes(struct kf_request *request, kaffe_bytes bytes)
{
    if (bytes.size > INT32_MAX) {
        request->failed = true;
        return;
    }
    kf_write_int32(request, (int32_t)bytes.size);
    uint8_t *at = reserve(request, bytes.size);
    if (at && bytes.size)
        memcpy(at, bytes.data, bytes.size);
}

void kf_write_int32_at(struct kf_request *request, size_t position, int32_t value)
{
    if (!request->failed)
        store(request->data + position, (uint64_t)value, 4);
}
