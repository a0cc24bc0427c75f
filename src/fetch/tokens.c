/* SPDX-License-Identifier: MIT */
#include "tokens.h"

#include "backoff.h"
#include "clock.h"
#include "io.h"
#include "mailbox.h"
#include "random.h"
#include "secret.h"
#include "thread.h"
#include "token.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    AGAIN_MS = 1000, /* after a failure, doubling */
    AGAIN_MAX_MS = 10000,
    CALLBACK_MS = 1000 /* how long fini waits for one that runs */
};

struct kf_token_source {
    atomic_int references;
    struct kf_security_settings settings; /* a copy: a thread may outlive the fetcher */
    struct kf_mailbox *mailbox;
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t returned;
    bool closed; /* the user's ctx may be gone */
    bool running;
    bool answered;
    struct kaffe_token token;
    kaffe_error err;
};

/* --- the source, and the threads that ask it ---------------------------------------------- */

static void drop(struct kf_token_source *source)
{
    if (atomic_fetch_sub_explicit(&source->references, 1, memory_order_acq_rel) > 1)
        return;
    kf_token_fini(&source->token);
    kf_security_settings_fini(&source->settings);
    kf_mailbox_drop(source->mailbox);
    pthread_cond_destroy(&source->returned);
    pthread_mutex_destroy(&source->lock);
    free(source);
}

static bool begin(struct kf_token_source *source)
{
    pthread_mutex_lock(&source->lock);
    bool open = !source->closed;
    source->running = open;
    pthread_mutex_unlock(&source->lock);
    return open;
}

static void *ask(void *arg)
{
    struct kf_token_source *source = arg;
    struct kaffe_token token;
    kaffe_error err;
    if (begin(source)) {
        kf_token_get(&source->settings, &token, &err);
        pthread_mutex_lock(&source->lock);
        source->running = false;
        source->answered = true;
        source->token = token;
        source->err = err;
        pthread_cond_broadcast(&source->returned);
        pthread_mutex_unlock(&source->lock);
        kf_wake_up(source->mailbox->wake_fd);
    }
    drop(source);
    return NULL;
}

bool kf_tokens_init(struct kf_tokens *tokens, const struct kf_io *io)
{
    const struct kf_security_settings *settings = io->settings.security;
    if (settings->mechanism != KF_SASL_OAUTHBEARER)
        return true;
    struct kf_token_source *source = calloc(1, sizeof *source);
    if (!source)
        return false;
    if (!kf_security_settings_copy(&source->settings, settings)) {
        free(source);
        return false;
    }
    atomic_init(&source->references, 1);
    source->mailbox = kf_mailbox_hold(io->mailbox);
    pthread_mutex_init(&source->lock, NULL);
    kf_cond_init(&source->returned);
    tokens->source = source;
    return true;
}

void kf_tokens_fini(struct kf_tokens *tokens)
{
    struct kf_token_source *source = tokens->source;
    kf_secret_free(tokens->value);
    if (source) {
        int64_t deadline_ms = kf_clock_ms() + CALLBACK_MS;
        pthread_mutex_lock(&source->lock);
        source->closed = true;
        while (source->settings.token && source->running &&
               kf_cond_wait_until(&source->returned, &source->lock, deadline_ms))
            continue;
        pthread_mutex_unlock(&source->lock);
        drop(source);
    }
    *tokens = (struct kf_tokens){ 0 };
}

/* --- tokens ------------------------------------------------------------------------------- */

static void fail(struct kf_tokens *tokens, int64_t now_ms, const char *why)
{
    snprintf(tokens->why, sizeof tokens->why, "%s", why);
    tokens->ask_at_ms = now_ms + kf_backoff_ms(AGAIN_MS, AGAIN_MAX_MS, ++tokens->failures,
                                               kf_random_below(UINT32_MAX));
}

static void accept(struct kf_tokens *tokens, int64_t now_ms, struct kaffe_token *token)
{
    int64_t date_ms = kf_clock_date_ms();
    kf_secret_free(tokens->value);
    tokens->value = token->value;
    tokens->expires_at_ms = now_ms + (token->expires_at_ms - date_ms);
    tokens->ask_at_ms = now_ms + kf_token_fresh_ms(token, date_ms);
    tokens->failures = 0;
    tokens->why[0] = 0;
    token->value = NULL; /* taken over */
    kf_token_fini(token);
}

static void take_answer(struct kf_tokens *tokens, int64_t now_ms)
{
    struct kf_token_source *source = tokens->source;
    struct kaffe_token token = { 0 };
    pthread_mutex_lock(&source->lock);
    bool answered = source->answered;
    kaffe_error err = source->err;
    if (answered)
        token = source->token;
    source->token = (struct kaffe_token){ 0 };
    source->answered = false;
    pthread_mutex_unlock(&source->lock);
    if (!answered)
        return;
    tokens->asking = false;
    if (token.value)
        accept(tokens, now_ms, &token);
    else
        fail(tokens, now_ms, err.message);
}

static void start_asking(struct kf_tokens *tokens, int64_t now_ms)
{
    pthread_t thread;
    atomic_fetch_add_explicit(&tokens->source->references, 1, memory_order_relaxed);
    tokens->asking = kf_thread_start(&thread, "kaffe-token", ask, tokens->source) == 0;
    tokens->asked_at_ms = now_ms;
    if (tokens->asking) {
        pthread_detach(thread);
        return;
    }
    drop(tokens->source);
    fail(tokens, now_ms, "no thread to be had to ask for a token");
}

/* From then on, waiting for it is a failure. */
static int64_t overdue_at_ms(const struct kf_tokens *tokens, const struct kf_io *io)
{
    return tokens->asked_at_ms + io->settings.connection.connect_timeout_ms;
}

void kf_tokens_tick(struct kf_tokens *tokens, struct kf_io *io)
{
    if (!tokens->source)
        return;
    if (tokens->asking)
        take_answer(tokens, io->now_ms);
    if (!tokens->asking && io->now_ms >= tokens->ask_at_ms)
        start_asking(tokens, io->now_ms);
    int64_t at_ms = tokens->asking ? overdue_at_ms(tokens, io) : tokens->ask_at_ms;
    if (io->now_ms < at_ms)
        kf_io_wake_at(io, at_ms);
}

bool kf_tokens_ready(const struct kf_tokens *tokens, const struct kf_io *io)
{
    return !tokens->source || (tokens->value && io->now_ms < tokens->expires_at_ms);
}

const char *kf_tokens_why(const struct kf_tokens *tokens, const struct kf_io *io)
{
    if (tokens->why[0])
        return tokens->why;
    if (io->now_ms < overdue_at_ms(tokens, io))
        return NULL;
    return tokens->source->settings.token
               ? "sasl_oauthbearer_token: the callback does not return"
               : "sasl_oauthbearer_token_command: the command does not end";
}
