/* SPDX-License-Identifier: MIT
 * A line on a terminal that says how far a long command is. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct cli_progress {
    bool is_shown; /* now: there is a line to clear */
    bool is_wanted;
    int64_t start_ms, told_ms;
};

/** Told only if stderr is a terminal, too.
 *  @param wanted  nobody has asked for quiet, and nothing else is written to that terminal */
struct cli_progress cli_progress_start(bool wanted);

/** Rewrites the line, after 2 s and then at most once a second. */
void cli_progress_tell(struct cli_progress *progress, int64_t messages, int64_t bytes);

void cli_progress_clear(struct cli_progress *progress);

#endif
