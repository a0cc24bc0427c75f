/* SPDX-License-Identifier: MIT
 * The I/O thread: its life and its loop. */
#include "fetcher.h"

#include "buffer_pool.h"
#include "channel.h"
#include "clock.h"
#include "cluster.h"
#include "error.h"
#include "io.h"
#include "mailbox.h"
#include "placement.h"
#include "resolver.h"
#include "stream.h"
#include "text.h"
#include "thread.h"
#include "tls_context.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define KEEP_BYTES ((size_t)32 << 20)
#define EVENTS_PER_TURN 64
#define LONGEST_SLEEP_MS 60000 /* what epoll_wait can be told has an end */

struct kf_fetcher {
    struct kf_io io;
    struct kf_cluster cluster;
    struct kf_endpoint_list endpoints;
    char *client_id;
    char *client_rack;
    pthread_t thread;
    bool running;
};

static void fetcher_destroy(struct kf_fetcher *fetcher)
{
    kf_cluster_fini(&fetcher->cluster);
    if (fetcher->io.epoll_fd >= 0)
        close(fetcher->io.epoll_fd);
    kf_tokens_fini(&fetcher->io.tokens);
    kf_tls_context_free(fetcher->io.tls);
    kf_buffer_pool_free(fetcher->io.pool); /* first: it pokes the mailbox */
    kf_mailbox_drop(fetcher->io.mailbox);
    kf_endpoints_fini(&fetcher->endpoints);
    free(fetcher->client_id);
    free(fetcher->client_rack);
    free(fetcher);
}

static bool watch_mailbox(const struct kf_io *io)
{
    struct epoll_event event = { .events = EPOLLIN, .data = { .ptr = NULL } };
    return epoll_ctl(io->epoll_fd, EPOLL_CTL_ADD, io->mailbox->wake_fd, &event) == 0;
}

static const struct kf_security_settings plaintext;
/* A worker's thread; the buffer pool's lock is held. */
static void poke(void *mailbox)
{
    kf_mailbox_poke(mailbox);
}

static kaffe_status fetcher_init(struct kf_fetcher *fetcher,
                                 const struct kf_fetcher_settings *settings, kaffe_error *err)
{
    struct kf_io *io = &fetcher->io;
    bool failed = false;
    fetcher->client_id = kf_text_copy(settings->client_id, &failed);
    fetcher->client_rack = kf_text_copy(settings->client_rack, &failed);
    if (failed || !kf_endpoints_copy(&fetcher->endpoints, settings->endpoints))
        return kf_error_no_memory(err);
    io->settings = *settings;
    io->settings.client_id = fetcher->client_id;
    io->settings.client_rack = fetcher->client_rack;
    io->settings.endpoints = &fetcher->endpoints;
    if (!io->settings.security)
        io->settings.security = &plaintext;
    io->allowance.limit_bytes = settings->memory_bytes ? settings->memory_bytes : SIZE_MAX;
    io->pool = kf_buffer_pool_new(KEEP_BYTES);
    if (!io->pool || !kf_cluster_init(&fetcher->cluster, io))
        return kf_error_no_memory(err);
    io->mailbox = kf_mailbox_new();
    kf_buffer_pool_on_room(io->pool, poke, io->mailbox);
    io->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (!io->mailbox || io->epoll_fd < 0 || !watch_mailbox(io))
        return kf_error_set(err, KAFFE_NO_MEMORY,
                            "no file descriptor to be had for the fetcher (errno %d): raise "
                            "ulimit -n",
                            errno);
    if (!kf_tokens_init(&io->tokens, io))
        return kf_error_no_memory(err);
    if (!io->settings.security->tls)
        return kf_error_ok(err);
    io->tls = kf_tls_context_new(io->settings.security, err);
    return io->tls ? KAFFE_OK : KAFFE_INVALID; /* or as err says */
}

struct kf_fetcher *kf_fetcher_new(const struct kf_fetcher_settings *settings,
                                  const struct kf_log *log, kaffe_error *err)
{
    struct kf_fetcher *fetcher = calloc(1, sizeof *fetcher);
    if (!fetcher) {
        kf_error_no_memory(err);
        return NULL;
    }
    fetcher->io.log = *log;
    fetcher->io.epoll_fd = -1;
    fetcher->cluster.io = &fetcher->io;
    if (fetcher_init(fetcher, settings, err) == KAFFE_OK)
        return fetcher;
    fetcher_destroy(fetcher);
    return NULL;
}

static void take_mail(struct kf_fetcher *fetcher)
{
    struct kf_lookup *lookups = kf_mailbox_take_lookups(fetcher->io.mailbox);
    for (struct kf_lookup *lookup = lookups; lookup; lookup = lookup->next)
        kf_cluster_resolved(&fetcher->cluster, lookup);
    kf_lookups_free(lookups);
    struct kf_stream *stream;
    while ((stream = kf_mailbox_take(fetcher->io.mailbox))) {
        kf_place_mailed(&fetcher->cluster, stream);
        kf_stream_drop(stream);
    }
}

static int sleep_ms(const struct kf_io *io)
{
    int64_t left_ms = io->next_ms - io->now_ms;
    if (left_ms <= 0 || !kf_mailbox_sleep(io->mailbox))
        return 0;
    return left_ms > LONGEST_SLEEP_MS ? LONGEST_SLEEP_MS : (int)left_ms;
}

/* @return false: stop */
static bool turn(struct kf_fetcher *fetcher)
{
    struct kf_io *io = &fetcher->io;
    struct epoll_event events[EVENTS_PER_TURN];
    int count = epoll_wait(io->epoll_fd, events, EVENTS_PER_TURN, sleep_ms(io));
    io->now_ms = kf_clock_ms();
    if (!kf_mailbox_awake(io->mailbox))
        return false;
    for (int i = 0; i < count; i++) {
        if (events[i].data.ptr)
            kf_channel_notice(events[i].data.ptr, events[i].events);
        else
            kf_wake_clear(io->mailbox->wake_fd);
    }
    take_mail(fetcher);
    io->next_ms = INT64_MAX;
    kf_tokens_tick(&io->tokens, io);
    kf_cluster_tick(&fetcher->cluster);
    return true;
}

static void *run(void *arg)
{
    struct kf_fetcher *fetcher = arg;
    while (turn(fetcher))
        continue;
    return NULL;
}

kaffe_status kf_fetcher_start(struct kf_fetcher *fetcher, kaffe_error *err)
{
    int failed = kf_thread_start(&fetcher->thread, "kaffe-fetch", run, fetcher);
    if (failed)
        return kf_error_set(err, KAFFE_NO_MEMORY, "no thread to be had for the fetcher (errno %d)",
                            failed);
    fetcher->running = true;
    return kf_error_ok(err);
}

void kf_fetcher_free(struct kf_fetcher *fetcher)
{
    if (!fetcher)
        return;
    kf_mailbox_stop(fetcher->io.mailbox);
    if (fetcher->running)
        pthread_join(fetcher->thread, NULL);
    struct kf_stream *stream;
    while ((stream = kf_mailbox_take(fetcher->io.mailbox)))
        kf_stream_drop(stream);
    fetcher_destroy(fetcher);
}

void kf_fetcher_count(const struct kf_fetcher *fetcher, struct kf_fetcher_counters *counters)
{
    counters->held_bytes = (int64_t)kf_buffer_pool_used(fetcher->io.pool);
    counters->memory_bytes = (int64_t)kf_buffer_pool_total(fetcher->io.pool);
    counters->memory_waits = atomic_load_explicit(&fetcher->io.memory_waits, memory_order_relaxed);
    counters->stale_responses =
        atomic_load_explicit(&fetcher->io.stale_responses, memory_order_relaxed);
}

struct kf_stream *kf_stream_open(struct kf_fetcher *fetcher, const char *topic, int32_t partition,
                                 const struct kf_stream_events *events, void *ctx)
{
    struct kf_stream *stream = kf_stream_new(fetcher->io.mailbox, topic, partition,
                                             (size_t)fetcher->io.settings.max_bytes);
    if (!stream)
        return NULL;
    stream->events = *events;
    stream->ctx = ctx;
    return stream;
}
