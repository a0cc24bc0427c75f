/* SPDX-License-Identifier: MIT
 * How the data plane treats its connections: what the properties of librdkafka that are for both
 * planes mean to it. */
#ifndef KF_CONNECTION_SETTINGS_H
#define KF_CONNECTION_SETTINGS_H

#include "kaffe.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum kf_address_family {
    KF_FAMILY_ANY,
    KF_FAMILY_V4,
    KF_FAMILY_V6
};

struct kf_connection_settings {
    enum kf_address_family address_family;
    bool keepalive;
    bool nagle; /* gathers small writes */
    int32_t send_buffer_bytes; /* 0: the system's */
    int32_t receive_buffer_bytes;
    int32_t connect_timeout_ms; /* until versions are agreed on */
    int32_t request_timeout_ms; /* on top of what the broker may take on purpose */
    int32_t reconnect_backoff_ms; /* first pause after a failed connection, doubling, jitter */
    int32_t reconnect_backoff_max_ms;
    int32_t max_idle_ms; /* an unused connection is made anew; 0: never */
    int32_t metadata_max_age_ms; /* then brokers and leaders are asked for again */
};

/** Our profile, and what checked properties say otherwise. */
struct kf_connection_settings kf_connection_settings_of(const kaffe_property *properties,
                                                        size_t count);

#endif
