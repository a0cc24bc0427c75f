/* SPDX-License-Identifier: MIT */
#include "clock.h"
#include "fake_broker_state.h"
#include "thread.h"

#include <stdio.h>
#include <sys/socket.h>

#define TIMEOUT_MS 30000

void fake_broker_topic(struct fake_broker *broker, const char *topic, int partition_count)
{
    fake_lock(broker);
    snprintf(broker->log.topic, sizeof broker->log.topic, "%s", topic);
    broker->log.partition_count = partition_count;
    for (int i = 0; i < partition_count; i++)
        broker->log.partitions[i].leader = broker->log.peers[0].id;
    fake_unlock(broker);
}

void fake_broker_leader(struct fake_broker *broker, int partition, int32_t id, const char *host,
                        uint16_t port)
{
    fake_lock(broker);
    struct fake_log *log = &broker->log;
    int at = 0;
    while (at < log->peer_count && log->peers[at].id != id)
        at++;
    if (at == log->peer_count && id >= 0) {
        log->peers[log->peer_count++] = (struct fake_peer){ .id = id, .port = port };
        snprintf(log->peers[at].host, sizeof log->peers[at].host, "%s", host);
    }
    log->partitions[partition].leader = id;
    fake_unlock(broker);
}

void fake_broker_append(struct fake_broker *broker, int partition, int batches, int records,
                        size_t bytes)
{
    fake_lock(broker);
    for (int i = 0; i < batches; i++)
        fake_log_append(&broker->log, partition, records, bytes);
    fake_unlock(broker);
}

int64_t fake_broker_end(struct fake_broker *broker, int partition)
{
    fake_lock(broker);
    int64_t end = broker->log.partitions[partition].end;
    fake_unlock(broker);
    return end;
}

void fake_broker_skip(struct fake_broker *broker, int partition, int64_t offsets)
{
    fake_lock(broker);
    broker->log.partitions[partition].end += offsets;
    fake_unlock(broker);
}

void fake_broker_trim(struct fake_broker *broker, int partition, int64_t offset)
{
    fake_lock(broker);
    broker->log.partitions[partition].start = offset;
    fake_unlock(broker);
}

void fake_broker_fail(struct fake_broker *broker, int partition, int16_t code, int times)
{
    fake_lock(broker);
    broker->log.partitions[partition].error = code;
    broker->log.partitions[partition].error_times = times;
    fake_unlock(broker);
}

void fake_broker_cut_batches(struct fake_broker *broker, bool cut)
{
    fake_lock(broker);
    broker->log.cut_batches = cut;
    fake_unlock(broker);
}

void fake_broker_prefer(struct fake_broker *broker, int partition, int32_t id)
{
    fake_lock(broker);
    broker->log.partitions[partition].prefers = true;
    broker->log.partitions[partition].preferred = id;
    fake_unlock(broker);
}

void fake_broker_replicate(struct fake_broker *broker, int partition, bool replicates)
{
    fake_lock(broker);
    broker->log.partitions[partition].replicates = replicates;
    fake_unlock(broker);
}

void fake_broker_throttle(struct fake_broker *broker, int32_t throttle_ms)
{
    fake_lock(broker);
    broker->log.throttle_ms = throttle_ms;
    fake_unlock(broker);
}

void fake_broker_fetch_version(struct fake_broker *broker, int16_t version)
{
    fake_lock(broker);
    broker->log.fetch_version = version;
    fake_unlock(broker);
}

void fake_broker_take_over(struct fake_broker *broker, enum kf_api api, bool taken)
{
    fake_lock(broker);
    broker->taken[api] = taken;
    fake_unlock(broker);
}

void fake_broker_silence(struct fake_broker *broker, bool silent)
{
    fake_lock(broker);
    broker->silent = silent;
    fake_unlock(broker);
}

static const struct fake_request *find_locked(const struct fake_broker *broker, enum kf_api api,
                                              int n)
{
    for (int i = 0; i < broker->request_count; i++)
        if (broker->requests[i]->api == api && n-- == 0)
            return broker->requests[i];
    return NULL;
}

const struct fake_request *fake_broker_await(struct fake_broker *broker, enum kf_api api, int n)
{
    const struct fake_request *request;
    int64_t deadline_ms = kf_clock_ms() + TIMEOUT_MS;
    fake_lock(broker);
    while (!(request = find_locked(broker, api, n)))
        fake_require(kf_cond_wait_until(&broker->came, &broker->lock, deadline_ms),
                     "a request that did not come");
    fake_unlock(broker);
    return request;
}

int fake_broker_count(struct fake_broker *broker, enum kf_api api)
{
    int count = 0;
    fake_lock(broker);
    while (find_locked(broker, api, count))
        count++;
    fake_unlock(broker);
    return count;
}

int fake_broker_connections(struct fake_broker *broker)
{
    fake_lock(broker);
    int count = broker->connection_count;
    fake_unlock(broker);
    return count;
}

void fake_broker_answer(struct fake_broker *broker, const struct fake_request *request,
                        const struct kf_request *body)
{
    fake_lock(broker);
    fake_answer_locked(broker, request, body);
    fake_unlock(broker);
}

void fake_broker_send(struct fake_broker *broker, const struct fake_request *request,
                      const void *data, size_t size)
{
    fake_lock(broker);
    fake_send_locked(broker, request->connection, data, size);
    fake_unlock(broker);
}

void fake_broker_hang_up(struct fake_broker *broker, int connection, bool reset)
{
    fake_lock(broker);
    if (reset)
        fake_reset_locked(broker, connection);
    fake_close_locked(broker, connection);
    fake_unlock(broker);
}

/* --- TLS and logins ----------------------------------------------------------------------- */

void fake_broker_secure(struct fake_broker *broker, const struct made_certificate *certificate,
                        const struct made_certificate *client_ca)
{
    fake_lock(broker);
    SSL_CTX_free(broker->ssl);
    broker->ssl = fake_tls_context(certificate, client_ca);
    fake_unlock(broker);
}

void fake_broker_guard(struct fake_broker *broker, const struct fake_login *login)
{
    fake_lock(broker);
    broker->login = *login;
    fake_unlock(broker);
}

int fake_broker_logins(struct fake_broker *broker)
{
    fake_lock(broker);
    int logins = broker->logins;
    fake_unlock(broker);
    return logins;
}

int fake_broker_intruders(struct fake_broker *broker)
{
    fake_lock(broker);
    int intruders = broker->intruders;
    fake_unlock(broker);
    return intruders;
}

void fake_broker_dribble(struct fake_broker *broker, bool dribbles)
{
    fake_lock(broker);
    broker->dribbles = dribbles;
    fake_unlock(broker);
}

void fake_broker_slam(struct fake_broker *broker, bool slams)
{
    fake_lock(broker);
    broker->slams = slams;
    fake_unlock(broker);
}
