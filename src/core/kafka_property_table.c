/* SPDX-License-Identifier: MIT
 * librdkafka's properties, but for security, in the order of its own list. A value is checked by
 * the range that both planes can take, which may be narrower than librdkafka's. */
#include "kafka_properties.h"

/* The rule comes last: a row takes what it expands to. */
#define TEXT KF_VALUE_TEXT, 0, 0, NULL
#define FLAG KF_VALUE_WORD, 0, 0, "true, false"
#define NUMBER(min, max) KF_VALUE_NUMBER, min, max, NULL
#define WORDS(words) KF_VALUE_WORD, 0, 0, words

#define ROW(name, domain, way, why, instead, since, ...)                                           \
    {                                                                                              \
        name, KF_DOMAIN_##domain, KF_PROPERTY_##way, why, instead, NULL, NULL, since,              \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }
#define BOTH(name, ...) ROW(name, ANY, BOTH, NULL, NULL, NULL, __VA_ARGS__)
#define PASSED(name, domain, ...) ROW(name, domain, PASSED, NULL, NULL, NULL, __VA_ARGS__)
#define NEWER(since, name, domain, ...) ROW(name, domain, PASSED, NULL, NULL, since, __VA_ARGS__)
#define REFUSED(name, domain, why) ROW(name, domain, REFUSED, why, NULL, NULL, TEXT)
#define UNWANTED(since, name, domain, why) ROW(name, domain, REFUSED, why, NULL, since, TEXT)
#define INSTEAD(name, domain, why, option) ROW(name, domain, REFUSED, why, option, NULL, TEXT)

#define OPTION "it is an option of its own"
#define FETCHING "fetching is its own"
#define CALLBACK "callbacks and pointers are its own"
#define UNUSED "librdkafka no longer uses it"
#define VERSIONS "the versions of requests are always agreed on"
#define COMMITS "a commit follows its handler"
#define CLASSIC "handing over is proven with the classic protocol only"
#define INTERNAL "it is for librdkafka's own tests"
#define PARTITION "the partition is chosen before librdkafka sees the record"
#define SHARE "it reads no share groups"

static const struct kf_known_property properties[] = {
    REFUSED("builtin.features", ANY, "it says what librdkafka can do, and sets nothing"),
    INSTEAD("client.id", ANY, OPTION, "client_id"),
    INSTEAD("client.rack", READING, OPTION, "client_rack"),
    REFUSED("client.software.name", ANY, INTERNAL),
    NEWER("2.2.0", "client.dns.lookup", ANY,
          WORDS("use_all_dns_ips, resolve_canonical_bootstrap_servers_only")),
    INSTEAD("metadata.broker.list", ANY, OPTION, "endpoints"),
    INSTEAD("bootstrap.servers", ANY, OPTION, "endpoints"),
    INSTEAD("message.max.bytes", PRODUCING, OPTION, "max_message_bytes"),
    PASSED("message.copy.max.bytes", PRODUCING, NUMBER(0, 1000000000)),
    REFUSED("receive.message.max.bytes", ANY, "what a broker may answer has its bounds"),
    PASSED("max.in.flight.requests.per.connection", PRODUCING, NUMBER(1, 5)),
    PASSED("max.in.flight", PRODUCING, NUMBER(1, 5)),
    NEWER("2.10.0", "metadata.recovery.strategy", ANY, WORDS("none, rebootstrap")),
    NEWER("2.11.0", "metadata.recovery.rebootstrap.trigger.ms", ANY, NUMBER(0, 2147483647)),
    REFUSED("metadata.request.timeout.ms", ANY, INTERNAL),
    BOTH("topic.metadata.refresh.interval.ms", NUMBER(100, 3600000)),
    BOTH("metadata.max.age.ms", NUMBER(100, 86400000)),
    PASSED("topic.metadata.refresh.fast.interval.ms", ANY, NUMBER(1, 60000)),
    REFUSED("topic.metadata.refresh.fast.cnt", ANY, UNUSED),
    PASSED("topic.metadata.refresh.sparse", ANY, FLAG),
    PASSED("topic.metadata.propagation.max.ms", ANY, NUMBER(0, 3600000)),
    INSTEAD("topic.blacklist", ANY, "topics are taken by their names", "topics"),
    PASSED("debug", ANY, TEXT),
    BOTH("socket.timeout.ms", NUMBER(1000, 300000)),
    REFUSED("socket.blocking.max.ms", ANY, UNUSED),
    BOTH("socket.send.buffer.bytes", NUMBER(0, 100000000)),
    BOTH("socket.receive.buffer.bytes", NUMBER(0, 100000000)),
    BOTH("socket.keepalive.enable", FLAG),
    BOTH("socket.nagle.disable", FLAG),
    PASSED("socket.max.fails", ANY, NUMBER(0, 1000000)),
    PASSED("broker.address.ttl", ANY, NUMBER(0, 86400000)),
    BOTH("broker.address.family", WORDS("any, v4, v6")),
    REFUSED("enable.sparse.connections", ANY, INTERNAL),
    BOTH("socket.connection.setup.timeout.ms", NUMBER(1000, 2147483647)),
    BOTH("connections.max.idle.ms", NUMBER(0, 2147483647)),
    REFUSED("reconnect.backoff.jitter.ms", ANY, UNUSED),
    BOTH("reconnect.backoff.ms", NUMBER(1, 3600000)),
    BOTH("reconnect.backoff.max.ms", NUMBER(1, 3600000)),
    REFUSED("statistics.interval.ms", ANY, "nobody would get the statistics"),
    NEWER("2.5.0", "enable.metrics.push", ANY, FLAG),
    REFUSED("enabled_events", ANY, CALLBACK),
    REFUSED("error_cb", ANY, CALLBACK),
    REFUSED("throttle_cb", ANY, CALLBACK),
    REFUSED("stats_cb", ANY, CALLBACK),
    REFUSED("log_cb", ANY, CALLBACK),
    PASSED("log_level", ANY, NUMBER(0, 7)),
    REFUSED("log.queue", ANY, "its log has all of librdkafka's lines"),
    PASSED("log.thread.name", ANY, FLAG),
    PASSED("enable.random.seed", ANY, FLAG),
    PASSED("log.connection.close", ANY, FLAG),
    REFUSED("background_event_cb", ANY, CALLBACK),
    REFUSED("socket_cb", ANY, CALLBACK),
    REFUSED("connect_cb", ANY, CALLBACK),
    REFUSED("closesocket_cb", ANY, CALLBACK),
    REFUSED("open_cb", ANY, CALLBACK),
    REFUSED("resolve_cb", ANY, CALLBACK),
    REFUSED("opaque", ANY, CALLBACK),
    REFUSED("default_topic_conf", ANY, CALLBACK),
    REFUSED("internal.termination.signal", ANY, "it touches no signals"),
    REFUSED("api.version.request", ANY, VERSIONS),
    PASSED("api.version.request.timeout.ms", ANY, NUMBER(1, 300000)),
    REFUSED("api.version.fallback.ms", ANY, VERSIONS),
    REFUSED("broker.version.fallback", ANY, VERSIONS),
    REFUSED("allow.auto.create.topics", ANY, "a misspelt name would become a topic"),
    REFUSED("plugin.library.paths", ANY, "it would load code into the process"),
    REFUSED("interceptors", ANY, CALLBACK),
    REFUSED("test.mock.num.brokers", ANY, INTERNAL),
    REFUSED("test.mock.broker.rtt", ANY, INTERNAL),
    PASSED("retry.backoff.ms", ANY, NUMBER(1, 300000)),
    NEWER("2.3.0", "retry.backoff.max.ms", ANY, NUMBER(1, 300000)),

    INSTEAD("group.id", GROUP, OPTION, "consumer_group"),
    INSTEAD("group.instance.id", GROUP, OPTION, "group_instance_id"),
    INSTEAD("partition.assignment.strategy", GROUP, OPTION, "partition_assignment_strategy"),
    INSTEAD("session.timeout.ms", GROUP, OPTION, "session_timeout_ms"),
    INSTEAD("heartbeat.interval.ms", GROUP, OPTION, "heartbeat_interval_ms"),
    REFUSED("group.protocol.type", GROUP, CLASSIC),
    UNWANTED("2.4.0", "group.protocol", GROUP, CLASSIC),
    UNWANTED("2.4.0", "group.remote.assignor", GROUP, CLASSIC),
    REFUSED("coordinator.query.interval.ms", GROUP,
            "the coordinator is asked for when it is missed"),
    INSTEAD("max.poll.interval.ms", GROUP, "it follows from how long a hand-over may take",
            "rebalance_delay_ms"),
    UNWANTED("2.16.0", "max.poll.records", GROUP, SHARE),
    UNWANTED("2.16.0", "share.acknowledgement.mode", GROUP, SHARE),
    REFUSED("enable.auto.commit", GROUP, COMMITS),
    REFUSED("auto.commit.enable", GROUP, COMMITS),
    INSTEAD("auto.commit.interval.ms", GROUP, OPTION, "offset_commit_interval_ms"),
    REFUSED("enable.auto.offset.store", GROUP, COMMITS),
    REFUSED("offset.store.method", GROUP, COMMITS),
    REFUSED("offset.store.path", GROUP, COMMITS),
    REFUSED("offset.store.sync.interval.ms", GROUP, COMMITS),
    REFUSED("rebalance_cb", GROUP, CALLBACK),
    REFUSED("offset_commit_cb", GROUP, CALLBACK),

    INSTEAD("queued.min.messages", READING, FETCHING, "max_bytes"),
    INSTEAD("queued.max.messages.kbytes", READING, FETCHING, "max_bytes"),
    INSTEAD("fetch.wait.max.ms", READING, FETCHING, "max_wait_time_ms"),
    UNWANTED("2.2.0", "fetch.queue.backoff.ms", READING, FETCHING),
    INSTEAD("fetch.message.max.bytes", READING, FETCHING, "max_bytes"),
    INSTEAD("max.partition.fetch.bytes", READING, FETCHING, "max_bytes"),
    INSTEAD("fetch.max.bytes", READING, FETCHING, "max_bytes"),
    INSTEAD("fetch.min.bytes", READING, FETCHING, "min_bytes"),
    REFUSED("fetch.error.backoff.ms", READING, FETCHING),
    REFUSED("isolation.level", READING, "fetching is its own, and reads uncommitted"),
    REFUSED("consume_cb", READING, CALLBACK),
    REFUSED("consume.callback.max.messages", READING, FETCHING),
    REFUSED("enable.partition.eof", READING, FETCHING),
    REFUSED("check.crcs", READING, "the CRC of every batch is checked"),
    INSTEAD("auto.offset.reset", READING, "where to start, and what a lost offset means, are two",
            "offset_reset_policy"),

    REFUSED("transactional.id", PRODUCING, "it knows no transactions"),
    REFUSED("transaction.timeout.ms", PRODUCING, "it knows no transactions"),
    REFUSED("enable.idempotence", PRODUCING, "a retry must not write a record twice"),
    REFUSED("enable.gapless.guarantee", PRODUCING, "one lost record would end the producer"),
    INSTEAD("queue.buffering.max.messages", PRODUCING, OPTION, "queue_max_bytes"),
    INSTEAD("queue.buffering.max.kbytes", PRODUCING, OPTION, "queue_max_bytes"),
    INSTEAD("queue.buffering.max.ms", PRODUCING, OPTION, "linger_ms"),
    INSTEAD("linger.ms", PRODUCING, OPTION, "linger_ms"),
    INSTEAD("message.send.max.retries", PRODUCING, "a time bounds the tries, not a number",
            "delivery_timeout_ms"),
    INSTEAD("retries", PRODUCING, "a time bounds the tries, not a number", "delivery_timeout_ms"),
    PASSED("queue.buffering.backpressure.threshold", PRODUCING, NUMBER(1, 1000000)),
    INSTEAD("compression.codec", PRODUCING, OPTION, "compression"),
    INSTEAD("compression.type", PRODUCING, OPTION, "compression"),
    PASSED("compression.level", PRODUCING, NUMBER(-1, 12)),
    PASSED("batch.num.messages", PRODUCING, NUMBER(1, 1000000)),
    PASSED("batch.size", PRODUCING, NUMBER(1, 2147483647)),
    REFUSED("delivery.report.only.error", PRODUCING, "every record has its report"),
    REFUSED("dr_cb", PRODUCING, CALLBACK),
    REFUSED("dr_msg_cb", PRODUCING, CALLBACK),
    REFUSED("sticky.partitioning.linger.ms", PRODUCING, PARTITION),
    REFUSED("request.required.acks", PRODUCING, "all in-sync replicas acknowledge"),
    REFUSED("acks", PRODUCING, "all in-sync replicas acknowledge"),
    PASSED("request.timeout.ms", PRODUCING, NUMBER(1, 900000)),
    INSTEAD("message.timeout.ms", PRODUCING, OPTION, "delivery_timeout_ms"),
    INSTEAD("delivery.timeout.ms", PRODUCING, OPTION, "delivery_timeout_ms"),
    REFUSED("queuing.strategy", PRODUCING, "records of a partition keep their order"),
    REFUSED("produce.offset.report", PRODUCING, "every record has its report"),
    INSTEAD("partitioner", PRODUCING, PARTITION, "partition_strategy"),
    INSTEAD("partitioner_cb", PRODUCING, PARTITION, "partition_strategy"),
    REFUSED("msg_order_cmp", PRODUCING, "records of a partition keep their order"),
};

const struct kf_property_table kf_kafka_property_table = {
    .properties = properties,
    .count = sizeof properties / sizeof *properties,
};
