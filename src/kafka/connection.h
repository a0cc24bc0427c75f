/* SPDX-License-Identifier: MIT
 * How this library sets librdkafka up, in one place: our profile, and setting properties with an
 * error that names them. For the sources of this folder only. */
#ifndef KF_CONNECTION_H
#define KF_CONNECTION_H

#include "handle_login.h"
#include "kaffe.h"
#include "log.h"

#include <librdkafka/rdkafka.h>
#include <stdint.h>

/* Whom a handle works for: where its log goes, and the user's properties, whose values are never
 * shown. The first member of whatever is a handle's opaque. */
struct kf_connection_owner {
    struct kf_log log;
    const kaffe_property *properties;
    size_t property_count;
    struct kf_handle_login login;
};

/** Replaces what may be secret in a text of librdkafka's by stars. */
void kf_connection_hide(const struct kf_connection_owner *owner, char *text);

/** A configuration with endpoints, client id, our profile and the log. The owner must outlive the
 *  handle made of it, and is its opaque. @return NULL with err; else rd_kafka_conf_destroy it */
rd_kafka_conf_t *kf_connection_conf(const char *endpoints, const char *client_id,
                                    struct kf_connection_owner *owner, kaffe_error *err);

struct kf_property {
    const char *name;
    const char *value; /* NULL: left alone */
};

kaffe_status kf_connection_set(rd_kafka_conf_t *conf, const struct kf_property *properties,
                               size_t count, kaffe_error *err);
kaffe_status kf_connection_set_number(rd_kafka_conf_t *conf, const char *name, int64_t value,
                                      kaffe_error *err);

/** What the user says, over our profile: checked properties, none of which is refused. The message
 *  names a property that this librdkafka does not take, but not its value. */
kaffe_status kf_connection_set_properties(rd_kafka_conf_t *conf, const kaffe_property *properties,
                                          size_t count, kaffe_error *err);

/** Makes the handle; conf is used up, whatever happens. @return NULL with err */
rd_kafka_t *kf_connection_open(rd_kafka_type_t type, rd_kafka_conf_t *conf,
                               struct kf_connection_owner *owner, kaffe_error *err);

/** Asks the cluster how many partitions a topic has. Blocks. On error *code is librdkafka's. */
rd_kafka_resp_err_t kf_connection_partition_count(rd_kafka_t *rk, rd_kafka_topic_t *rkt,
                                                  int timeout_ms, int32_t *count);

#endif
