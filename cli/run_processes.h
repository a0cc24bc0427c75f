/* SPDX-License-Identifier: MIT
 * kaffe run with worker processes: this one starts them and watches them. It loads no module and
 * connects to nothing; what loads one, to say what is wrong with it, is a process of its own. */
#ifndef CLI_RUN_PROCESSES_H
#define CLI_RUN_PROCESSES_H

#include "command.h"
#include "kaffe_service.h"

struct cli_processes {
    const struct cli_arguments *arguments;
    /** Reads the configuration. @return NULL: it is wrong, and stderr says why */
    kaffe_config *(*load)(const struct cli_arguments *arguments, kaffe_error *err);
};

/**
 * Runs until a signal. What goes wrong is a line on stderr.
 * @param config  as it was loaded; it has processes
 */
enum cli_exit cli_run_processes(struct cli_processes *processes, const kaffe_config *config);

#endif
