/* SPDX-License-Identifier: MIT
 * What a command line of `consume` reads from: a reader, or a consumer with -g. */
#ifndef CLI_CONSUME_H
#define CLI_CONSUME_H

#include "command.h"
#include "printer.h"

/** Sets printer->consumer, which is not started. @return CLI_DONE; else stderr has said why not */
enum cli_exit cli_consume_open(const struct cli_arguments *arguments, struct cli_printer *printer);

#endif
