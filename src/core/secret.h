/* SPDX-License-Identifier: MIT
 * Texts that nobody is to see: wiped when they go, and hidden where they may have got into. */
#ifndef KF_SECRET_H
#define KF_SECRET_H

#include <stddef.h>

/** Wipes and frees; NULL is fine. */
void kf_secret_free(char *secret);

/** Replaces `secret` in `text` by a star, wherever it stands, and its beginning if `text` was cut
 *  there. NULL and "" are nowhere. */
void kf_secret_hide(const char *secret, char *text);

#endif
