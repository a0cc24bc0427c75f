/* SPDX-License-Identifier: MIT
 * One fetch request and its response, which is read as it arrives: each partition's records go from
 * the socket into a slice of their own, and from there to their stream. */
#ifndef KF_FETCH_ROUND_H
#define KF_FETCH_ROUND_H

#include "channel.h"
#include "fetch_message.h"
#include "round.h"

struct kf_cluster;
struct kf_slice;

struct kf_fetch_round {
    struct kf_cluster *cluster;
    struct kf_round round;
    struct kf_fetch_query *queries;
    size_t query_capacity;
    int16_t version;
    struct kf_fetch_parser parser;
    struct kf_entry *entry; /* whose part is being read */
    struct kf_slice *slice; /* being filled; NULL: none */
    size_t skip_bytes; /* of a part that nobody wants */
    size_t promised_bytes; /* of the allowance, beyond what has arrived */
    int32_t throttle_ms;
    bool begun;
    bool got_records;
};

void kf_fetch_round_init(struct kf_fetch_round *round, struct kf_cluster *cluster);
void kf_fetch_round_fini(struct kf_fetch_round *round);

/** Writes the request for what round->round has gathered. @param waits  up to max_wait_ms
 *  @param max_bytes  of the whole response. @return false: out of memory */
bool kf_fetch_round_write(struct kf_fetch_round *round, struct kf_channel *channel, bool waits,
                          size_t max_bytes);
/** Takes what has arrived. DONE: every stream has been placed or is among the empty ones. */
enum kf_arrival kf_fetch_round_take(struct kf_fetch_round *round, struct kf_input *input,
                                    size_t body_size, const char **why);
/** Places the streams that got nothing, in front of those that did; the round is over, answered or
 *  broken off. @param drained  a request that did not wait found them empty */
void kf_fetch_round_end(struct kf_fetch_round *round, bool drained);

#endif
