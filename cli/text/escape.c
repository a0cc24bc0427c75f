/* SPDX-License-Identifier: MIT */
#include "escape.h"

#include "complain.h"

#include <ctype.h>
#include <stdlib.h>

/* The number at `digits`; *text is still at the backslash, and moves behind it. */
static kaffe_status read_number(const char **text, const char *digits, int base, char *byte,
                                kaffe_error *err)
{
    char *end;
    unsigned long number = strtoul(digits, &end, base);
    if (end == digits || number > 255)
        return cli_complain(err, KAFFE_INVALID, "%.*s: no byte: \\x00..\\xff or \\0..\\255",
                            end == digits ? 2 : (int)(end - *text), *text);
    *byte = (char)(unsigned char)number;
    *text = end;
    return KAFFE_OK;
}

static char named(char letter)
{
    switch (letter) {
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return letter;
    }
}

kaffe_status cli_escape_next(const char **text, char *byte, kaffe_error *err)
{
    const char *at = *text;
    if (at[0] == '\\' && at[1] == 'x')
        return isxdigit((unsigned char)at[2]) ? read_number(text, at + 2, 16, byte, err)
                                              : read_number(text, at + 1, 10, byte, err);
    if (at[0] == '\\' && isdigit((unsigned char)at[1]))
        return read_number(text, at + 1, 0, byte, err);
    bool escaped = at[0] == '\\' && at[1] != '\0';
    *byte = escaped ? named(at[1]) : at[0];
    *text = at + (escaped ? 2 : 1);
    return KAFFE_OK;
}

kaffe_status cli_unescape(const char *text, char *bytes, size_t *size, kaffe_error *err)
{
    *size = 0;
    while (*text) {
        kaffe_status status = cli_escape_next(&text, &bytes[*size], err);
        if (status != KAFFE_OK)
            return status;
        ++*size;
    }
    return KAFFE_OK;
}
