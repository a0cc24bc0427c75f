/* SPDX-License-Identifier: MIT
 * A plain librdkafka client: what Kaffe wrote is read, and what it reads is written, by somebody
 * else. All calls end the test when they can not do what they say. */
#ifndef KAFKA_CLIENT_H
#define KAFKA_CLIENT_H

#include "kaffe.h"

/** What was read, in the order of the offsets of its partition. */
struct kafka_client_record {
    kaffe_message message; /* topic NULL; bytes are copies, freed with the list */
    kaffe_header *headers;
    size_t header_count;
};

struct kafka_client_records {
    struct kafka_client_record *items;
    size_t count;
};

int kafka_client_partition_count(const char *endpoints, const char *topic);

/** On a real Kafka (the mock cluster has no admin requests). Waits until the topic has leaders. */
void kafka_client_create_topic(const char *endpoints, const char *topic, int partition_count);
void kafka_client_delete_topic(const char *endpoints, const char *topic);
void kafka_client_grow_topic(const char *endpoints, const char *topic, int partition_count);

/** Writes records to one partition and waits until they are there. */
void kafka_client_produce(const char *endpoints, const char *topic, int32_t partition,
                          const kaffe_record *records, size_t count);

/** Reads a partition from its first record to what is its end now. */
struct kafka_client_records kafka_client_read(const char *endpoints, const char *topic,
                                              int32_t partition);
void kafka_client_records_free(struct kafka_client_records *records);

/** The offset that a group has committed; -1001: none. */
int64_t kafka_client_committed(const char *endpoints, const char *group, const char *topic,
                               int32_t partition);
/** Commits for a group without members. */
void kafka_client_commit(const char *endpoints, const char *group, const char *topic,
                         int32_t partition, int64_t offset);

#endif
