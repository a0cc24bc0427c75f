/* SPDX-License-Identifier: MIT
 * A signal handler has no argument, so what it needs can only stand here. */
#include "signals.h"

#include "clock.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

static _Atomic(struct kf_signals *) taken;
static _Atomic int64_t first_signal_ms; /* 0: none came yet */

/* timeout(1), for one, sends its signal to the program and to its group: twice in an instant. */
static const int64_t same_signal_ms = 200;

static void on_stop(int number)
{
    int saved = errno;
    int64_t first_ms = 0;
    int64_t now_ms = kf_clock_ms();
    struct kf_signals *signals = atomic_load(&taken);
    if (signals && atomic_compare_exchange_strong(&first_signal_ms, &first_ms, now_ms))
        signals->stop(signals->ctx);
    else if (!signals || now_ms - first_ms >= same_signal_ms)
        _exit(128 + number);
    errno = saved;
}

static void on_reload(int number)
{
    int saved = errno;
    struct kf_signals *signals = atomic_load(&taken);
    (void)number;
    if (signals)
        signals->reload(signals->ctx);
    errno = saved;
}

bool kf_signals_take(struct kf_signals *signals)
{
    struct kf_signals *nobody = NULL;
    struct sigaction action = { .sa_handler = on_stop };
    if (!atomic_compare_exchange_strong(&taken, &nobody, signals))
        return false;
    atomic_store(&first_signal_ms, 0);
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, &signals->old_int);
    sigaction(SIGTERM, &action, &signals->old_term);
    action.sa_handler = on_reload;
    action.sa_flags = SA_RESTART;
    if (signals->reload)
        sigaction(SIGHUP, &action, &signals->old_hup);
    return true;
}

void kf_signals_give_back(struct kf_signals *signals)
{
    sigaction(SIGINT, &signals->old_int, NULL);
    sigaction(SIGTERM, &signals->old_term, NULL);
    if (signals->reload)
        sigaction(SIGHUP, &signals->old_hup, NULL);
    atomic_store(&taken, NULL);
}
