/* SPDX-License-Identifier: MIT
 * The threads of this process, as the kernel lists them. */
#ifndef THREADS_H
#define THREADS_H

/** How many have a name that begins so. */
int threads_named(const char *name);
/** A joined thread may be seen a moment longer. Ends the test after half a minute. */
void threads_await_end(const char *name);

#endif
