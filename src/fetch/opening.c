/* SPDX-License-Identifier: MIT
 * From addresses to a connection that can be asked something: dialling, TLS, versions, login. */
#include "channel_steps.h"
#include "io.h"

#include <errno.h>
#include <sys/epoll.h>

/* @return 0: under way, or an errno value */
static int dial(struct kf_channel *channel, const struct kf_address *address)
{
    struct epoll_event event = { .events = EPOLLOUT, .data = { .ptr = channel } };
    struct kf_transport *transport = &channel->transport;
    int failure = kf_transport_dial(transport, address, &channel->io->settings.connection);
    if (failure)
        return failure;
    channel->interest = EPOLLOUT;
    if (epoll_ctl(channel->io->epoll_fd, EPOLL_CTL_ADD, transport->fd, &event) == 0)
        return 0;
    failure = errno;
    kf_transport_close(transport);
    return failure;
}

void kf_opening_dial(struct kf_channel *channel, int failure)
{
    const struct kf_address_list *addresses = &channel->addresses;
    int64_t now_ms = channel->io->now_ms;
    kf_transport_close(&channel->transport);
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
    kf_channel_break_off(channel, failure);
}

static void greet(struct kf_channel *channel)
{
    channel->streamed = false;
    channel->deadline_ms = channel->open_deadline_ms;
    kf_versions_request(&channel->request, kf_channel_next_id(channel),
                        channel->io->settings.client_id);
    kf_channel_begin(channel, KF_CHANNEL_GREETING);
}

static void shake_hands(struct kf_channel *channel)
{
    if (kf_tls_handshake(channel->transport.tls) == 1)
        greet(channel);
    else if (errno == EAGAIN)
        kf_channel_watch(channel,
                         kf_transport_wants_write(&channel->transport) ? EPOLLOUT : EPOLLIN);
    else
        kf_channel_break_off(channel, errno);
}

static void secure(struct kf_channel *channel)
{
    channel->state = KF_CHANNEL_SECURING;
    channel->deadline_ms = channel->open_deadline_ms;
    channel->transport.tls =
        kf_tls_open(channel->io->tls, channel->transport.fd, channel->host, channel->tls_memory);
    if (channel->transport.tls)
        shake_hands(channel);
    else
        kf_channel_close(channel, "out of memory");
}

static void dialled(struct kf_channel *channel)
{
    int failure = kf_transport_outcome(&channel->transport);
    if (failure)
        kf_opening_dial(channel, failure);
    else if (channel->io->tls)
        secure(channel);
    else
        greet(channel);
}

static void open_up(struct kf_channel *channel)
{
    kf_channel_rest(channel);
    channel->opened = true;
    channel->events->opened(channel->ctx);
}

void kf_opening_log_in(struct kf_channel *channel, int64_t deadline_ms)
{
    kaffe_error err;
    channel->streamed = false;
    channel->deadline_ms = deadline_ms;
    kf_io_wake_at(channel->io, deadline_ms);
    if (kf_login_begin(&channel->login, channel, &err) == KAFFE_OK)
        kf_channel_begin(channel, KF_CHANNEL_LOGGING_IN);
    else
        kf_channel_close(channel, err.message);
}

static void greeted(struct kf_channel *channel, kaffe_bytes response)
{
    kaffe_error err;
    if (kf_versions_decode(response, &channel->versions, &err) != KAFFE_OK)
        kf_channel_close(channel, err.message);
    else if (channel->io->settings.security->mechanism != KF_SASL_NONE)
        kf_opening_log_in(channel, channel->open_deadline_ms);
    else
        open_up(channel);
}

static void login_answered(struct kf_channel *channel, kaffe_bytes response)
{
    kaffe_error err;
    bool complete;
    kaffe_status status = kf_login_answer(&channel->login, channel, response, &complete, &err);
    if (status != KAFFE_OK) {
        channel->refused = status == KAFFE_DENIED;
        kf_channel_close(channel, err.message);
    } else if (!complete) {
        kf_channel_begin(channel, KF_CHANNEL_LOGGING_IN);
    } else if (!channel->opened) {
        open_up(channel);
    } else {
        channel->state = KF_CHANNEL_IDLE; /* for as long as before */
    }
}

void kf_opening_notice(struct kf_channel *channel)
{
    if (channel->state == KF_CHANNEL_DIALLING)
        dialled(channel);
    else
        shake_hands(channel);
}

void kf_opening_answered(struct kf_channel *channel, kaffe_bytes response)
{
    if (channel->state == KF_CHANNEL_GREETING)
        greeted(channel, response);
    else
        login_answered(channel, response);
}
