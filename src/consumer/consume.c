/* SPDX-License-Identifier: MIT
 * kaffe_consume and kaffe_read: the calls that touch signals. */
#include "clock.h"
#include "error.h"
#include "kaffe.h"
#include "thread.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

/* A signal handler has no argument, so what it needs can only stand here. The first signal stops
 * the consumer, the second ends the process. */
static _Atomic(kaffe_consumer *) signalled;
static _Atomic int64_t first_signal_ms; /* 0: none came yet */

/* timeout(1), for one, sends its signal to the program and to its group: twice in an instant. */
static const int64_t same_signal_ms = 200;

static void on_signal(int number)
{
    int saved = errno;
    int64_t first_ms = 0;
    int64_t now_ms = kf_clock_ms();
    kaffe_consumer *consumer = atomic_load(&signalled);
    if (consumer && atomic_compare_exchange_strong(&first_signal_ms, &first_ms, now_ms))
        kaffe_consumer_stop(consumer);
    else if (!consumer || now_ms - first_ms >= same_signal_ms)
        _exit(128 + number);
    errno = saved;
}

/* @return false: another such call has them */
static bool take_signals(kaffe_consumer *consumer, struct sigaction *old_int,
                         struct sigaction *old_term)
{
    kaffe_consumer *nobody = NULL;
    struct sigaction action = { .sa_handler = on_signal };
    if (!atomic_compare_exchange_strong(&signalled, &nobody, consumer))
        return false;
    atomic_store(&first_signal_ms, 0);
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, old_int);
    sigaction(SIGTERM, &action, old_term);
    return true;
}

static void give_signals_back(const struct sigaction *old_int, const struct sigaction *old_term)
{
    sigaction(SIGINT, old_int, NULL);
    sigaction(SIGTERM, old_term, NULL);
    atomic_store(&signalled, NULL);
}

/* @param consumer  NULL: it could not be made, *why says why not; freed in any case */
static kaffe_status run(kaffe_consumer *consumer, kaffe_error *why)
{
    struct sigaction old_int;
    struct sigaction old_term;
    if (!consumer)
        return why->status;
    if (!take_signals(consumer, &old_int, &old_term)) {
        kaffe_consumer_free(consumer);
        return kf_error_set(why, KAFFE_INVALID,
                            "kaffe_consume or kaffe_read already runs in this process: use "
                            "kaffe_consumer_new or kaffe_reader_new, and kaffe_consumer_start, for "
                            "more than one");
    }
    kaffe_status status = kaffe_consumer_start(consumer, why);
    if (status == KAFFE_OK)
        status = kaffe_consumer_wait(consumer, KAFFE_NONE, why);
    give_signals_back(&old_int, &old_term);
    if (kaffe_consumer_free(consumer) != KAFFE_OK && status == KAFFE_OK)
        status = kf_error_set_kafka(why, KAFFE_TIMED_OUT, 0, KAFFE_ERROR_FATAL,
                                    "stopped, but a handler has not returned within "
                                    "shutdown_timeout_ms");
    return status;
}

kaffe_status kaffe_consume_sized(const kaffe_consumer_options *options, size_t options_size,
                                 kaffe_error *err)
{
    kaffe_error why;
    kaffe_status status = run(kaffe_consumer_new_sized(options, options_size, &why), &why);
    if (err)
        *err = why;
    return status;
}

kaffe_status kaffe_read_sized(const kaffe_reader_options *options, size_t options_size,
                              kaffe_error *err)
{
    kaffe_error why;
    kaffe_status status = run(kaffe_reader_new_sized(options, options_size, &why), &why);
    if (err)
        *err = why;
    return status;
}
