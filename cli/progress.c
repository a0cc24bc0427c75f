/* SPDX-License-Identifier: MIT */
#include "progress.h"

#include "monotonic.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

enum {
    FIRST_AFTER_MS = 2000,
    AGAIN_AFTER_MS = 1000
};

struct cli_progress cli_progress_start(bool wanted)
{
    return (struct cli_progress){ .is_wanted = wanted && isatty(STDERR_FILENO),
                                  .start_ms = cli_now_ms() };
}

void cli_progress_tell(struct cli_progress *progress, int64_t messages, int64_t bytes)
{
    if (!progress->is_wanted)
        return;
    int64_t now = cli_now_ms();
    int64_t elapsed = now - progress->start_ms;
    if (elapsed < FIRST_AFTER_MS || now - progress->told_ms < AGAIN_AFTER_MS)
        return;
    fprintf(stderr, "\r%" PRId64 " messages, %.1f MB, %" PRId64 "/s\033[K", messages,
            (double)bytes / 1e6, messages * 1000 / elapsed);
    progress->told_ms = now;
    progress->is_shown = true;
}

void cli_progress_clear(struct cli_progress *progress)
{
    if (progress->is_shown)
        fputs("\r\033[K", stderr);
    progress->is_shown = false;
}
