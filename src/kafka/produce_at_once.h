/* SPDX-License-Identifier: MIT
 * kaffe_produce for those that must never wait, not even for a topic's partition count. */
#ifndef KF_PRODUCE_AT_ONCE_H
#define KF_PRODUCE_AT_ONCE_H

#include "kaffe.h"

struct kf_security_settings;

/** As kaffe_producer_new, for what belongs to another client, and goes by its security. */
kaffe_producer *kf_producer_new_secured(const kaffe_producer_options *options,
                                        const struct kf_security_settings *security,
                                        kaffe_error *err);

/**
 * As kaffe_produce, to the partition spread % count.
 * @return KAFFE_TIMED_OUT: the topic is new to this producer, its partition count is being asked
 *         for; KAFFE_NOT_WRITTEN, KAFFE_DENIED: the cluster does not say it, err says why, and it
 *         is asked again; others as kaffe_produce
 */
kaffe_status kf_produce_at_once(kaffe_producer *producer, const char *topic, int32_t spread,
                                const kaffe_record *record, kaffe_delivery_fn delivered, void *ctx,
                                kaffe_error *err);

/** If the cluster does not know `topic`, it is made, with as many partitions as `like` has and the
 *  brokers' own replication; meanwhile kf_produce_at_once says what it says of a missing topic.
 *  @return KAFFE_OK, KAFFE_NO_MEMORY */
kaffe_status kf_produce_make_like(kaffe_producer *producer, const char *topic, const char *like,
                                  kaffe_error *err);

/** What a delivery callback was told, in words; `bytes` is the record's size.
 *  @return result->status */
kaffe_status kf_produce_outcome(const kaffe_producer *producer, const char *topic, size_t bytes,
                                const kaffe_result *result, kaffe_error *err);

#endif
