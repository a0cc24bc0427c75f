/* SPDX-License-Identifier: MIT
 * One connection to a broker: all addresses of its name in turn, TLS and a login if the settings
 * say so, the versions agreed on, then one request at a time, each with a deadline. It decides when
 * a connection is of no more use; whether and when to open another is its owner's business.
 * Threads: the I/O thread. */
#ifndef KF_CHANNEL_H
#define KF_CHANNEL_H

#include "input.h"
#include "login.h"
#include "request.h"
#include "resolver.h"
#include "transport.h"
#include "versions.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kf_io;

enum kf_channel_state {
    KF_CHANNEL_CLOSED,
    KF_CHANNEL_DIALLING,
    KF_CHANNEL_SECURING, /* the TLS handshake is under way */
    KF_CHANNEL_GREETING, /* ApiVersions is under way */
    KF_CHANNEL_LOGGING_IN, /* for the first time, or once more */
    KF_CHANNEL_IDLE,
    KF_CHANNEL_BUSY /* a request is under way */
};

enum kf_arrival {
    KF_ARRIVAL_MORE,
    KF_ARRIVAL_DONE,
    KF_ARRIVAL_BROKEN
};

struct kf_channel_events {
    /** Versions are agreed on; it is idle. */
    void (*opened)(void *ctx);
    /** It was open (IDLE, BUSY), or about to be, and had come so far. */
    void (*closed)(void *ctx, enum kf_channel_state was, const char *why);
    /** A whole response, lent for the call. */
    void (*answered)(void *ctx, const uint8_t *body, size_t size);
    /** A streamed response has more in `input`. BROKEN: *why says what. */
    enum kf_arrival (*arriving)(void *ctx, struct kf_input *input, const char **why);
};

struct kf_channel {
    struct kf_io *io;
    const struct kf_channel_events *events;
    void *ctx;
    enum kf_channel_state state;
    struct kf_transport transport;
    uint32_t interest; /* what epoll watches */
    const char *host; /* the name that TLS is about; borrowed */
    struct kf_tls_memory *tls_memory; /* borrowed */
    struct kf_login login;
    bool opened; /* and its owner has been told */
    bool refused; /* when it was closed last: not for a fault, one side does not want the other */
    struct kf_address_list addresses;
    size_t address_first; /* moves on with every failure */
    size_t addresses_tried;
    int64_t open_deadline_ms;
    int64_t deadline_ms; /* of the step under way */
    int64_t patience_ms; /* what deadline_ms was made from */
    int64_t idle_since_ms;
    struct kf_versions versions;

    struct kf_request request; /* the next, or the one under way */
    size_t sent_bytes;
    int32_t correlation_id;

    struct kf_input input;
    bool unread; /* TLS has more, of which the socket knows nothing */
    bool used; /* a request has been answered since it opened */
    bool streamed;
    bool in_body;
    size_t body_size; /* behind the correlation id */
    uint8_t *body; /* unless streamed */
    size_t progress_bytes; /* since the deadline was last put off */
};

/** @param tls_memory  outlives it, shared by the connections to one broker */
void kf_channel_init(struct kf_channel *channel, struct kf_io *io,
                     const struct kf_channel_events *events, void *ctx,
                     struct kf_tls_memory *tls_memory);
/** Closes without a word. */
void kf_channel_fini(struct kf_channel *channel);

/** From CLOSED: `opened` or `closed` follows. @param host  whose addresses; outlives it */
void kf_channel_open(struct kf_channel *channel, const struct kf_address_list *addresses,
                     const char *host);
/** Does nothing if it is closed; else `closed` runs. */
void kf_channel_close(struct kf_channel *channel, const char *why);

/** The correlation id for the request that is to be written into ->request. */
int32_t kf_channel_next_id(struct kf_channel *channel);
/**
 * Sends ->request; `answered` follows, or `arriving` if streamed, or `closed`, even at once.
 * @param wait_ms  how long the broker may take on purpose, on top of request_timeout_ms
 */
void kf_channel_send(struct kf_channel *channel, int64_t wait_ms, bool streamed);

/** What epoll said. */
void kf_channel_notice(struct kf_channel *channel, uint32_t events);
/** Acts on a deadline that has passed, and says when the next one will. */
void kf_channel_tick(struct kf_channel *channel);

#endif
