/* SPDX-License-Identifier: MIT
 * A dead letter: the message as it was, byte for byte, and headers that say where it comes from and
 * what became of it, named as Kafka's own dead letters of share groups name them. */
#ifndef KF_DEAD_LETTER_COPY_H
#define KF_DEAD_LETTER_COPY_H

#include "kaffe.h"

#include <stdbool.h>

/* What the message itself does not say. */
struct kf_dead_letter_about {
    const char *group; /* NULL: none */
    const char *reason; /* the handler's */
    int32_t attempts;
    int64_t date_ms; /* now */
};

#define KF_DEAD_LETTER_HEADERS 7

struct kf_dead_letter_copy {
    kaffe_record record;
    kaffe_header *headers; /* the message's, then ours */
    char partition[12];
    char offset[24];
    char attempts[12];
    char date[24];
};

/** Borrows from message and about until kf_dead_letter_copy_fini. @return false: out of memory */
bool kf_dead_letter_copy_init(struct kf_dead_letter_copy *copy, const kaffe_message *m,
                              const struct kf_dead_letter_about *about);
void kf_dead_letter_copy_fini(struct kf_dead_letter_copy *copy);

#endif
