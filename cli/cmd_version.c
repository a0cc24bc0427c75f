/* SPDX-License-Identifier: MIT
 * kaffe version: what a bug report needs to say. */
#include "command.h"
#include "kaffe.h"

#include <stdio.h>

static enum cli_exit run(const struct cli_arguments *arguments)
{
    (void)arguments;
    printf("kaffe %s\nlibrdkafka %s\n", kaffe_version(), kaffe_librdkafka_version());
    return CLI_DONE;
}

const struct cli_command cli_version = {
    .name = "version",
    .summary = "the versions of libkaffe and librdkafka in use",
    .description = "The versions of libkaffe and of librdkafka, as they are loaded, a line each.\n",
    .example = "kaffe version",
    .run = run,
};
