/* SPDX-License-Identifier: MIT
 * How this library sets librdkafka up, in one place: our profile, and setting properties with an
 * error that names them. For the sources of this folder only. */
#ifndef KF_CONNECTION_H
#define KF_CONNECTION_H

#include "kaffe.h"
#include "log.h"

#include <librdkafka/rdkafka.h>
#include <stdint.h>

/** A configuration with endpoints, client id, our profile and the log. The log must outlive the
 *  handle made of it, and is its opaque. @return NULL with err; else rd_kafka_conf_destroy it */
rd_kafka_conf_t *kf_connection_conf(const char *endpoints, const char *client_id,
                                    const struct kf_log *log, kaffe_error *err);

struct kf_property {
    const char *name;
    const char *value; /* NULL: left alone */
};

kaffe_status kf_connection_set(rd_kafka_conf_t *conf, const struct kf_property *properties,
                               size_t count, kaffe_error *err);
kaffe_status kf_connection_set_number(rd_kafka_conf_t *conf, const char *name, int64_t value,
                                      kaffe_error *err);

/** Makes the handle; conf is used up, whatever happens. @return NULL with err */
rd_kafka_t *kf_connection_open(rd_kafka_type_t type, rd_kafka_conf_t *conf, kaffe_error *err);

/** Asks the cluster how many partitions a topic has. Blocks. On error *code is librdkafka's. */
rd_kafka_resp_err_t kf_connection_partition_count(rd_kafka_t *rk, rd_kafka_topic_t *rkt,
                                                  int timeout_ms, int32_t *count);

#endif
