/* SPDX-License-Identifier: MIT
 * Dead letters on a real Kafka: copies to the byte, commits only after their acknowledgement, and
 * topics that can not take them yet. */
#include "e2e_broker.h"
#include "e2e_consumer.h"
#include "e2e_producer.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
    OURS = 7 /* headers that a dead letter has more than its message */
};

/* A topic, its dead letters' topic, and a consumer with the topic's name as its group. */
struct scene {
    struct e2e_name topic;
    char dead[128];
    bool create;
    struct e2e_consumer consumer;
};

static struct scene scene_of(const char *what)
{
    struct scene scene = { .topic = e2e_name(what) };
    snprintf(scene.dead, sizeof scene.dead, "%s.dlq", scene.topic.text);
    return scene;
}

static kaffe_status refuse(const kaffe_message *m, void *ctx)
{
    (void)ctx;
    return kaffe_fail(m, "attempt %d", m->attempt);
}

/* The second message of each partition. */
static kaffe_status refuse_second(const kaffe_message *m, void *ctx)
{
    return m->offset == 1 ? refuse(m, ctx) : KAFFE_OK;
}

static void start(struct scene *scene, kaffe_status (*judge)(const kaffe_message *m, void *ctx))
{
    scene->consumer.judge = judge;
    e2e_consumer_start(&scene->consumer, E2E_MESSAGES,
                       (kaffe_consumer_options){ .topics = scene->topic.text,
                                                 .consumer_group = scene->topic.text,
                                                 .start_with_earliest_message = true,
                                                 .offset_commit_interval_ms = 50,
                                                 .retry_backoff_ms = 1,
                                                 .retry_backoff_max_ms = 500,
                                                 .max_attempts = 2,
                                                 .dead_letter_topic_create = scene->create,
                                                 .on_failure = "dead_letter" });
}

static void clear_away(struct scene *scene)
{
    e2e_consumer_free(&scene->consumer);
    kafka_client_delete_topic(e2e_endpoints(), scene->topic.text);
    kafka_client_delete_topic(e2e_endpoints(), scene->dead);
}

static int64_t committed(const struct scene *scene)
{
    int64_t offset;
    e2e_committed(scene->topic.text, scene->topic.text, 1, &offset);
    return offset;
}

static void produce_numbers(const struct scene *scene, int count)
{
    static const char *const texts[] = { "0", "1", "2", "3" };
    kaffe_record records[4];
    for (int i = 0; i < count; i++)
        records[i] = (kaffe_record){ .value = kaffe_text(texts[i]) };
    kafka_client_produce(e2e_endpoints(), scene->topic.text, 0, records, (size_t)count);
}

/* Takes our headers off, after a look at what they say. */
static void unstamp(struct kafka_client_record *record, const struct scene *scene)
{
    char offset[24];
    char partition[12];
    const char *const expected[OURS - 1][2] = {
        { "__dlq.errors.topic", scene->topic.text }, { "__dlq.errors.partition", partition },
        { "__dlq.errors.offset", offset },           { "__dlq.errors.group", scene->topic.text },
        { "__dlq.errors.delivery.count", "2" },      { "__dlq.errors.message", "attempt 2" },
    };
    snprintf(partition, sizeof partition, "%d", record->message.partition);
    snprintf(offset, sizeof offset, "%lld", (long long)record->message.offset);
    assert_true(record->header_count >= OURS);
    record->header_count -= OURS;
    const kaffe_header *ours = record->headers + record->header_count;
    for (size_t i = 0; i < OURS - 1; i++) {
        assert_int_equal(ours[i].name.size, strlen(expected[i][0]));
        assert_memory_equal(ours[i].name.data, expected[i][0], ours[i].name.size);
        assert_int_equal(ours[i].value.size, strlen(expected[i][1]));
        assert_memory_equal(ours[i].value.data, expected[i][1], ours[i].value.size);
    }
}

/* Every message of two partitions fails, so that letters have their messages' offsets. */
/* Counted, since the log of so many is limited; a generous while. */
static void await_letters(const struct scene *scene, int64_t count)
{
    kaffe_consumer_counters counters = { 0 };
    for (int tries = 0; tries < 6000 && counters.dead_letters < count; tries++) {
        poll(NULL, 0, 10);
        kaffe_consumer_count(scene->consumer.consumer, &counters);
    }
    assert_int_equal(counters.dead_letters, count);
}

static void a_dead_letter_is_its_message_to_the_byte(void **state)
{
    (void)state;
    static struct e2e_shapes shapes;
    struct scene scene = scene_of("shapes");
    e2e_shapes_make(&shapes);
    e2e_create_topic(scene.topic.text, 2, NULL);
    e2e_create_topic(scene.dead, 2, NULL);
    for (int32_t partition = 0; partition < 2; partition++)
        e2e_produce(scene.topic.text, partition, shapes.records, E2E_SHAPES,
                    partition ? "compression.codec=zstd" : NULL);
    start(&scene, refuse);
    await_letters(&scene, (int64_t)2 * E2E_SHAPES);
    e2e_consumer_stop(&scene.consumer);
    struct kafka_client_records messages = e2e_read(scene.topic.text, 2);
    struct kafka_client_records letters = e2e_read(scene.dead, 2);
    assert_int_equal(letters.count, 2 * E2E_SHAPES);
    for (size_t i = 0; i < letters.count; i++)
        unstamp(&letters.items[i], &scene);
    e2e_assert_same(&messages, &letters);
    for (size_t i = 0; i < letters.count; i++)
        letters.items[i].header_count += OURS;
    kafka_client_records_free(&messages);
    kafka_client_records_free(&letters);
    clear_away(&scene);
    e2e_shapes_free(&shapes);
}

static void a_missing_topic_is_named_and_written_when_it_is_there(void **state)
{
    (void)state;
    struct scene scene = scene_of("homeless");
    char command[400];
    e2e_create_topic(scene.topic.text, 1, NULL);
    produce_numbers(&scene, 3);
    start(&scene, refuse_second);
    snprintf(command, sizeof command, "--create --topic %s --partitions N", scene.dead);
    e2e_consumer_until_logged(&scene.consumer, 1, "dead_letter.failed", command);
    assert_int_equal(e2e_consumer_logged(&scene.consumer, "message.failed", ""), 2);
    e2e_create_topic(scene.dead, 1, NULL);
    e2e_consumer_until_handled(&scene.consumer, 2);
    e2e_consumer_stop(&scene.consumer);
    assert_int_equal(e2e_consumer_logged(&scene.consumer, "message.failed", ""), 2);
    assert_int_equal(e2e_consumer_logged(&scene.consumer, "dead_letter.failed", ""), 1);
    assert_int_equal(committed(&scene), 3);
    assert_int_equal(e2e_end(scene.dead, 0), 1);
    clear_away(&scene);
}

static void a_missing_topic_is_made_like_the_message_s_if_asked(void **state)
{
    (void)state;
    struct scene scene = scene_of("made");
    scene.create = true;
    e2e_create_topic(scene.topic.text, 3, NULL);
    produce_numbers(&scene, 3);
    start(&scene, refuse_second);
    e2e_consumer_until_logged(&scene.consumer, 1, "topic.created", "partitions=3 like=");
    e2e_consumer_until_logged(&scene.consumer, 1, "dead_letter.written", "offset=1 attempts=2");
    e2e_consumer_until_handled(&scene.consumer, 2);
    e2e_consumer_stop(&scene.consumer);
    assert_int_equal(e2e_consumer_logged(&scene.consumer, "dead_letter.failed", ""), 0);
    assert_int_equal(kafka_client_partition_count(e2e_endpoints(), scene.dead), 3);
    assert_int_equal(e2e_end(scene.dead, 0), 1);
    assert_int_equal(committed(&scene), 3);
    clear_away(&scene);
}

/* Until a commit has been confirmed; a generous while. */
static void await_commit(const struct scene *scene)
{
    kaffe_consumer_counters counters = { 0 };
    for (int tries = 0; tries < 3000 && counters.commits == 0; tries++) {
        poll(NULL, 0, 10);
        kaffe_consumer_count(scene->consumer.consumer, &counters);
    }
    assert_true(counters.commits > 0);
    assert_int_equal(counters.dead_letters_waiting, 1);
}

/* Nothing makes them smaller. */
static void fill_with_noise(char *bytes, size_t size)
{
    uint32_t noise = 1;
    for (size_t i = 0; i < size; i++) {
        noise = noise * 1664525u + 1013904223u;
        bytes[i] = (char)(noise >> 24);
    }
}

static void a_letter_too_large_is_no_commit_until_its_topic_takes_it(void **state)
{
    (void)state;
    static char bytes[50000];
    fill_with_noise(bytes, sizeof bytes);
    struct scene scene = scene_of("large");
    const kaffe_record records[] = { { .value = kaffe_text("small") },
                                     { .value = { bytes, sizeof bytes - 150 } },
                                     { .value = kaffe_text("small") } };
    e2e_create_topic(scene.topic.text, 1, "max.message.bytes=50000");
    e2e_create_topic(scene.dead, 1, "max.message.bytes=50000");
    for (int i = 0; i < 3; i++) /* one by one: a batch may not be larger either */
        kafka_client_produce(e2e_endpoints(), scene.topic.text, 0, &records[i], 1);
    start(&scene, refuse_second);
    e2e_consumer_until_logged(&scene.consumer, 1, "dead_letter.failed",
                              "is larger than the topic's max.message.bytes; raise that");
    await_commit(&scene);
    assert_int_equal(committed(&scene), 1);
    e2e_configure_topic(scene.dead, "max.message.bytes", "51000");
    e2e_consumer_until_logged(&scene.consumer, 1, "dead_letter.written", "offset=1 attempts=2");
    e2e_consumer_until_handled(&scene.consumer, 2);
    e2e_consumer_stop(&scene.consumer);
    assert_int_equal(committed(&scene), 3);
    clear_away(&scene);
}

/* What counts for a topic is the size on its disk. */
static void what_its_topic_took_compressed_the_dead_letters_topic_takes_too(void **state)
{
    (void)state;
    static const char bytes[400000];
    struct scene scene = scene_of("compressed");
    kaffe_error err;
    e2e_create_topic(scene.topic.text, 1, "max.message.bytes=50000");
    e2e_create_topic(scene.dead, 1, "max.message.bytes=50000");
    const kaffe_producer_options options = { .endpoints = e2e_endpoints(),
                                             .topics = scene.topic.text,
                                             .compression = "gzip" };
    kaffe_producer *producer = kaffe_producer_new(&options, &err);
    assert_non_null(producer);
    const kaffe_record records[] = { { .value = kaffe_text("small") },
                                     { .value = { bytes, sizeof bytes } } };
    for (int i = 0; i < 2; i++)
        assert_int_equal(kaffe_produce_sync(producer, &records[i], &err), KAFFE_OK);
    assert_int_equal(kaffe_producer_free(producer), KAFFE_OK);
    start(&scene, refuse_second);
    e2e_consumer_until_logged(&scene.consumer, 1, "dead_letter.written", "offset=1 attempts=2");
    e2e_consumer_stop(&scene.consumer);
    assert_int_equal(committed(&scene), 2);
    clear_away(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dead_letter_is_its_message_to_the_byte),
        cmocka_unit_test(a_missing_topic_is_named_and_written_when_it_is_there),
        cmocka_unit_test(a_missing_topic_is_made_like_the_message_s_if_asked),
        cmocka_unit_test(a_letter_too_large_is_no_commit_until_its_topic_takes_it),
        cmocka_unit_test(what_its_topic_took_compressed_the_dead_letters_topic_takes_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
