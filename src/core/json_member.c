/* SPDX-License-Identifier: MIT */
#include "json_member.h"

#include <stdlib.h>
#include <string.h>

enum {
    NESTING_MAX = 32
};

struct text {
    const char *at;
    const char *end;
};

static void skip_space(struct text *text)
{
    while (text->at < text->end && memchr(" \t\r\n", *text->at, 4))
        text->at++;
}

static bool take(struct text *text, char c)
{
    skip_space(text);
    if (text->at >= text->end || *text->at != c)
        return false;
    text->at++;
    return true;
}

/* What stands between the quotes, escapes and all. */
static bool take_string(struct text *text, struct text *inside)
{
    if (!take(text, '"'))
        return false;
    inside->at = text->at;
    while (text->at < text->end && *text->at != '"')
        text->at += *text->at == '\\' ? 2 : 1;
    if (text->at >= text->end)
        return false;
    inside->end = text->at++;
    return true;
}

/* Numbers and the three words. */
static bool skip_plain(struct text *text)
{
    const char *begin = text->at;
    while (text->at < text->end && !memchr(",]} \t\r\n", *text->at, 7))
        text->at++;
    return text->at > begin;
}

/* @param depth  how many brackets are open */
static bool skip_one(struct text *text, int *depth)
{
    struct text inside;
    char c = *text->at;
    if (c == '"')
        return take_string(text, &inside);
    if (!memchr("{[}],:", c, 6))
        return skip_plain(text);
    if (c == '{' || c == '[')
        ++*depth;
    if (c == '}' || c == ']')
        --*depth;
    text->at++;
    return true;
}

/* Brackets are counted, not paired: a wrong one ends in a wrong place, where the rest fails. */
static bool skip_value(struct text *text)
{
    int depth = 0;
    do {
        skip_space(text);
        if (text->at >= text->end || depth > NESTING_MAX || !skip_one(text, &depth))
            return false;
    } while (depth > 0);
    return depth == 0;
}

static bool is(const struct text *inside, const char *name)
{
    size_t size = (size_t)(inside->end - inside->at);
    return strlen(name) == size && memcmp(inside->at, name, size) == 0;
}

/** @return false: it is no object, or has no such member */
static bool find(const char *json, size_t size, const char *name, struct text *value)
{
    struct text text = { json, json + size };
    struct text inside;
    if (!take(&text, '{'))
        return false;
    do {
        if (!take_string(&text, &inside) || !take(&text, ':'))
            return false;
        skip_space(&text);
        value->at = text.at;
        if (!skip_value(&text))
            return false;
        value->end = text.at;
        if (is(&inside, name))
            return true;
    } while (take(&text, ','));
    return false;
}

bool kf_json_text(const char *json, size_t size, const char *name, char *out, size_t out_size)
{
    struct text value;
    struct text inside;
    *out = '\0';
    if (!find(json, size, name, &value) || !take_string(&value, &inside))
        return false;
    size_t length = (size_t)(inside.end - inside.at);
    if (length >= out_size || memchr(inside.at, '\\', length) || memchr(inside.at, '\0', length))
        return false;
    memcpy(out, inside.at, length);
    out[length] = '\0';
    return true;
}

bool kf_json_number(const char *json, size_t size, const char *name, int64_t *number)
{
    char digits[32];
    char *end;
    struct text value;
    if (!find(json, size, name, &value))
        return false;
    size_t length = (size_t)(value.end - value.at);
    if (length == 0 || length >= sizeof digits || !memchr("-0123456789", *value.at, 11))
        return false;
    memcpy(digits, value.at, length);
    digits[length] = '\0';
    *number = strtoll(digits, &end, 10);
    return *end == '\0' || *end == '.';
}
