/* SPDX-License-Identifier: MIT */
#include "topic_name.h"

#include <stdbool.h>
#include <string.h>

#include "log.h"

enum {
    SHOWN_MAX = 96 /* of a wrong name, in a message */
};

const char *kf_topic_name_problem(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "._-";
    size_t size = strlen(name);
    if (size == 0)
        return "must not be empty";
    if (size > KF_TOPIC_NAME_MAX)
        return "must have at most 249 characters";
    if (strspn(name, letters) != size)
        return "must have letters, digits, dots, underscores and hyphens only";
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return "must not be . or ..";
    return NULL;
}

static const char *problem(const char *name)
{
    if (name[0] == '^')
        return "patterns are not supported by libkaffe " KAFFE_VERSION "; name each topic";
    return kf_topic_name_problem(name);
}

static bool came_before(const struct kf_text_list *names, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(names->items[i], names->items[index]) == 0)
            return true;
    return false;
}

void kf_topic_names_check(const char *option, const struct kf_text_list *names,
                          struct kf_problems *problems)
{
    char shown[SHOWN_MAX];
    for (size_t i = 0; i < names->count; i++) {
        const char *why = problem(names->items[i]);
        if (!why && came_before(names, i))
            why = "is named twice; once is enough";
        if (why)
            kf_problems_add(problems, "%s: \"%s\": %s", option,
                            kf_log_quote(shown, sizeof shown, names->items[i]), why);
    }
}
