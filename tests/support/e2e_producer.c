/* SPDX-License-Identifier: MIT */
#include "e2e_producer.h"

#include "e2e_broker.h"

#include <librdkafka/rdkafka.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#define TIMEOUT_MS 30000

static void require_code(rd_kafka_resp_err_t code, const char *what)
{
    if (code)
        fail_msg("%s: %s", what, rd_kafka_err2str(code));
}

static void require_no_error(rd_kafka_error_t *error)
{
    if (error)
        fail_msg("%s", rd_kafka_error_string(error));
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
    char why[200];
    if (rd_kafka_conf_set(conf, name, value, why, sizeof why))
        fail_msg("%s", why);
}

static void count_written(rd_kafka_t *rk, const rd_kafka_message_t *m, void *opaque)
{
    (void)rk;
    *(size_t *)opaque += !m->err;
}

static rd_kafka_t *open_producer(const char *properties, size_t *written)
{
    char why[200];
    char *words = strdup(properties);
    char *rest = NULL;
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    assert_non_null(words);
    set(conf, "bootstrap.servers", e2e_endpoints());
    for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        char *value = strchr(word, '=');
        assert_non_null(value);
        *value++ = '\0';
        set(conf, word, value);
    }
    free(words);
    rd_kafka_conf_set_log_cb(conf, NULL);
    rd_kafka_conf_set_dr_msg_cb(conf, count_written);
    rd_kafka_conf_set_opaque(conf, written);
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    if (!rk)
        fail_msg("%s", why);
    return rk;
}

static void produce_one(rd_kafka_t *rk, const char *topic, int32_t partition,
                        const kaffe_record *record)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new(record->header_count);
    for (size_t i = 0; i < record->header_count; i++) {
        const kaffe_header *header = &record->headers[i];
        rd_kafka_header_add(headers, header->name.data, (ssize_t)header->name.size,
                            header->value.data, (ssize_t)header->value.size);
    }
    require_code(rd_kafka_producev(
                     rk, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition),
                     RD_KAFKA_V_KEY(record->key.data, record->key.size),
                     RD_KAFKA_V_VALUE((void *)(uintptr_t)record->value.data, record->value.size),
                     RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_HEADERS(headers),
                     RD_KAFKA_V_TIMESTAMP(record->timestamp_ms), RD_KAFKA_V_END),
                 topic);
}

void e2e_produce(const char *topic, int32_t partition, const kaffe_record *records, size_t count,
                 const char *properties)
{
    size_t written = 0;
    rd_kafka_t *rk = open_producer(properties ? properties : "", &written);
    for (size_t i = 0; i < count; i++)
        produce_one(rk, topic, partition, &records[i]);
    require_code(rd_kafka_flush(rk, TIMEOUT_MS), topic);
    assert_int_equal(written, count);
    rd_kafka_destroy(rk);
}

/* The coordinator answers before it has written the marker. */
static void wait_for_marker(const char *topic, int32_t partition, int64_t end)
{
    for (int tries = 0; e2e_end(topic, partition) < end; tries++) {
        if (tries == 300)
            fail_msg("%s: no marker after 30 s", topic);
        poll(NULL, 0, 100);
    }
}

void e2e_produce_transaction(const char *topic, int32_t partition, const kaffe_record *records,
                             size_t count, bool commit)
{
    size_t written = 0;
    int64_t end = e2e_end(topic, partition) + (int64_t)count + 1;
    char properties[120] = "transactional.id=";
    struct e2e_name id = e2e_name("transaction");
    strncat(properties, id.text, sizeof properties - strlen(properties) - 1);
    rd_kafka_t *rk = open_producer(properties, &written);
    require_no_error(rd_kafka_init_transactions(rk, TIMEOUT_MS));
    require_no_error(rd_kafka_begin_transaction(rk));
    for (size_t i = 0; i < count; i++)
        produce_one(rk, topic, partition, &records[i]);
    require_code(rd_kafka_flush(rk, TIMEOUT_MS), topic);
    assert_int_equal(written, count);
    require_no_error(commit ? rd_kafka_commit_transaction(rk, TIMEOUT_MS)
                            : rd_kafka_abort_transaction(rk, TIMEOUT_MS));
    rd_kafka_destroy(rk);
    wait_for_marker(topic, partition, end);
}

/* --- shapes ------------------------------------------------------------------------------- */

#define LONG_BYTES ((size_t)20000)
#define TEXT(text)                                                                                 \
    {                                                                                              \
        text, sizeof text - 1                                                                      \
    }

static const kaffe_header header_shapes[] = {
    { TEXT("plain"), TEXT("value") },  { TEXT("null"), { NULL, 0 } },
    { TEXT("empty"), TEXT("") },       { TEXT("twice"), TEXT("first") },
    { TEXT("twice"), TEXT("second") }, { TEXT("twice"), { NULL, 0 } },
    { TEXT(""), TEXT("no name") },     { TEXT("bytes"), TEXT("\0\1\2\xff") },
};

/* Every shape of a key beside every shape of a value. */
static kaffe_bytes shape(const struct e2e_shapes *shapes, size_t which, size_t i)
{
    switch (which) {
    case 0:
        return (kaffe_bytes){ NULL, 0 };
    case 1:
        return (kaffe_bytes){ "", 0 };
    case 2:
        return (kaffe_bytes)TEXT("with\0zero\xff");
    case 3:
        return (kaffe_bytes){ shapes->bytes, LONG_BYTES - 100 * i };
    default:
        return (kaffe_bytes){ shapes->bytes + 7 * i, 1 + i };
    }
}

void e2e_shapes_make(struct e2e_shapes *shapes)
{
    /* Not older: the broker would delete it. */
    int64_t recent_ms = ((int64_t)time(NULL) - 3600) * 1000;
    shapes->bytes = malloc(LONG_BYTES);
    assert_non_null(shapes->bytes);
    for (size_t i = 0; i < LONG_BYTES; i++)
        shapes->bytes[i] = (char)(i % 97 + i / 1000);
    for (size_t i = 0; i < E2E_SHAPES; i++) {
        size_t most = sizeof header_shapes / sizeof header_shapes[0];
        shapes->records[i] =
            (kaffe_record){ .key = shape(shapes, i % 5, i),
                            .value = shape(shapes, i / 5 % 5, i),
                            .headers = header_shapes,
                            .header_count = i % (most + 1),
                            .timestamp_ms = recent_ms + (int64_t)(i * 7919 % 1000) };
    }
}

void e2e_shapes_free(struct e2e_shapes *shapes)
{
    free(shapes->bytes);
}
