/* SPDX-License-Identifier: MIT
 * SIGINT and SIGTERM of a process that runs until one of them, and SIGHUP if it has a use for that:
 * the first stops it in order, the second ends it at once. */
#ifndef KF_SIGNALS_H
#define KF_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

struct kf_signals {
    void (*stop)(void *ctx); /* called once, by a signal handler */
    void (*reload)(void *ctx); /* the same for SIGHUP, each time; NULL: it is left alone */
    void *ctx;
    struct sigaction old_int;
    struct sigaction old_term;
    struct sigaction old_hup;
};

/** Takes them until kf_signals_give_back. A second signal, 200 ms later or more, ends the process
 *  with 128 + its number. @return false: somebody else in this process has them */
bool kf_signals_take(struct kf_signals *signals);
void kf_signals_give_back(struct kf_signals *signals);

#endif
