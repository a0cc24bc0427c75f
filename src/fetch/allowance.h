/* SPDX-License-Identifier: MIT
 * How much memory all streams together may fill, above each one's own budget. Pure. Sizes are
 * buffer capacities.
 *
 * One half is common: who may be asked takes of it what its budget allows. The other half is shared
 * out: each stream has a share that nobody else can take, so that streams which never move on do
 * not starve the rest. A single batch may fill the common half; a larger one is refused. */
#ifndef KF_ALLOWANCE_H
#define KF_ALLOWANCE_H

#include <stdbool.h>
#include <stddef.h>

/* What a stream costs beside its bytes: itself, its partition, what librdkafka knows of it. */
#define KF_STREAM_COST ((size_t)3072)

struct kf_allowance {
    size_t limit_bytes; /* SIZE_MAX: none */
    size_t stream_count;
    size_t promised_bytes; /* to requests under way, beyond what has arrived */
};

/** What all streams' bytes may come to. */
size_t kf_allowance_total(const struct kf_allowance *allowance);
/** The streams alone leave less than a quarter of the limit: it can not be kept. */
bool kf_allowance_is_crowded(const struct kf_allowance *allowance);
/** The largest capacity that a single batch may need. */
size_t kf_allowance_largest(const struct kf_allowance *allowance);
/** What is left of the common half. @param used  capacities of all buffers that are out */
size_t kf_allowance_common(const struct kf_allowance *allowance, size_t used);
/** What a stream that holds nothing may be asked for, whatever the others hold; 0: too little for
 *  a fetch. */
size_t kf_allowance_share(const struct kf_allowance *allowance);
/** Bytes have come: may they stay? @param held  by their stream, without them */
bool kf_allowance_admits(const struct kf_allowance *allowance, size_t used, size_t held,
                         size_t capacity);
/** From where on a request out of the common half is worth its while. */
size_t kf_allowance_least(const struct kf_allowance *allowance);

#endif
