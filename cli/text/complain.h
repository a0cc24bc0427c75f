/* SPDX-License-Identifier: MIT
 * Errors of the program's own, in the shape of the library's. */
#ifndef CLI_COMPLAIN_H
#define CLI_COMPLAIN_H

#include "kaffe.h"

/** Writes one line that names the culprit into *err. @return status */
kaffe_status cli_complain(kaffe_error *err, kaffe_status status, const char *text, ...)
    KAFFE_PRINTF(3, 4);

#endif
