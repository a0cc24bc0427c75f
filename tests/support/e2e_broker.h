/* SPDX-License-Identifier: MIT
 * The real Kafka of the e2e tests: names of their own, topics, and what librdkafka sees of them.
 * All calls but e2e_topic_ready end the test when they can not do what they say. */
#ifndef E2E_BROKER_H
#define E2E_BROKER_H

#include "kafka_client.h"

/** KAFFE_TEST_ENDPOINTS. Missing: one line on stderr, and the program ends. */
const char *e2e_endpoints(void);

/** "kaffe-WHAT-PID-TIME": a test can be repeated on one broker, and leftovers are easily found. */
struct e2e_name {
    char text[96];
};
struct e2e_name e2e_name(const char *what);

/** Is there such a topic with so many partitions? Made if it is missing.
 *  @return false: why says the culprit, and the kafka-topics.sh command to run */
bool e2e_topic_ready(const char *topic, int partition_count, char *why, size_t why_size);

/** @param configs  "max.message.bytes=2000000 cleanup.policy=compact"; NULL: the broker's */
void e2e_create_topic(const char *topic, int partition_count, const char *configs);
/** A topic that is there gets this config instead of all that it had. */
void e2e_configure_topic(const char *topic, const char *config, const char *value);
void e2e_delete_records(const char *topic, int32_t partition, int64_t before);
void e2e_commit(const char *group, const char *topic, int32_t partition, int64_t offset);

/** The offset behind the last record, as the broker says it. */
int64_t e2e_end(const char *topic, int32_t partition);

/** offsets[0..partition_count-1] that a group has committed; -1001: none. */
void e2e_committed(const char *group, const char *topic, int partition_count, int64_t *offsets);

/** Reads all partitions from the first record to what is the end now, isolation read_uncommitted.
 *  Ordered by partition, and in each as they came. */
struct kafka_client_records e2e_read(const char *topic, int partition_count);

/** Stable by partition. */
void e2e_sort(struct kafka_client_records *records);

/** Byte for byte: partition, offset, timestamp and its type, key, value, headers, null or empty. */
void e2e_assert_same(const struct kafka_client_records *a, const struct kafka_client_records *b);

#endif
