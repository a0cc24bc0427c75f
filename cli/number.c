/* SPDX-License-Identifier: MIT */
#include "number.h"

#include "arguments.h"
#include "complain.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

kaffe_status cli_number_of(const struct cli_arguments *arguments, const char *flag, int64_t least,
                           int64_t *number, kaffe_error *err)
{
    char *end;
    const char *value = cli_value(arguments, flag);
    if (!value)
        return KAFFE_OK;
    errno = 0;
    long long read = strtoll(value, &end, 10);
    if (end == value || *end || errno != 0 || read < least)
        return cli_complain(err, KAFFE_INVALID, "%s %.100s: must be a number, %" PRId64 " or more",
                            flag, value, least);
    *number = read;
    return KAFFE_OK;
}
