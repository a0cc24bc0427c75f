/* SPDX-License-Identifier: MIT
 * A thread takes them with sigwait: no handler, and so no state outside of a struct. */
#include "stop_signals.h"

#include "monotonic.h"

#include <signal.h>
#include <stdint.h>
#include <unistd.h>

/* timeout(1), for one, sends its signal to the program and to its group: twice in an instant. */
static const int64_t same_signal_ms = 200;

static sigset_t both(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

static void *take(void *ctx)
{
    struct cli_stop_signals *signals = ctx;
    const sigset_t set = both();
    int64_t first_ms = 0;
    int number;
    while (sigwait(&set, &number) == 0 && !atomic_load(&signals->ended)) {
        if (first_ms == 0) {
            first_ms = cli_now_ms();
            signals->stop(signals->ctx);
        } else if (cli_now_ms() - first_ms >= same_signal_ms) {
            _exit(128 + number);
        }
    }
    return NULL;
}

bool cli_stop_signals_begin(struct cli_stop_signals *signals, void (*stop)(void *ctx), void *ctx)
{
    const sigset_t set = both();
    signals->stop = stop;
    signals->ctx = ctx;
    atomic_init(&signals->ended, false);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    return pthread_create(&signals->thread, NULL, take, signals) == 0;
}

void cli_stop_signals_end(struct cli_stop_signals *signals)
{
    atomic_store(&signals->ended, true);
    pthread_kill(signals->thread, SIGINT); /* wakes it, and goes nowhere else */
    pthread_join(signals->thread, NULL);
}
