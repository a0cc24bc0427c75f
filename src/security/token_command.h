/* SPDX-License-Identifier: MIT
 * Runs a command and takes what it prints. */
#ifndef KF_TOKEN_COMMAND_H
#define KF_TOKEN_COMMAND_H

#include "kaffe.h"

#include <stddef.h>

/**
 * Runs `command` by /bin/sh, in a process group of its own, standard error as ours. What is longer
 * than `out_size` is an error, and so is an exit status other than 0.
 * @param size  of what it printed
 * @return KAFFE_OK; KAFFE_FAILED, KAFFE_TIMED_OUT: err says why, "exits with status 1"
 */
kaffe_status kf_token_command_run(const char *command, int timeout_ms, char *out, size_t out_size,
                                  size_t *size, kaffe_error *err);

#endif
