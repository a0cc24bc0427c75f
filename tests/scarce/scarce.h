/* SPDX-License-Identifier: MIT
 * Memory that runs out on purpose. Tests named test_no_memory*.c are linked with copies of our
 * libraries in which malloc and its like are these functions; librdkafka, libc, the codecs and the
 * tests themselves keep the real ones. A thread that can not be had counts as memory, too. */
#ifndef SCARCE_H
#define SCARCE_H

#include "kaffe.h"

/** From now on the nth allocation fails (1: the next one), once, whichever thread's it is. */
void scarce_begin(long nth);
/** From the nth on every allocation fails, until scarce_end. */
void scarce_begin_for_good(long nth);
/** No more failures. @return whether one was made to fail since the begin */
bool scarce_end(void);
/** What our libraries hold now, in allocations. */
long scarce_held(void);
/** Do they hold that much, at the latest in 30 s? A thread may be about to end. */
bool scarce_comes_down_to(long count);
/** Else ends the process, and tells which allocation was made to fail. */
void scarce_require(bool claim, const char *what);

/** A call with all that it needs before and after; what it makes it frees. */
typedef kaffe_status (*scarce_call)(void *ctx, kaffe_error *err);

/**
 * Makes the call again and again, each time with a later allocation of this thread failing, until
 * it needed no more. Each time the status has to be KAFFE_NO_MEMORY, the error has to say so, and
 * nothing may be left; the last time it has to be `at_last`.
 */
void scarce_each(scarce_call call, void *ctx, kaffe_status at_last);

#endif
