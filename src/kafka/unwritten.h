/* SPDX-License-Identifier: MIT
 * Why a record was not written, in words that name the culprit and the remedy. */
#ifndef KF_UNWRITTEN_H
#define KF_UNWRITTEN_H

#include "kaffe.h"

struct kf_unwritten {
    const struct kaffe_producer *producer;
    const char *topic;
    int32_t partition; /* -1: none was chosen */
    kaffe_status status;
    int32_t code; /* librdkafka's */
    const kaffe_record *record; /* for its size; NULL: no record in particular */
};

/** The cluster refuses TLS or the login: KAFFE_DENIED, with what is known of it. */
kaffe_status kf_unwritten_refused(struct kaffe_producer *producer, const char *topic, int32_t code,
                                  kaffe_error *err);

/** @return what->status */
kaffe_status kf_unwritten(const struct kf_unwritten *what, kaffe_error *err);
/** Nobody said in time whether there is such a topic. @return KAFFE_NOT_WRITTEN */
kaffe_status kf_unwritten_not_found(struct kaffe_producer *producer, const char *topic,
                                    kaffe_error *err);
/** What it means when librdkafka does not take a record. */
kaffe_status kf_unwritten_status(int32_t code);
/** @return KAFFE_CLOSED */
kaffe_status kf_unwritten_closed(kaffe_error *err);
/** Puts "record 3: " in front of a message of a batch. */
void kf_unwritten_number(kaffe_error *err, size_t index);

#endif
