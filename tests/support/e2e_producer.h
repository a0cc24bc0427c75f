/* SPDX-License-Identifier: MIT
 * librdkafka's producer with properties of the test's choice, and its transactions. Calls end the
 * test when they can not do what they say. */
#ifndef E2E_PRODUCER_H
#define E2E_PRODUCER_H

#include "kaffe.h"

/** @param properties  "compression.codec=zstd linger.ms=500"; NULL: librdkafka's defaults */
void e2e_produce(const char *topic, int32_t partition, const kaffe_record *records, size_t count,
                 const char *properties);

/** In a transaction of its own, which ends by a commit or an abort: a marker follows the records.
 */
void e2e_produce_transaction(const char *topic, int32_t partition, const kaffe_record *records,
                             size_t count, bool commit);

/** Keys, values and headers of every shape: null, empty, repeated names, long ones; timestamps of
 *  an hour ago. Freed by e2e_shapes_free. */
#define E2E_SHAPES 120
struct e2e_shapes {
    kaffe_record records[E2E_SHAPES];
    char *bytes;
};
void e2e_shapes_make(struct e2e_shapes *shapes);
void e2e_shapes_free(struct e2e_shapes *shapes);

#endif
