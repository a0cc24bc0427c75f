/* SPDX-License-Identifier: MIT
 * The life of a membership: made, subscribed, served, left, freed. What events mean is decided in
 * group_events.c, commits in group_commit.c, questions in group_query.c. */
#include "group.h"

#include "connection.h"
#include "error.h"
#include "group_state.h"
#include "thread.h"

#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define METADATA_MAX_AGE_MS 10000 /* librdkafka's 5 minutes are long to wait for a topic */

static kaffe_status configure(rd_kafka_conf_t *conf, const struct kf_group_settings *settings,
                              kaffe_error *err)
{
    const struct kf_property properties[] = {
        { "group.id", settings->consumer_group },
        { "group.instance.id", settings->group_instance_id },
        { "client.rack", settings->client_rack },
        { "partition.assignment.strategy", settings->partition_assignment_strategy },
        { "enable.auto.commit", "false" },
        { "enable.auto.offset.store", "false" },
    };
    /* librdkafka wants it no shorter than the session. */
    int64_t max_poll_ms = settings->max_poll_interval_ms > settings->session_timeout_ms
                              ? settings->max_poll_interval_ms
                              : settings->session_timeout_ms;
    int64_t max_age_ms =
        settings->metadata_max_age_ms ? settings->metadata_max_age_ms : METADATA_MAX_AGE_MS;
    const struct {
        const char *name;
        int64_t value;
    } numbers[] = {
        { "session.timeout.ms", settings->session_timeout_ms },
        { "heartbeat.interval.ms", settings->heartbeat_interval_ms },
        { "max.poll.interval.ms", max_poll_ms },
        { "topic.metadata.refresh.interval.ms", max_age_ms },
    };
    kaffe_status status = kf_connection_set(conf, properties, COUNT(properties), err);
    for (size_t i = 0; status == KAFFE_OK && i < COUNT(numbers); i++)
        status = kf_connection_set_number(conf, numbers[i].name, numbers[i].value, err);
    if (status == KAFFE_OK)
        status =
            kf_connection_set_properties(conf, settings->properties, settings->property_count, err);
    rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_OFFSET_COMMIT |
                                       RD_KAFKA_EVENT_ERROR);
    return status;
}

static int open_socket(int domain, int type, int protocol, void *group)
{
    return kf_sockets_open(&((struct kf_group *)group)->sockets, domain, type, protocol);
}

static int close_socket(int socket, void *group)
{
    return kf_sockets_close(&((struct kf_group *)group)->sockets, socket);
}

static kaffe_status open_member(struct kf_group *group, const struct kf_group_settings *settings,
                                int wake_fd, kaffe_error *err)
{
    rd_kafka_conf_t *conf =
        kf_connection_conf(settings->endpoints, settings->client_id, &group->owner, err);
    if (!conf)
        return KAFFE_INVALID;
    kaffe_status status = configure(conf, settings, err);
    if (status != KAFFE_OK) {
        kf_handle_login_configured(&group->owner.login);
        rd_kafka_conf_destroy(conf);
        return status;
    }
    rd_kafka_conf_set_socket_cb(conf, open_socket);
    rd_kafka_conf_set_closesocket_cb(conf, close_socket);
    group->rk = kf_connection_open(RD_KAFKA_CONSUMER, conf, &group->owner, err);
    if (!group->rk)
        return KAFFE_FAILED;
    static const uint64_t one = 1;
    group->queue = rd_kafka_queue_get_consumer(group->rk);
    group->commits = rd_kafka_queue_new(group->rk);
    /* A write at each change from empty to not empty. Enabled before anything is forwarded here,
     * and kf_group_serve always empties the queues, so that no change goes by unseen. */
    rd_kafka_queue_io_event_enable(group->queue, wake_fd, &one, sizeof one);
    rd_kafka_queue_io_event_enable(group->commits, wake_fd, &one, sizeof one);
    rd_kafka_poll_set_consumer(group->rk);
    return kf_error_ok(err);
}

static bool copy_settings(struct kf_group *group, const struct kf_group_settings *settings)
{
    bool failed = false;
    group->endpoints = kf_text_copy(settings->endpoints, &failed);
    group->consumer_group = kf_text_copy(settings->consumer_group, &failed);
    for (size_t i = 0; !failed && i < settings->topics->count; i++) {
        const char *topic = settings->topics->items[i];
        failed = !kf_text_list_add(&group->topics, topic, strlen(topic));
    }
    return !failed &&
           (!settings->security || kf_security_settings_copy(&group->security, settings->security));
}

struct kf_group *kf_group_new(const struct kf_group_settings *settings, const struct kf_log *log,
                              const struct kf_group_events *events, void *ctx, int wake_fd,
                              kaffe_error *err)
{
    struct kf_group *group = calloc(1, sizeof *group);
    if (group &&
        kf_handle_login_init(&group->owner.login, &group->security, &group->owner.log) != 0) {
        free(group);
        group = NULL;
    }
    if (group)
        kf_sockets_init(&group->sockets);
    if (!group || !copy_settings(group, settings)) {
        kf_error_no_memory(err);
        kf_group_free(group, 0);
        return NULL;
    }
    group->owner.log = *log; /* it may outlive the properties, and who called */
    kf_log_hold(log);
    group->events = *events;
    group->ctx = ctx;
    kf_handle_login_warn(&group->security, log);
    group->is_static = settings->group_instance_id != NULL;
    if (open_member(group, settings, wake_fd, err) != KAFFE_OK) {
        kf_group_free(group, 0);
        return NULL;
    }
    return group;
}

kaffe_status kf_group_subscribe(struct kf_group *group, kaffe_error *err)
{
    rd_kafka_topic_partition_list_t *topics =
        rd_kafka_topic_partition_list_new((int)group->topics.count);
    for (size_t i = 0; i < group->topics.count; i++)
        rd_kafka_topic_partition_list_add(topics, group->topics.items[i], RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t code = rd_kafka_subscribe(group->rk, topics);
    rd_kafka_topic_partition_list_destroy(topics);
    if (code)
        return kf_error_set_kafka(err, KAFFE_INVALID, code, 0, "topics: %s",
                                  rd_kafka_err2str(code));
    return kf_error_ok(err);
}

static void close_member(struct kf_group *group)
{
    group->phase = KF_GROUP_CLOSING;
    rd_kafka_error_t *error = rd_kafka_consumer_close_queue(group->rk, group->queue);
    if (error) /* closed already, by a fatal error */
        group->phase = KF_GROUP_LEFT;
    rd_kafka_error_destroy(error);
}

/* Brokers hold a join back until all members have come, and with it whatever follows on the same
 * connection. Who stops waiting for the answer stays a member until the session timeout, and the
 * whole group waits for it. */
static bool is_joining(const struct kf_group *group)
{
    return !group->joined && !group->unreachable && !group->dead &&
           group->told_topics.count < group->topics.count;
}

static void unsubscribe(struct kf_group *group)
{
    group->phase = KF_GROUP_LEAVING;
    rd_kafka_unsubscribe(group->rk);
}

static void go_on_leaving(struct kf_group *group)
{
    if (group->phase == KF_GROUP_PARTING && !is_joining(group))
        unsubscribe(group);
    if (group->phase == KF_GROUP_LEAVING && !group->holds)
        close_member(group);
    if (group->phase == KF_GROUP_CLOSING && rd_kafka_consumer_closed(group->rk))
        group->phase = KF_GROUP_LEFT;
}

void kf_group_serve(struct kf_group *group)
{
    rd_kafka_event_t *event;
    while ((event = rd_kafka_queue_poll(group->commits, 0)))
        kf_group_handle_commit(group, event);
    while ((event = rd_kafka_queue_poll(group->queue, 0)))
        kf_group_handle(group, event);
    kf_group_probe(group);
    go_on_leaving(group);
}

void kf_group_leave(struct kf_group *group, bool at_once)
{
    if (group->phase > KF_GROUP_PARTING)
        return;
    if (group->is_static) { /* unsubscribing would tell the broker, and the others lose theirs */
        close_member(group);
        return;
    }
    group->phase = KF_GROUP_PARTING;
    if (at_once)
        unsubscribe(group);
    go_on_leaving(group);
}

const char *kf_group_missing_topic(const struct kf_group *group)
{
    return group->told_topics.count > 0 ? group->told_topics.items[0] : NULL;
}

bool kf_group_left(const struct kf_group *group)
{
    return group->phase == KF_GROUP_LEFT;
}

/* The descriptor is the caller's and may be closed next. */
static void release_queue(rd_kafka_queue_t *queue)
{
    rd_kafka_queue_io_event_enable(queue, -1, NULL, 0);
    rd_kafka_queue_destroy(queue);
}

static void free_memory(struct kf_group *group)
{
    kf_log_close(&group->owner.log);
    kf_sockets_fini(&group->sockets);
    kf_handle_login_fini(&group->owner.login);
    kf_security_settings_fini(&group->security);
    kf_text_list_fini(&group->topics);
    kf_text_list_fini(&group->told_topics);
    kf_text_list_fini(&group->metadata);
    free(group->endpoints);
    free(group->consumer_group);
    free(group);
}

static void destroy_member(void *arg)
{
    struct kf_group *group = arg;
    int flags = kf_group_left(group) ? 0 : RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE;
    rd_kafka_destroy_flags(group->rk, flags);
    free_memory(group);
}

/* librdkafka does not end before a commit under way was answered, or else for up to a session
 * timeout, even with its connections cut; nor while it looks for a host name. Nobody can wait for
 * that, so it ends on its own, mute. */
void kf_group_free(struct kf_group *group, int64_t deadline_ms)
{
    if (!group)
        return;
    if (!group->rk) {
        free_memory(group);
        return;
    }
    release_queue(group->commits);
    release_queue(group->queue);
    bool left = kf_group_left(group);
    kf_handle_login_close(&group->owner.login, deadline_ms);
    if (!left)
        kf_sockets_cut(&group->sockets);
    rd_kafka_set_log_level(group->rk, 0);
    kf_thread_finish("kaffe-gone", destroy_member, group, left ? deadline_ms : 0);
}
