/* SPDX-License-Identifier: MIT
 * The options of a command: its flags, the environment, a file if one is named, and defaults. */
#ifndef CLI_CONFIGURED_H
#define CLI_CONFIGURED_H

#include "command.h"
#include "kaffe_service.h"

struct cli_configured {
    const struct cli_arguments *arguments;
    const char *section; /* whose options the flags are: "producer", "consumers.orders" */
    const char *consumer; /* one that is there even if the file has none of that name; NULL: none */
    const char *const *skipped; /* options whose flags the command reads itself; ends with NULL */
    const kaffe_setting *added; /* [added_count], stronger than the flags */
    size_t added_count;
};

/** @return the configuration; NULL: stderr has named all that is wrong */
kaffe_config *cli_configured_load(const struct cli_configured *what);

/**
 * What its file alone calls the consumer of that group.
 * @return for free(); NULL: there is none, or *good is false and stderr has said why
 */
char *cli_configured_consumer(const struct cli_arguments *arguments, const char *group, bool *good);

#endif
