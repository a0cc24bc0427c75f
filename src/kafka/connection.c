/* SPDX-License-Identifier: MIT
 * Decides the properties that every handle of ours has; what a group or a producer needs besides
 * is set in their own files. */
#include "connection.h"

#include "endpoints.h"
#include "error.h"
#include "kafka_properties.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

void kf_connection_hide(const struct kf_connection_owner *owner, char *text)
{
    kf_kafka_properties_hide(owner->properties, owner->property_count, text);
    kf_handle_login_hide(&owner->login, text);
}

/* Lost connections and refused ones are told by events; here they would be a storm. */
static void write_log(const rd_kafka_t *rk, int level, const char *fac, const char *text)
{
    (void)level;
    char event[64];
    char shown[768];
    char quoted[768];
    const struct kf_connection_owner *owner = rd_kafka_opaque(rk);
    snprintf(event, sizeof event, "rdkafka.%s", fac);
    snprintf(shown, sizeof shown, "%s", text);
    kf_connection_hide(owner, shown);
    kf_log(&owner->log, KAFFE_LOG_DEBUG, event, "handle=%s text=\"%s\"", rd_kafka_name(rk),
           kf_log_quote(quoted, sizeof quoted, shown));
}

/* Not in every librdkafka: what is unknown to one needs no turning off there. */
static void set_newer(rd_kafka_conf_t *conf)
{
    rd_kafka_conf_set(conf, "enable.metrics.push", "false", NULL, 0);
}

/* What librdkafka reads: no schemes, brackets where they are needed. */
static char *endpoints_text(const char *endpoints, kaffe_error *err)
{
    struct kf_endpoint_list list = { 0 };
    if (kf_endpoints_parse(&list, endpoints, err) != KAFFE_OK)
        return NULL;
    char *text = calloc(list.count, KF_ENDPOINT_TEXT_SIZE + 1);
    char *end = text;
    for (size_t i = 0; text && i < list.count; i++) {
        if (i > 0)
            *end++ = ',';
        kf_endpoint_text(&list.items[i], end, KF_ENDPOINT_TEXT_SIZE);
        end += strlen(end);
    }
    kf_endpoints_fini(&list);
    if (!text)
        kf_error_no_memory(err);
    return text;
}

rd_kafka_conf_t *kf_connection_conf(const char *endpoints, const char *client_id,
                                    struct kf_connection_owner *owner, kaffe_error *err)
{
    char *bootstrap = endpoints_text(endpoints, err);
    if (!bootstrap)
        return NULL;
    const struct kf_property profile[] = {
        { "bootstrap.servers", bootstrap },      { "client.id", client_id ? client_id : "kaffe" },
        { "socket.nagle.disable", "true" },      { "socket.keepalive.enable", "true" },
        { "reconnect.backoff.max.ms", "2000" }, /* 10 s would be a long silence after a restart */
        { "allow.auto.create.topics", "false" }, /* a mistyped name is no topic */
    };
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    kaffe_status status = kf_connection_set(conf, profile, COUNT(profile), err);
    free(bootstrap);
    if (status == KAFFE_OK)
        status = kf_handle_login_configure(&owner->login, conf, err);
    if (status != KAFFE_OK) {
        kf_handle_login_configured(&owner->login);
        rd_kafka_conf_destroy(conf);
        return NULL;
    }
    set_newer(conf);
    rd_kafka_conf_set_log_cb(conf, write_log);
    rd_kafka_conf_set_opaque(conf, owner);
    return conf;
}

kaffe_status kf_connection_set(rd_kafka_conf_t *conf, const struct kf_property *properties,
                               size_t count, kaffe_error *err)
{
    char why[200];
    for (size_t i = 0; i < count; i++) {
        const struct kf_property *p = &properties[i];
        if (p->value &&
            rd_kafka_conf_set(conf, p->name, p->value, why, sizeof why) != RD_KAFKA_CONF_OK)
            return kf_error_set(err, KAFFE_INVALID, "%s", why);
    }
    return kf_error_ok(err);
}

kaffe_status kf_connection_set_number(rd_kafka_conf_t *conf, const char *name, int64_t value,
                                      kaffe_error *err)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRId64, value);
    return kf_connection_set(conf, &(struct kf_property){ name, text }, 1, err);
}

kaffe_status kf_connection_set_properties(rd_kafka_conf_t *conf, const kaffe_property *properties,
                                          size_t count, kaffe_error *err)
{
    for (size_t i = 0; i < count; i++) {
        const kaffe_property *p = &properties[i];
        char why[512] = "";
        rd_kafka_conf_res_t result = rd_kafka_conf_set(conf, p->name, p->value, why, sizeof why);
        if (result == RD_KAFKA_CONF_UNKNOWN)
            return kf_error_set(err, KAFFE_INVALID, "kafka.%.80s: librdkafka %s does not have it",
                                p->name, rd_kafka_version_str());
        if (result == RD_KAFKA_CONF_OK)
            continue;
        kf_kafka_properties_hide(p, 1, why);
        return kf_error_set(err, KAFFE_INVALID, "kafka.%.80s: librdkafka %s: %s", p->name,
                            rd_kafka_version_str(), why);
    }
    return kf_error_ok(err);
}

rd_kafka_t *kf_connection_open(rd_kafka_type_t type, rd_kafka_conf_t *conf,
                               struct kf_connection_owner *owner, kaffe_error *err)
{
    char why[512];
    rd_kafka_t *rk = rd_kafka_new(type, conf, why, sizeof why);
    kf_handle_login_configured(&owner->login);
    if (!rk) {
        rd_kafka_conf_destroy(conf);
        kf_connection_hide(owner, why);
        kf_error_set(err,
                     rd_kafka_last_error() == RD_KAFKA_RESP_ERR__INVALID_ARG ? KAFFE_INVALID
                                                                             : KAFFE_FAILED,
                     "%s", why);
    } else if (kf_handle_login_open(&owner->login, rk, err) != KAFFE_OK) {
        rd_kafka_destroy(rk);
        rk = NULL;
    }
    return rk;
}

rd_kafka_resp_err_t kf_connection_partition_count(rd_kafka_t *rk, rd_kafka_topic_t *rkt,
                                                  int timeout_ms, int32_t *count)
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_resp_err_t code = rd_kafka_metadata(rk, 0, rkt, &metadata, timeout_ms);
    if (code)
        return code;
    *count = 0;
    code = RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    if (metadata->topic_cnt == 1) {
        code = metadata->topics[0].err;
        *count = metadata->topics[0].partition_cnt;
    }
    rd_kafka_metadata_destroy(metadata);
    return code || *count > 0 ? code : RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
}
