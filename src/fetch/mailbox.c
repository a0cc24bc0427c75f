/* SPDX-License-Identifier: MIT */
#include "mailbox.h"

#include "resolver.h"
#include "stream.h"
#include "thread.h"

#include <stdlib.h>
#include <unistd.h>

struct kf_mailbox *kf_mailbox_new(void)
{
    struct kf_mailbox *mailbox = calloc(1, sizeof *mailbox);
    if (!mailbox)
        return NULL;
    mailbox->wake_fd = kf_wake_open();
    if (mailbox->wake_fd < 0) {
        free(mailbox);
        return NULL;
    }
    atomic_init(&mailbox->references, 1);
    pthread_mutex_init(&mailbox->lock, NULL);
    return mailbox;
}

struct kf_mailbox *kf_mailbox_hold(struct kf_mailbox *mailbox)
{
    atomic_fetch_add_explicit(&mailbox->references, 1, memory_order_relaxed);
    return mailbox;
}

void kf_mailbox_drop(struct kf_mailbox *mailbox)
{
    if (!mailbox || atomic_fetch_sub_explicit(&mailbox->references, 1, memory_order_acq_rel) > 1)
        return;
    kf_lookups_free(mailbox->lookups);
    close(mailbox->wake_fd);
    pthread_mutex_destroy(&mailbox->lock);
    free(mailbox);
}

/* @return the I/O thread must be woken, once the lock is free */
static bool rouse_locked(struct kf_mailbox *mailbox)
{
    bool asleep = mailbox->asleep;
    mailbox->asleep = false;
    return asleep;
}

static void unlock(struct kf_mailbox *mailbox, bool wake)
{
    pthread_mutex_unlock(&mailbox->lock);
    if (wake)
        kf_wake_up(mailbox->wake_fd);
}

void kf_mailbox_post(struct kf_mailbox *mailbox, struct kf_stream *stream)
{
    bool wake = false;
    pthread_mutex_lock(&mailbox->lock);
    if (!stream->mailed) {
        stream->mailed = true;
        stream->mail_next = NULL;
        kf_stream_hold(stream);
        if (mailbox->last)
            mailbox->last->mail_next = stream;
        else
            mailbox->first = stream;
        mailbox->last = stream;
        wake = rouse_locked(mailbox);
    }
    unlock(mailbox, wake);
}

void kf_mailbox_post_lookup(struct kf_mailbox *mailbox, struct kf_lookup *lookup)
{
    pthread_mutex_lock(&mailbox->lock);
    lookup->next = mailbox->lookups;
    mailbox->lookups = lookup;
    unlock(mailbox, rouse_locked(mailbox));
}

void kf_mailbox_stop(struct kf_mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->lock);
    mailbox->stopping = true;
    unlock(mailbox, rouse_locked(mailbox));
}

void kf_mailbox_poke(struct kf_mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->lock);
    mailbox->poked = true;
    unlock(mailbox, rouse_locked(mailbox));
}

bool kf_mailbox_sleep(struct kf_mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->lock);
    mailbox->asleep = !mailbox->first && !mailbox->lookups && !mailbox->stopping && !mailbox->poked;
    bool asleep = mailbox->asleep;
    pthread_mutex_unlock(&mailbox->lock);
    return asleep;
}

bool kf_mailbox_awake(struct kf_mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->lock);
    mailbox->asleep = false;
    mailbox->poked = false;
    bool stopping = mailbox->stopping;
    pthread_mutex_unlock(&mailbox->lock);
    return !stopping;
}

struct kf_stream *kf_mailbox_take(struct kf_mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->lock);
    struct kf_stream *stream = mailbox->first;
    if (stream) {
        mailbox->first = stream->mail_next;
        if (!mailbox->first)
            mailbox->last = NULL;
        stream->mailed = false;
    }
    pthread_mutex_unlock(&mailbox->lock);
    return stream;
}

struct kf_lookup *kf_mailbox_take_lookups(struct kf_mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->lock);
    struct kf_lookup *lookups = mailbox->lookups;
    mailbox->lookups = NULL;
    pthread_mutex_unlock(&mailbox->lock);
    return lookups;
}
