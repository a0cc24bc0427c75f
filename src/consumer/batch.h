/* SPDX-License-Identifier: MIT
 * What a handler of batches gets: messages that are kept elsewhere, and what it may say of the
 * batch as a whole. */
#ifndef KF_BATCH_H
#define KF_BATCH_H

#include "message.h"

#include <stddef.h>
#include <stdint.h>

struct kaffe_batch {
    struct kf_message *const *items; /* [count] */
    size_t count;
    int64_t *commit_end; /* the handler's wish: the first offset that is not committed yet; NULL:
                            it has none, acknowledgements come later */
    kaffe_ack_token token; /* then */
};

#endif
