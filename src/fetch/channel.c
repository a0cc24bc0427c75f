/* SPDX-License-Identifier: MIT
 * A connection's life from its opening (opening.c) to its close, and its requests. Reading
 * responses: frame.c. */
#include "channel.h"

#include "channel_steps.h"
#include "frame.h"
#include "io.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#define READS_PER_TURN 64 /* then it is the others' turn */
#define PROGRESS_BYTES ((size_t)16 << 10) /* a response that comes slowly, but comes */

void kf_channel_init(struct kf_channel *channel, struct kf_io *io,
                     const struct kf_channel_events *events, void *ctx,
                     struct kf_tls_memory *tls_memory)
{
    *channel = (struct kf_channel){
        .io = io, .events = events, .ctx = ctx, .transport = { .fd = -1 }, .tls_memory = tls_memory
    };
    kf_login_init(&channel->login);
}

static void drop_all(struct kf_channel *channel)
{
    if (channel->state == KF_CHANNEL_LOGGING_IN)
        kf_request_wipe(&channel->request);
    kf_transport_close(&channel->transport);
    kf_login_fini(&channel->login);
    free(channel->body);
    channel->body = NULL;
    channel->opened = false;
    channel->unread = false;
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
    if (was == KF_CHANNEL_LOGGING_IN && channel->opened)
        was = KF_CHANNEL_BUSY;
    drop_all(channel);
    if (was < KF_CHANNEL_IDLE)
        channel->address_first++;
    channel->events->closed(channel->ctx, was, why);
}

/* A call on the socket has failed. */
void kf_channel_break_off(struct kf_channel *channel, int failure)
{
    char why[sizeof((struct kf_tls *)NULL)->why];
    snprintf(why, sizeof why, "%s", kf_transport_why(&channel->transport, failure));
    channel->refused = kf_transport_refused(&channel->transport);
    kf_channel_close(channel, why);
}

void kf_channel_watch(struct kf_channel *channel, uint32_t interest)
{
    struct epoll_event event = { .events = interest, .data = { .ptr = channel } };
    if (channel->interest == interest)
        return;
    channel->interest = interest;
    epoll_ctl(channel->io->epoll_fd, EPOLL_CTL_MOD, channel->transport.fd, &event);
}

void kf_channel_open(struct kf_channel *channel, const struct kf_address_list *addresses,
                     const char *host)
{
    channel->addresses = *addresses;
    channel->addresses_tried = 0;
    channel->host = host;
    channel->refused = false;
    channel->used = false;
    channel->state = KF_CHANNEL_DIALLING;
    channel->open_deadline_ms =
        channel->io->now_ms + channel->io->settings.connection.connect_timeout_ms;
    if (!channel->input.staging && !kf_input_init(&channel->input)) {
        kf_channel_close(channel, "out of memory");
        return;
    }
    kf_opening_dial(channel, EHOSTUNREACH);
}

int32_t kf_channel_next_id(struct kf_channel *channel)
{
    channel->correlation_id = (channel->correlation_id + 1) & INT32_MAX;
    return channel->correlation_id;
}

static bool is_waiting(const struct kf_channel *channel)
{
    return channel->state == KF_CHANNEL_GREETING || channel->state == KF_CHANNEL_LOGGING_IN ||
           channel->state == KF_CHANNEL_BUSY;
}

static bool has_unsent(const struct kf_channel *channel)
{
    return is_waiting(channel) && channel->sent_bytes < channel->request.size;
}

static void watch_for_more(struct kf_channel *channel)
{
    bool writes = has_unsent(channel) || kf_transport_wants_write(&channel->transport);
    kf_channel_watch(channel, writes ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

static void flush(struct kf_channel *channel)
{
    struct kf_request *request = &channel->request;
    while (channel->sent_bytes < request->size) {
        ssize_t sent = kf_transport_send(&channel->transport, request->data + channel->sent_bytes,
                                         request->size - channel->sent_bytes);
        if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            break;
        if (sent < 0) {
            kf_channel_break_off(channel, errno);
            return;
        }
        channel->sent_bytes += (size_t)sent;
    }
    watch_for_more(channel);
    if (channel->state == KF_CHANNEL_LOGGING_IN && !has_unsent(channel))
        kf_request_wipe(request);
}

void kf_channel_begin(struct kf_channel *channel, enum kf_channel_state state)
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
    kf_channel_begin(channel, KF_CHANNEL_BUSY);
}

void kf_channel_rest(struct kf_channel *channel)
{
    channel->state = KF_CHANNEL_IDLE;
    channel->idle_since_ms = channel->io->now_ms;
}

/* Whole responses. Versions and logins are the connection's own affair. */
static void answered(struct kf_channel *channel)
{
    uint8_t *body = channel->body;
    kaffe_bytes response = { .data = body, .size = channel->body_size };
    channel->body = NULL;
    if (channel->state != KF_CHANNEL_BUSY) {
        kf_opening_answered(channel, response);
    } else {
        channel->used = true;
        kf_channel_rest(channel);
        channel->events->answered(channel->ctx, body, channel->body_size);
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
        if (channel->streamed) {
            channel->used = true;
            kf_channel_rest(channel);
        } else {
            answered(channel);
        }
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

/* An orderly end. To whom it comes instead of the first answer, the door was the wrong one. */
static void hung_up_on(struct kf_channel *channel)
{
    const struct kf_security_settings *security = channel->io->settings.security;
    const char *why = "the broker closed the connection";
    if (channel->state == KF_CHANNEL_GREETING && !security->tls)
        why = "the broker hung up: does it speak TLS here?";
    if (channel->state == KF_CHANNEL_BUSY && !channel->used && !security->mechanism) {
        channel->refused = true;
        why = "the broker hung up: does it want a login here?";
    }
    kf_channel_close(channel, why);
}

/* @return bytes that came; 0: none, or it is closed now */
static size_t read_some(struct kf_channel *channel, bool *drained)
{
    ssize_t got = kf_transport_receive(&channel->transport, &channel->input, drained);
    if (got > 0)
        return (size_t)got;
    if (got == 0)
        hung_up_on(channel);
    else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
        kf_channel_break_off(channel, errno);
    return 0;
}

/* @return false: that was all, for now or for good */
static bool receive_some(struct kf_channel *channel)
{
    bool drained = false;
    size_t got = read_some(channel, &drained);
    if (!got)
        return false;
    if (!is_waiting(channel)) {
        kf_channel_close(channel, "malformed: bytes that nobody asked for");
        return false;
    }
    note_progress(channel, got);
    advance(channel);
    return is_waiting(channel) && !drained;
}

static void receive(struct kf_channel *channel)
{
    int reads = 0;
    while (reads < READS_PER_TURN && receive_some(channel))
        reads++;
    if (!channel->transport.tls)
        return;
    watch_for_more(channel);
    channel->unread = reads == READS_PER_TURN;
}

void kf_channel_notice(struct kf_channel *channel, uint32_t events)
{
    if (channel->transport.fd < 0)
        return; /* closed in this very turn */
    if (channel->state == KF_CHANNEL_DIALLING || channel->state == KF_CHANNEL_SECURING) {
        kf_opening_notice(channel);
        return;
    }
    if (has_unsent(channel))
        flush(channel);
    if (channel->transport.fd >= 0 &&
        (channel->transport.tls || (events & (EPOLLIN | EPOLLERR | EPOLLHUP))))
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

/* Between requests, and while nothing is asked, too: so no request finds it run out. */
static void renew_login(struct kf_channel *channel)
{
    struct kf_io *io = channel->io;
    if (channel->state != KF_CHANNEL_IDLE || channel->login.renew_at_ms == INT64_MAX)
        return;
    if (io->now_ms >= channel->login.renew_at_ms && kf_tokens_ready(&io->tokens, io))
        kf_opening_log_in(channel, io->now_ms + io->settings.connection.connect_timeout_ms);
    else if (io->now_ms < channel->login.renew_at_ms)
        kf_io_wake_at(io, channel->login.renew_at_ms);
}

void kf_channel_tick(struct kf_channel *channel)
{
    struct kf_io *io = channel->io;
    if (channel->unread)
        receive(channel);
    if (channel->unread)
        kf_io_wake_at(io, io->now_ms);
    renew_login(channel);
    if (channel->state == KF_CHANNEL_CLOSED || channel->state == KF_CHANNEL_IDLE)
        return;
    if (io->now_ms >= channel->deadline_ms) {
        if (channel->state == KF_CHANNEL_DIALLING)
            kf_opening_dial(channel, ETIMEDOUT);
        else
            give_up(channel);
    }
    if (channel->state != KF_CHANNEL_CLOSED)
        kf_io_wake_at(io, channel->deadline_ms);
}
