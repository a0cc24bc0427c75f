/* SPDX-License-Identifier: MIT */
#include "fake_broker.h"

#include "clock.h"
#include "fake_broker_state.h"
#include "reader.h"
#include "thread.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void fake_require(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "fake broker: %s (errno %d)\n", what, errno);
    abort();
}

static void listen_at(struct fake_broker *broker, const char *host)
{
    struct addrinfo hints = { .ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM };
    struct addrinfo *found;
    fake_require(getaddrinfo(host, "0", &hints, &found) == 0, host);
    broker->listen_fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    fake_require(broker->listen_fd >= 0, "socket");
    fake_require(bind(broker->listen_fd, found->ai_addr, found->ai_addrlen) == 0, "bind");
    fake_require(listen(broker->listen_fd, 64) == 0, "listen");
    struct sockaddr_storage bound;
    socklen_t size = sizeof bound;
    fake_require(getsockname(broker->listen_fd, (void *)&bound, &size) == 0, "getsockname");
    void *address = &bound;
    broker->port = ntohs(bound.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)address)->sin6_port
                                                     : ((struct sockaddr_in *)address)->sin_port);
    snprintf(broker->endpoint, sizeof broker->endpoint, strchr(host, ':') ? "[%s]:%u" : "%s:%u",
             host, (unsigned)broker->port);
    freeaddrinfo(found);
}

static void send_raw_locked(struct fake_broker *broker, int connection, const void *data,
                            size_t size)
{
    const uint8_t *at = data;
    int fd = broker->connections[connection].fd;
    while (fd >= 0 && size > 0) {
        ssize_t sent = send(fd, at, broker->dribbles ? 1 : size, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return; /* gone: the poll loop notices */
        at += sent;
        size -= (size_t)sent;
    }
}

static void send_pending_locked(struct fake_broker *broker, int connection)
{
    uint8_t bytes[16384];
    size_t size;
    SSL *ssl = broker->connections[connection].ssl;
    while (ssl && (size = fake_tls_pending(ssl, bytes, sizeof bytes)) > 0)
        send_raw_locked(broker, connection, bytes, size);
}

void fake_send_locked(struct fake_broker *broker, int connection, const void *data, size_t size)
{
    SSL *ssl = broker->connections[connection].ssl;
    if (!ssl) {
        send_raw_locked(broker, connection, data, size);
        return;
    }
    fake_tls_send(ssl, data, size);
    send_pending_locked(broker, connection);
}

void fake_answer_locked(struct fake_broker *broker, const struct fake_request *request,
                        const struct kf_request *body)
{
    struct kf_request frame = { 0 };
    kf_write_int32(&frame, (int32_t)body->size + 4);
    kf_write_int32(&frame, request->correlation_id);
    fake_send_locked(broker, request->connection, frame.data, frame.size);
    fake_send_locked(broker, request->connection, body->data, body->size);
    kf_request_fini(&frame);
}

void fake_reset_locked(struct fake_broker *broker, int index)
{
    struct linger linger = { .l_onoff = 1, .l_linger = 0 };
    int fd = broker->connections[index].fd;
    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

void fake_close_locked(struct fake_broker *broker, int index)
{
    struct fake_connection *connection = &broker->connections[index];
    if (connection->fd >= 0)
        close(connection->fd);
    connection->fd = -1;
    SSL_free(connection->ssl);
    connection->ssl = NULL;
    kf_request_fini(&connection->input);
    for (int i = 0; i < broker->held_count; i++)
        if (broker->held[i].request->connection == index)
            broker->held[i--] = broker->held[--broker->held_count];
}

static void answer_by_itself_locked(struct fake_broker *broker, const struct fake_request *request)
{
    struct kf_request body = { 0 };
    fake_answer(&broker->log, request, &body);
    fake_answer_locked(broker, request, &body);
    kf_request_fini(&body);
}

static void log_in_locked(struct fake_broker *broker, const struct fake_request *request)
{
    struct kf_request body = { 0 };
    struct fake_session *session = &broker->connections[request->connection].session;
    bool was_logged_in = session->logged_in;
    session->logged_in = false;
    bool refused = fake_sasl_answer(&broker->login, session, request, &body);
    broker->logins += session->logged_in;
    session->logged_in = session->logged_in || was_logged_in;
    fake_answer_locked(broker, request, &body);
    kf_request_fini(&body);
    if (refused)
        fake_close_locked(broker, request->connection);
}

/* Kafka's rule: before a login only its own requests, and after the session's end, too. */
static bool is_intruder_locked(const struct fake_broker *broker, const struct fake_request *request)
{
    const struct fake_session *session = &broker->connections[request->connection].session;
    if (!broker->login.mechanism || request->api == KF_API_API_VERSIONS)
        return false;
    return !session->logged_in || (session->expires_ms && kf_clock_ms() > session->expires_ms);
}

static void serve_locked(struct fake_broker *broker, const struct fake_request *request)
{
    if (broker->silent || broker->taken[request->api])
        return;
    if (request->api == KF_API_SASL_HANDSHAKE || request->api == KF_API_SASL_AUTHENTICATE) {
        log_in_locked(broker, request);
        return;
    }
    if (is_intruder_locked(broker, request)) {
        broker->intruders++;
        fake_close_locked(broker, request->connection);
        return;
    }
    if (request->api == KF_API_FETCH && request->max_wait_ms > 0 &&
        !fake_fetch_has_answer(&broker->log, request))
        broker->held[broker->held_count++] =
            (struct fake_held){ request, kf_clock_ms() + request->max_wait_ms };
    else
        answer_by_itself_locked(broker, request);
}

static void serve_held_locked(struct fake_broker *broker)
{
    for (int i = 0; i < broker->held_count; i++) {
        const struct fake_request *request = broker->held[i].request;
        if (kf_clock_ms() < broker->held[i].until_ms &&
            !fake_fetch_has_answer(&broker->log, request))
            continue;
        broker->held[i--] = broker->held[--broker->held_count];
        if (!broker->silent)
            answer_by_itself_locked(broker, request);
    }
}

/* @return false: not a whole request yet */
static bool take_request_locked(struct fake_broker *broker, int index)
{
    struct kf_request *input = &broker->connections[index].input;
    struct kf_reader r = kf_reader_of(input->data, input->size);
    int32_t size = kf_read_int32(&r);
    if (r.failed || kf_reader_left(&r) < (size_t)size)
        return false;
    struct fake_request *request = calloc(1, sizeof *request);
    fake_require(request && broker->request_count < REQUESTS, "too many requests");
    request->connection = index;
    fake_require(fake_request_read(request, r.at, (size_t)size), "a request that can not be read");
    size_t used = (size_t)size + 4;
    memmove(input->data, input->data + used, input->size - used);
    input->size -= used;
    broker->requests[broker->request_count++] = request;
    serve_locked(broker, request);
    pthread_cond_broadcast(&broker->came);
    return true;
}

/* @return false: the TLS connection has come to its end */
static bool take_bytes_locked(struct fake_broker *broker, int index, const uint8_t *bytes,
                              size_t size)
{
    struct fake_connection *connection = &broker->connections[index];
    bool good = true;
    if (connection->ssl)
        good = fake_tls_receive(connection->ssl, bytes, size, &connection->input);
    for (size_t i = 0; !connection->ssl && i < size; i++)
        kf_write_int8(&connection->input, (int8_t)bytes[i]);
    send_pending_locked(broker, index);
    return good;
}

static void receive_locked(struct fake_broker *broker, int index)
{
    struct fake_connection *connection = &broker->connections[index];
    uint8_t bytes[65536];
    ssize_t got = recv(connection->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got > 0 && broker->slams)
        fake_reset_locked(broker, index);
    if (got <= 0 || broker->slams) {
        fake_close_locked(broker, index);
        return;
    }
    if (!take_bytes_locked(broker, index, bytes, (size_t)got)) {
        fake_close_locked(broker, index);
        return;
    }
    while (connection->fd >= 0 && take_request_locked(broker, index))
        continue;
}

static void accept_locked(struct fake_broker *broker)
{
    int fd = accept4(broker->listen_fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0)
        return;
    fake_require(broker->connection_count < CONNECTIONS, "too many connections");
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    broker->connections[broker->connection_count++] =
        (struct fake_connection){ .fd = fd,
                                  .ssl = broker->ssl ? fake_tls_open(broker->ssl) : NULL };
    pthread_cond_broadcast(&broker->came);
}

static nfds_t poll_set_locked(const struct fake_broker *broker, struct pollfd *fds)
{
    nfds_t count = 0;
    fds[count++] = (struct pollfd){ .fd = broker->wake_fd, .events = POLLIN };
    fds[count++] = (struct pollfd){ .fd = broker->listen_fd, .events = POLLIN };
    for (int i = 0; i < broker->connection_count; i++)
        fds[count++] = (struct pollfd){ .fd = broker->connections[i].fd, .events = POLLIN };
    return count;
}

static void *run(void *arg)
{
    struct fake_broker *broker = arg;
    struct pollfd fds[CONNECTIONS + 2];
    pthread_mutex_lock(&broker->lock);
    while (!broker->stopping) {
        nfds_t count = poll_set_locked(broker, fds);
        int timeout_ms = broker->held_count ? 5 : 1000;
        pthread_mutex_unlock(&broker->lock);
        poll(fds, count, timeout_ms);
        kf_wake_clear(broker->wake_fd);
        pthread_mutex_lock(&broker->lock);
        for (nfds_t i = 2; i < count; i++)
            if (fds[i].revents && broker->connections[i - 2].fd == fds[i].fd && fds[i].fd >= 0)
                receive_locked(broker, (int)i - 2);
        if (fds[1].revents)
            accept_locked(broker);
        serve_held_locked(broker);
    }
    pthread_mutex_unlock(&broker->lock);
    return NULL;
}

struct fake_broker *fake_broker_start(int32_t id, const char *host)
{
    struct fake_broker *broker = calloc(1, sizeof *broker);
    fake_require(broker != NULL, "memory");
    pthread_mutex_init(&broker->lock, NULL);
    fake_require(kf_cond_init(&broker->came) == 0, "condition");
    broker->wake_fd = kf_wake_open();
    listen_at(broker, host);
    broker->log.fetch_version = 11;
    broker->log.peers[0] = (struct fake_peer){ .id = id, .port = broker->port };
    snprintf(broker->log.peers[0].host, sizeof broker->log.peers[0].host, "%s", host);
    broker->log.peer_count = 1;
    fake_require(kf_thread_start(&broker->thread, "fake-broker", run, broker) == 0, "thread");
    return broker;
}

void fake_lock(struct fake_broker *broker)
{
    pthread_mutex_lock(&broker->lock);
}

void fake_unlock(struct fake_broker *broker)
{
    pthread_mutex_unlock(&broker->lock);
    kf_wake_up(broker->wake_fd);
}

void fake_broker_stop(struct fake_broker *broker)
{
    fake_lock(broker);
    broker->stopping = true;
    fake_unlock(broker);
    pthread_join(broker->thread, NULL);
    for (int i = 0; i < broker->connection_count; i++)
        fake_close_locked(broker, i);
    for (int i = 0; i < broker->request_count; i++)
        free(broker->requests[i]);
    close(broker->listen_fd);
    close(broker->wake_fd);
    fake_log_free(&broker->log);
    SSL_CTX_free(broker->ssl);
    pthread_cond_destroy(&broker->came);
    pthread_mutex_destroy(&broker->lock);
    free(broker);
}

const char *fake_broker_endpoint(const struct fake_broker *broker)
{
    return broker->endpoint;
}

uint16_t fake_broker_port(const struct fake_broker *broker)
{
    return broker->port;
}
