/* SPDX-License-Identifier: MIT */
#include "complain.h"

#include <stdarg.h>
#include <stdio.h>

kaffe_status cli_complain(kaffe_error *err, kaffe_status status, const char *text, ...)
{
    va_list args;
    *err = (kaffe_error){ .status = status };
    va_start(args, text);
    vsnprintf(err->message, sizeof err->message, text, args);
    va_end(args);
    return status;
}
