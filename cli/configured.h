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
};

/** @return the configuration; NULL: stderr has named all that is wrong */
kaffe_config *cli_configured_load(const struct cli_configured *what);

#endif
