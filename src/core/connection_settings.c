/* SPDX-License-Identifier: MIT */
#include "connection_settings.h"

#include "kafka_properties.h"

#include <stdlib.h>
#include <strings.h>

enum {
    IDLE_LEAST_MS = 1000 /* connections are not to be made all the time */
};

struct source {
    const kaffe_property *properties;
    size_t count;
};

static void take_number(const struct source *from, const char *name, int32_t *number)
{
    const char *value = kf_kafka_property_value(from->properties, from->count, name);
    if (value)
        *number = (int32_t)strtol(value, NULL, 10);
}

static bool is_set_to(const struct source *from, const char *name, const char *word)
{
    const char *value = kf_kafka_property_value(from->properties, from->count, name);
    return value && strcasecmp(value, word) == 0;
}

/* librdkafka knows two ages: when it asks again, and when it forgets. Ours does both at once. */
static void take_metadata_age(const struct source *from, int32_t *age_ms)
{
    int32_t oldest_ms = INT32_MAX;
    take_number(from, "topic.metadata.refresh.interval.ms", age_ms);
    take_number(from, "metadata.max.age.ms", &oldest_ms);
    if (oldest_ms < *age_ms)
        *age_ms = oldest_ms;
}

struct kf_connection_settings kf_connection_settings_of(const kaffe_property *properties,
                                                        size_t count)
{
    const struct source from = { properties, count };
    struct kf_connection_settings settings = { .connect_timeout_ms = 10000,
                                               .request_timeout_ms = 30000,
                                               .reconnect_backoff_ms = 50,
                                               .reconnect_backoff_max_ms = 1000,
                                               .metadata_max_age_ms = 300000 };
    settings.keepalive = !is_set_to(&from, "socket.keepalive.enable", "false");
    settings.nagle = is_set_to(&from, "socket.nagle.disable", "false");
    if (is_set_to(&from, "broker.address.family", "v4"))
        settings.address_family = KF_FAMILY_V4;
    if (is_set_to(&from, "broker.address.family", "v6"))
        settings.address_family = KF_FAMILY_V6;
    take_number(&from, "socket.send.buffer.bytes", &settings.send_buffer_bytes);
    take_number(&from, "socket.receive.buffer.bytes", &settings.receive_buffer_bytes);
    take_number(&from, "socket.connection.setup.timeout.ms", &settings.connect_timeout_ms);
    take_number(&from, "socket.timeout.ms", &settings.request_timeout_ms);
    take_number(&from, "reconnect.backoff.ms", &settings.reconnect_backoff_ms);
    take_number(&from, "reconnect.backoff.max.ms", &settings.reconnect_backoff_max_ms);
    take_number(&from, "connections.max.idle.ms", &settings.max_idle_ms);
    if (settings.max_idle_ms > 0 && settings.max_idle_ms < IDLE_LEAST_MS)
        settings.max_idle_ms = IDLE_LEAST_MS;
    take_metadata_age(&from, &settings.metadata_max_age_ms);
    return settings;
}
