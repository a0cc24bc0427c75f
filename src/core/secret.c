/* SPDX-License-Identifier: MIT */
#include "secret.h"

#include <stdlib.h>
#include <string.h>

enum {
    CUT_MIN = 4 /* fewer bytes of a secret stand in many a text by chance */
};

void kf_secret_free(char *secret)
{
    if (secret)
        explicit_bzero(secret, strlen(secret));
    free(secret);
}

/* A text that was cut may end inside of one. */
static void hide_beginning(const char *secret, size_t secret_size, char *text)
{
    size_t size = strlen(text);
    for (size_t part = secret_size < size ? secret_size : size; part >= CUT_MIN; part--) {
        if (memcmp(text + size - part, secret, part) != 0)
            continue;
        memcpy(text + size - part, "*", sizeof "*");
        return;
    }
}

void kf_secret_hide(const char *secret, char *text)
{
    if (!secret || !*secret)
        return;
    size_t size = strlen(secret);
    for (char *at = text; (at = strstr(at, secret)); at++) {
        *at = '*';
        memmove(at + 1, at + size, strlen(at + size) + 1);
    }
    hide_beginning(secret, size, text);
}
