/* SPDX-License-Identifier: MIT
 * Numbers of flags that are no options, which have their own table of ranges. */
#ifndef CLI_NUMBER_H
#define CLI_NUMBER_H

#include "command.h"
#include "kaffe.h"

/** @param number  stays as it is if the flag is not given. @return KAFFE_INVALID: err names it */
kaffe_status cli_number_of(const struct cli_arguments *arguments, const char *flag, int64_t least,
                           int64_t *number, kaffe_error *err);

#endif
