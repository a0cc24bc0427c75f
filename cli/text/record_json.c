/* SPDX-License-Identifier: MIT
 * Strings stay where jansson has them; what was base64 is decoded into one block beside it, which
 * is as large as the line and therefore large enough for all of them. */
#include "record_json.h"

#include "complain.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

struct cli_record_json {
    json_t *root; /* of the last line */
    unsigned char *decoded;
    size_t decoded_size, decoded_capacity;
    kaffe_header *headers;
    size_t header_count, header_capacity;
};

struct cli_record_json *cli_record_json_new(kaffe_error *err)
{
    struct cli_record_json *json = calloc(1, sizeof *json);
    if (!json)
        cli_complain(err, KAFFE_NO_MEMORY, "no memory to read JSON");
    return json;
}

void cli_record_json_free(struct cli_record_json *json)
{
    if (!json)
        return;
    json_decref(json->root);
    free(json->decoded);
    free(json->headers);
    free(json);
}

static kaffe_status no_memory(kaffe_error *err)
{
    return cli_complain(err, KAFFE_NO_MEMORY, "no memory for this line");
}

/* Whole groups of four, of which at most two signs, the last ones, are padding. */
static size_t padding_of(const char *text, size_t size)
{
    size_t padding = 0;
    while (padding < 2 && padding < size && text[size - 1 - padding] == '=')
        padding++;
    return padding;
}

static kaffe_status read_base64(struct cli_record_json *json, const json_t *encoded,
                                const char *what, kaffe_bytes *bytes, kaffe_error *err)
{
    const unsigned char *text = (const unsigned char *)json_string_value(encoded);
    size_t size = json_string_length(encoded);
    unsigned char *to = json->decoded + json->decoded_size;
    int got = size % 4 == 0 ? EVP_DecodeBlock(to, text, (int)size) : -1;
    if (got < 0)
        return cli_complain(err, KAFFE_INVALID, "\"%s\": its \"base64\" is none", what);
    *bytes = (kaffe_bytes){ to, (size_t)got - padding_of((const char *)text, size) };
    json->decoded_size += (size_t)got;
    return KAFFE_OK;
}

/* A string, null, or an object that has nothing but base64. */
static kaffe_status read_bytes(struct cli_record_json *json, const json_t *value, const char *what,
                               kaffe_bytes *bytes, kaffe_error *err)
{
    *bytes = (kaffe_bytes){ 0 };
    if (!value || json_is_null(value))
        return KAFFE_OK;
    if (json_is_string(value)) {
        *bytes = (kaffe_bytes){ json_string_value(value), json_string_length(value) };
        return KAFFE_OK;
    }
    const json_t *encoded = json_object_get(value, "base64");
    if (json_is_string(encoded) && json_object_size(value) == 1)
        return read_base64(json, encoded, what, bytes, err);
    return cli_complain(err, KAFFE_INVALID,
                        "\"%s\" must be a string, null or {\"base64\": \"...\"}", what);
}

static kaffe_status add_header(struct cli_record_json *json, kaffe_bytes name, const json_t *value,
                               kaffe_error *err)
{
    if (!name.data)
        return cli_complain(err, KAFFE_INVALID, "\"headers\": a name must not be null");
    kaffe_header *header = &json->headers[json->header_count++];
    header->name = name;
    return read_bytes(json, value, "headers", &header->value, err);
}

/* ["name", "value", ...] */
static kaffe_status read_header_array(struct cli_record_json *json, const json_t *array,
                                      kaffe_error *err)
{
    size_t count = json_array_size(array);
    if (count % 2 != 0)
        return cli_complain(err, KAFFE_INVALID, "\"headers\": the last name has no value");
    for (size_t i = 0; i < count; i += 2) {
        kaffe_bytes name;
        kaffe_status status = read_bytes(json, json_array_get(array, i), "headers", &name, err);
        if (status == KAFFE_OK)
            status = add_header(json, name, json_array_get(array, i + 1), err);
        if (status != KAFFE_OK)
            return status;
    }
    return KAFFE_OK;
}

/* {"name": "value", ...} */
static kaffe_status read_header_object(struct cli_record_json *json, json_t *object,
                                       kaffe_error *err)
{
    for (void *at = json_object_iter(object); at; at = json_object_iter_next(object, at)) {
        kaffe_bytes name = { json_object_iter_key(at), json_object_iter_key_len(at) };
        kaffe_status status = add_header(json, name, json_object_iter_value(at), err);
        if (status != KAFFE_OK)
            return status;
    }
    return KAFFE_OK;
}

static kaffe_status read_headers(struct cli_record_json *json, json_t *headers, kaffe_error *err)
{
    size_t most = json_array_size(headers) + json_object_size(headers);
    json->header_count = 0;
    if (most > json->header_capacity) {
        kaffe_header *more = realloc(json->headers, most * sizeof *more);
        if (!more)
            return no_memory(err);
        json->headers = more;
        json->header_capacity = most;
    }
    if (!headers || json_is_null(headers))
        return KAFFE_OK;
    if (json_is_array(headers))
        return read_header_array(json, headers, err);
    if (json_is_object(headers))
        return read_header_object(json, headers, err);
    return cli_complain(err, KAFFE_INVALID, "\"headers\" must be [\"name\", \"value\", ...]");
}

/* @param least  below it, and where there is none, *number stays */
static kaffe_status read_number(const json_t *root, const char *name, int64_t least, int64_t most,
                                int64_t *number, kaffe_error *err)
{
    const json_t *value = json_object_get(root, name);
    if (!value || json_is_null(value))
        return KAFFE_OK;
    if (!json_is_integer(value) || json_integer_value(value) > most)
        return cli_complain(err, KAFFE_INVALID, "\"%s\" must be a number up to %lld", name,
                            (long long)most);
    if (json_integer_value(value) >= least)
        *number = json_integer_value(value);
    return KAFFE_OK;
}

static kaffe_status parse(struct cli_record_json *json, kaffe_bytes line, kaffe_error *err)
{
    json_error_t error;
    json_decref(json->root);
    json->root = json_loadb(line.data, line.size, JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &error);
    if (!json->root)
        return cli_complain(err, KAFFE_INVALID, "no JSON, at byte %d: %s", error.position,
                            error.text);
    if (!json_is_object(json->root))
        return cli_complain(err, KAFFE_INVALID,
                            "no JSON object: {\"key\": ..., \"payload\": ...} is one");
    json->decoded_size = 0;
    if (line.size <= json->decoded_capacity)
        return KAFFE_OK;
    free(json->decoded);
    json->decoded = malloc(line.size);
    json->decoded_capacity = json->decoded ? line.size : 0;
    return json->decoded ? KAFFE_OK : no_memory(err);
}

kaffe_status cli_record_json_read(struct cli_record_json *json, kaffe_bytes line,
                                  kaffe_record *record, int32_t *partition, kaffe_error *err)
{
    int64_t number = KAFFE_ANY_PARTITION;
    *record = (kaffe_record){ 0 };
    kaffe_status status = parse(json, line, err);
    if (status == KAFFE_OK)
        status = read_bytes(json, json_object_get(json->root, "key"), "key", &record->key, err);
    if (status == KAFFE_OK)
        status = read_bytes(json, json_object_get(json->root, "payload"), "payload", &record->value,
                            err);
    if (status == KAFFE_OK)
        status = read_headers(json, json_object_get(json->root, "headers"), err);
    if (status == KAFFE_OK)
        status = read_number(json->root, "ts", 1, INT64_MAX, &record->timestamp_ms, err);
    if (status == KAFFE_OK)
        status = read_number(json->root, "partition", 0, INT32_MAX, &number, err);
    record->headers = json->headers;
    record->header_count = json->header_count;
    *partition = (int32_t)number;
    return status;
}
