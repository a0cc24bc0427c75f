/* SPDX-License-Identifier: MIT
 * A connection's life from socket to close, and its requests. Reading responses: frame.c. */
#include "channel.h"

#include "error.h"
#include "frame.h"
#include "io.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define READS_PER_TURN 64 /* then it is the others' turn */
#define PROGRESS_BYTES ((size_t)16 << 10) /* a response that comes slowly, but comes */

static const char *failure_text(int failure)
{
    switch (failure) {
    case ECONNREFUSED:
        return "connection refused";
    case ECONNRESET:
    case EPIPE:
        return "connection reset";
    case ETIMEDOUT:
        return "no answer to the connection attempt";
    case ENETUNREACH:
        return "network unreachable";
    case EHOSTUNREACH:
        return "no route to the host";
    case EMFILE:
    case ENFILE:
        return "too many open files";
    case ENOMEM:
    case ENOBUFS:
        return "out of memory";
    case EAFNOSUPPORT:
        return "address family not supported here";
    case EACCES:
    case EPERM:
        return "not permitted by this machine";
    default:
        return "the connection broke";
    }
}

void kf_channel_init(struct kf_channel *channel, struct kf_io *io,
                     const struct kf_channel_events *events, void *ctx)
{
    *channel = (struct kf_channel){ .io = io, .events = events, .ctx = ctx, .fd = -1 };
}

static void drop_socket(struct kf_channel *channel)
{
    if (channel->fd >= 0)
        close(channel->fd); /* leaves epoll with it */
    channel->fd = -1;
}

static void drop_all(struct kf_channel *channel)
{
    drop_socket(channel);
    free(channel->body);
    channel->body = NULL;
    channel->state = KF_CHANNEL_CLOSED;
}

void kf_channel_fini(struct kf_channel *channel)
{
    drop_all(channel);
    kf_request_fini(&channel->request);
    kf_input_fini(&channel->input);
}

void kf_channel_close(struct kf_channel *channel, const char *why)
{
    enum kf_channel_state was = channel->state;
    if (was == KF_CHANNEL_CLOSED)
        return;
    drop_all(channel);
    if (was == KF_CHANNEL_DIALLING || was == KF_CHANNEL_GREETING)
        channel->address_first++;
    channel->events->closed(channel->ctx, was, why);
}

static void watch(struct kf_channel *channel, uint32_t interest)
{
    struct epoll_event event = { .events = interest, .data = { .ptr = channel } };
    if (channel->interest == interest)
        return;
    channel->interest = interest;
    epoll_ctl(channel->io->epoll_fd, EPOLL_CTL_MOD, channel->fd, &event);
}

/* None of these is worth a connection: what the system does not grant is done without. */
static void set_up(int fd, const struct kf_connection_settings *settings)
{
    int on = 1;
    if (!settings->nagle)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (settings->keepalive)
        setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    if (settings->send_buffer_bytes)
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &settings->send_buffer_bytes,
                   sizeof settings->send_buffer_bytes);
    if (settings->receive_buffer_bytes)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &settings->receive_buffer_bytes,
                   sizeof settings->receive_buffer_bytes);
}

/* @return 0: under way, or an errno value */
static int dial(struct kf_channel *channel, const struct kf_address *address)
{
    int fd = socket(address->socket_address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
                    IPPROTO_TCP);
    if (fd < 0)
        return errno;
    set_up(fd, &channel->io->settings.connection);
    struct epoll_event event = { .events = EPOLLOUT, .data = { .ptr = channel } };
    const void *socket_address = &address->socket_address;
    if ((connect(fd, socket_address, address->size) != 0 && errno != EINPROGRESS) ||
        epoll_ctl(channel->io->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) {
        int failure = errno;
        close(fd);
        return failure;
    }
    channel->fd = fd;
    channel->interest = EPOLLOUT;
    return 0;
}

/* Each address gets an even part of the time, so that one that does not answer leaves some. */
static void try_addresses(struct kf_channel *channel, int failure)
{
    const struct kf_address_list *addresses = &channel->addresses;
    int64_t now_ms = channel->io->now_ms;
    drop_socket(channel);
    while (channel->addresses_tried < addresses->count) {
        int64_t left = (int64_t)(addresses->count - channel->addresses_tried);
        size_t at = (channel->address_first + channel->addresses_tried++) % addresses->count;
        failure = dial(channel, &addresses->items[at]);
        if (!failure) {
            channel->deadline_ms = now_ms + (channel->open_deadline_ms - now_ms) / left;
            kf_io_wake_at(channel->io, channel->deadline_ms);
            return;
        }
    }
    kf_channel_close(channel, failure_text(failure));
}

void kf_channel_open(struct kf_channel *channel, const struct kf_address_list *addresses)
{
    channel->addresses = *addresses;
    channel->addresses_tried = 0;
    channel->state = KF_CHANNEL_DIALLING;
    channel->open_deadline_ms =
        channel->io->now_ms + channel->io->settings.connection.connect_timeout_ms;
    if (!channel->input.staging && !kf_input_init(&channel->input)) {
        kf_channel_close(channel, "out of memory");
        return;
    }
    try_addresses(channel, EHOSTUNREACH);
}

int32_t kf_channel_next_id(struct kf_channel *channel)
{
    channel->correlation_id = (channel->correlation_id + 1) & INT32_MAX;
    return channel->correlation_id;
}

static void flush(struct kf_channel *channel)
{
    const struct kf_request *request = &channel->request;
    while (channel->sent_bytes < request->size) {
        ssize_t sent = send(channel->fd, request->data + channel->sent_bytes,
                            request->size - channel->sent_bytes, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            watch(channel, EPOLLIN | EPOLLOUT);
            return;
        }
        if (sent < 0) {
            kf_channel_close(channel, failure_text(errno));
            return;
        }
        channel->sent_bytes += (size_t)sent;
    }
    watch(channel, EPOLLIN);
}

static void begin_request(struct kf_channel *channel, enum kf_channel_state state)
{
    channel->state = state;
    channel->sent_bytes = 0;
    channel->in_body = false;
    channel->progress_bytes = 0;
    kf_input_reset(&channel->input);
    if (kf_request_end(&channel->request))
        flush(channel);
    else
        kf_channel_close(channel, "out of memory");
}

void kf_channel_send(struct kf_channel *channel, int64_t wait_ms, bool streamed)
{
    struct kf_io *io = channel->io;
    channel->streamed = streamed;
    channel->patience_ms = wait_ms + io->settings.connection.request_timeout_ms;
    channel->deadline_ms = io->now_ms + channel->patience_ms;
    kf_io_wake_at(io, channel->deadline_ms);
    begin_request(channel, KF_CHANNEL_BUSY);
}

static void greet(struct kf_channel *channel)
{
    channel->streamed = false;
    channel->deadline_ms = channel->open_deadline_ms;
    kf_versions_request(&channel->request, kf_channel_next_id(channel),
                        channel->io->settings.client_id);
    begin_request(channel, KF_CHANNEL_GREETING);
}

static void dialled(struct kf_channel *channel)
{
    int failure = 0;
    socklen_t size = sizeof failure;
    getsockopt(channel->fd, SOL_SOCKET, SO_ERROR, &failure, &size);
    if (failure)
        try_addresses(channel, failure);
    else
        greet(channel);
}

static void rest(struct kf_channel *channel)
{
    channel->state = KF_CHANNEL_IDLE;
    channel->idle_since_ms = channel->io->now_ms;
}

/* Whole responses: the versions are the connection's own affair. */
static void answered(struct kf_channel *channel)
{
    uint8_t *body = channel->body;
    kaffe_bytes response = { .data = body, .size = channel->body_size };
    bool greeting = channel->state == KF_CHANNEL_GREETING;
    kaffe_error err;
    channel->body = NULL;
    rest(channel);
    if (!greeting) {
        channel->events->answered(channel->ctx, body, channel->body_size);
    } else if (kf_versions_decode(response, &channel->versions, &err) != KAFFE_OK) {
        channel->state = KF_CHANNEL_GREETING;
        kf_channel_close(channel, err.message);
    } else {
        channel->events->opened(channel->ctx);
    }
    free(body);
}

static void advance(struct kf_channel *channel)
{
    const char *why = NULL;
    switch (kf_frame_take(channel, &why)) {
    case KF_ARRIVAL_MORE:
        return;
    case KF_ARRIVAL_BROKEN:
        kf_channel_close(channel, why);
        return;
    case KF_ARRIVAL_DONE:
        if (channel->streamed)
            rest(channel);
        else
            answered(channel);
    }
}

static void note_progress(struct kf_channel *channel, size_t bytes)
{
    channel->progress_bytes += bytes;
    if (channel->progress_bytes < PROGRESS_BYTES || channel->state != KF_CHANNEL_BUSY)
        return;
    channel->progress_bytes = 0;
    channel->deadline_ms = channel->io->now_ms + channel->patience_ms;
}

static bool is_waiting(const struct kf_channel *channel)
{
    return channel->state == KF_CHANNEL_GREETING || channel->state == KF_CHANNEL_BUSY;
}

/* @return bytes that came; 0: none, or it is closed now */
static size_t read_some(struct kf_channel *channel, bool *drained)
{
    ssize_t got = kf_input_read(&channel->input, channel->fd, drained);
    if (got > 0)
        return (size_t)got;
    if (got == 0)
        kf_channel_close(channel, "the broker closed the connection");
    else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
        kf_channel_close(channel, failure_text(errno));
    return 0;
}

static void receive(struct kf_channel *channel)
{
    bool drained = false;
    for (int reads = 0; reads < READS_PER_TURN && !drained; reads++) {
        size_t got = read_some(channel, &drained);
        if (!got)
            return;
        if (!is_waiting(channel)) {
            kf_channel_close(channel, "malformed: bytes that nobody asked for");
            return;
        }
        note_progress(channel, got);
        advance(channel);
        if (!is_waiting(channel))
            return;
    }
}

void kf_channel_notice(struct kf_channel *channel, uint32_t events)
{
    if (channel->fd < 0)
        return; /* closed in this very turn */
    if (channel->state == KF_CHANNEL_DIALLING) {
        dialled(channel);
        return;
    }
    if (events & EPOLLOUT)
        flush(channel);
    if (channel->fd >= 0 && (events & (EPOLLIN | EPOLLERR | EPOLLHUP)))
        receive(channel);
}

static void give_up(struct kf_channel *channel)
{
    char why[48];
    int64_t waited_ms = channel->state == KF_CHANNEL_BUSY
                            ? channel->patience_ms
                            : channel->io->settings.connection.connect_timeout_ms;
    snprintf(why, sizeof why, "no answer within %lld ms", (long long)waited_ms);
    kf_channel_close(channel, why);
}

void kf_channel_tick(struct kf_channel *channel)
{
    struct kf_io *io = channel->io;
    if (channel->state == KF_CHANNEL_CLOSED || channel->state == KF_CHANNEL_IDLE)
        return;
    if (io->now_ms >= channel->deadline_ms) {
        if (channel->state == KF_CHANNEL_DIALLING)
            try_addresses(channel, ETIMEDOUT);
        else
            give_up(channel);
    }
    if (channel->state != KF_CHANNEL_CLOSED)
        kf_io_wake_at(io, channel->deadline_ms);
}
