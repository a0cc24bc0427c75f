/* SPDX-License-Identifier: MIT */
#include "log_json.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define DIGITS_MOST 15 /* beyond 2^53 readers of JSON disagree */

struct line {
    char *at;
    char *end; /* one byte is kept for the closing brace, and one for the end */
    bool full;
};

static void put(struct line *line, const char *bytes, size_t size)
{
    if (line->full || size > (size_t)(line->end - line->at)) {
        line->full = true;
        return;
    }
    memcpy(line->at, bytes, size);
    line->at += size;
}

static void put_text(struct line *line, const char *text)
{
    put(line, text, strlen(text));
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* kf_log_quote's escapes, undone. @return behind it */
static const char *unescape(const char *at, const char *end, unsigned char *byte)
{
    *byte = (unsigned char)*at++;
    if (*byte != '\\' || at == end)
        return at;
    *byte = (unsigned char)*at++;
    if (*byte != 'x' || end - at < 2 || hex_value(at[0]) < 0 || hex_value(at[1]) < 0)
        return at;
    *byte = (unsigned char)(hex_value(at[0]) * 16 + hex_value(at[1]));
    return at + 2;
}

/* @return how many bytes from `at` on are one character of more than a byte; 0: none */
static size_t character_at(const char *at, const char *end)
{
    const unsigned char *c = (const unsigned char *)at;
    size_t size = c[0] >= 0xf0 ? 4 : c[0] >= 0xe0 ? 3 : 2;
    if (c[0] < 0xc2 || c[0] > 0xf4 || (size_t)(end - at) < size)
        return 0;
    for (size_t i = 1; i < size; i++)
        if ((c[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xf0 && c[1] < 0x90);
    bool beyond = (c[0] == 0xed && c[1] > 0x9f) || (c[0] == 0xf4 && c[1] > 0x8f);
    return overlong || beyond ? 0 : size;
}

static void put_byte(struct line *line, unsigned char byte)
{
    char text[8];
    if (byte == '"' || byte == '\\')
        snprintf(text, sizeof text, "\\%c", byte);
    else if (byte < 0x20 || byte == 0x7f)
        snprintf(text, sizeof text, "\\u%04x", byte);
    else if (byte < 0x80)
        snprintf(text, sizeof text, "%c", byte);
    else
        snprintf(text, sizeof text, "%s", "\xef\xbf\xbd");
    put_text(line, text);
}

static void put_string(struct line *line, const char *at, const char *end, bool escaped)
{
    put(line, "\"", 1);
    while (at < end) {
        size_t size = (unsigned char)*at < 0x80 ? 0 : character_at(at, end);
        unsigned char byte = (unsigned char)*at;
        if (size > 0) {
            put(line, at, size);
            at += size;
            continue;
        }
        at = escaped ? unescape(at, end, &byte) : at + 1;
        put_byte(line, byte);
    }
    put(line, "\"", 1);
}

static bool is_number(const char *at, const char *end)
{
    if (at < end && *at == '-')
        at++;
    size_t digits = (size_t)(end - at);
    if (digits == 0 || digits > DIGITS_MOST || (digits > 1 && *at == '0'))
        return false;
    return strspn(at, "0123456789") >= digits;
}

static const char *end_of_quoted(const char *at)
{
    while (*at && *at != '"')
        at += *at == '\\' && at[1] ? 2 : 1;
    return at;
}

/* One key and its value, which begins at `value`. @return behind it */
static const char *put_field(struct line *line, const char *key, const char *value)
{
    bool quoted = *value == '"';
    const char *begin = quoted ? value + 1 : value;
    const char *end = quoted ? end_of_quoted(begin) : begin + strcspn(begin, " ");
    struct line before = *line;
    put(line, ",", 1);
    put_string(line, key, value - 1, false);
    put(line, ":", 1);
    if (!quoted && is_number(begin, end))
        put(line, begin, (size_t)(end - begin));
    else
        put_string(line, begin, end, quoted);
    if (line->full) /* the rest of the object stays whole */
        line->at = before.at;
    return quoted && *end ? end + 1 : end;
}

size_t kf_log_json(char *out, size_t size, const char *time, const char *level, const char *event,
                   const char *fields)
{
    struct line line = { .at = out, .end = out + size - 2 };
    put_text(&line, "{\"time\":\"");
    put_text(&line, time);
    put_text(&line, "\",\"level\":\"");
    put_text(&line, level);
    put_text(&line, "\",\"event\":");
    put_string(&line, event, event + strlen(event), false);
    while (*(fields += strspn(fields, " ")) && !line.full) {
        const char *equals = fields + strcspn(fields, "= ");
        if (*equals == '=')
            fields = put_field(&line, fields, equals + 1);
        else
            fields = equals; /* no field: cut, say */
    }
    *line.at++ = '}';
    *line.at = '\0';
    return (size_t)(line.at - out);
}
