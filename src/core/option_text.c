/* SPDX-License-Identifier: MIT */
#include "option_text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kaffe.h"

const char *kf_option_type_text(const struct kf_option *option)
{
    switch (option->type) {
    case KF_OPTION_TEXT:
        return "text";
    case KF_OPTION_ENDPOINTS:
        return "list of host:port";
    case KF_OPTION_LIST:
        return "list";
    case KF_OPTION_CHOICE:
        return "choice";
    case KF_OPTION_NUMBER:
        return "number";
    case KF_OPTION_FLAG:
        return "flag";
    case KF_OPTION_FUNCTION:
        return "function";
    case KF_OPTION_PROPERTIES:
        return "properties";
    }
    return "";
}

const char *kf_option_range_text(const struct kf_option *option, char *out, size_t out_size)
{
    *out = '\0';
    if (option->type == KF_OPTION_NUMBER)
        snprintf(out, out_size, "%" PRId64 "..%" PRId64 "%s", option->min, option->max,
                 option->none_allowed ? ", or none" : "");
    else if (option->type == KF_OPTION_FLAG)
        snprintf(out, out_size, "%s", option->refused ? "false" : "true, false");
    else if (option->choices)
        snprintf(out, out_size, "%s", option->choices);
    return out;
}

const char *kf_option_default_text(const struct kf_option *option, char *out, size_t out_size)
{
    *out = '\0';
    if (option->type == KF_OPTION_FLAG)
        snprintf(out, out_size, "false");
    else if (option->default_text)
        snprintf(out, out_size, "%s", option->default_text);
    else if (option->type == KF_OPTION_NUMBER)
        snprintf(out, out_size, "%" PRId64, option->default_number);
    return out;
}

/* --- reading ------------------------------------------------------------------------------ */

static bool parse_number(const char *text, int64_t *number)
{
    char *end;
    if (*text != '-' && (*text < '0' || *text > '9'))
        return false;
    errno = 0;
    *number = strtoll(text, &end, 10);
    return *end == '\0' && errno == 0;
}

/* A zero that is a real one: of an option that can be none, or whose default is 0 anyway. */
static bool zero_is_meant(const struct kf_option *option)
{
    return option->none_allowed || (option->default_number == 0 && !option->default_text);
}

static bool read_number(const struct kf_option *option, const char *text, int64_t *number)
{
    if (option->none_allowed && strcmp(text, "none") == 0) {
        *number = KAFFE_NONE;
        return true;
    }
    if (!parse_number(text, number))
        return false;
    if (*number == 0 && zero_is_meant(option)) {
        *number = option->none_allowed ? KAFFE_NONE : 0;
        return true;
    }
    return *number >= option->min && *number <= option->max;
}

static bool set_number(const struct kf_option *option, const char *text, void *field, char *why,
                       size_t why_size)
{
    char range[80];
    int64_t number;
    if (read_number(option, text, &number)) {
        memcpy(field, &number, sizeof number);
        return true;
    }
    snprintf(why, why_size, "must be a whole number%s%s, %s", option->unit ? " of " : "",
             option->unit ? option->unit : "", kf_option_range_text(option, range, sizeof range));
    return false;
}

static bool set_flag(const char *text, void *field, char *why, size_t why_size)
{
    bool flag = strcmp(text, "true") == 0;
    if (!flag && strcmp(text, "false") != 0) {
        snprintf(why, why_size, "must be true or false");
        return false;
    }
    memcpy(field, &flag, sizeof flag);
    return true;
}

bool kf_option_read(const struct kf_option *option, const char *text, void *options, char *why,
                    size_t why_size)
{
    void *field = (char *)options + option->field;
    if (*text == '\0') {
        snprintf(why, why_size, "must not be empty");
        return false;
    }
    switch (option->type) {
    case KF_OPTION_NUMBER:
        return set_number(option, text, field, why, why_size);
    case KF_OPTION_FLAG:
        return set_flag(text, field, why, why_size);
    case KF_OPTION_TEXT:
    case KF_OPTION_ENDPOINTS:
    case KF_OPTION_LIST:
    case KF_OPTION_CHOICE:
        memcpy(field, &text, sizeof text);
        return true;
    case KF_OPTION_FUNCTION:
        return true;
    case KF_OPTION_PROPERTIES:
        break;
    }
    snprintf(why, why_size, "must be names with values");
    return false;
}
