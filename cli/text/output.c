/* SPDX-License-Identifier: MIT */
#include "output.h"

void cli_put_number(FILE *out, int64_t number)
{
    char digits[20]; /* of INT64_MIN: 19, and the sign */
    size_t at = sizeof digits;
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (number < 0)
        digits[--at] = '-';
    cli_put(out, digits + at, sizeof digits - at);
}
