/* SPDX-License-Identifier: MIT */
#include "frame.h"

#include "reader.h"

#include <stdlib.h>

#define FRAME_BYTES 8 /* size and correlation id */
#define ID_BYTES 4
#define TLS_ALERT 0x150303 /* what a TLS server says to who is none */
/* A fetch is held to its own limit, unless one batch is larger than all limits; the rest is small.
 */
#define STREAMED_LIMIT_BYTES ((int32_t)1 << 30)
#define WHOLE_LIMIT_BYTES ((int32_t)64 << 20)

static enum kf_arrival begin(struct kf_channel *channel, const char **why)
{
    struct kf_input *input = &channel->input;
    struct kf_reader reader = kf_reader_of(kf_input_at(input), kf_input_size(input));
    int32_t size = kf_read_int32(&reader);
    if (reader.failed)
        return KF_ARRIVAL_MORE;
    *why = "malformed: a response of an impossible size (is this a Kafka port?)";
    if (!channel->transport.tls && (size >> 8) == TLS_ALERT)
        *why = "the broker speaks TLS here, not plaintext: another security_protocol, or another "
               "port";
    if (size < ID_BYTES || size > (channel->streamed ? STREAMED_LIMIT_BYTES : WHOLE_LIMIT_BYTES))
        return KF_ARRIVAL_BROKEN;
    int32_t correlation_id = kf_read_int32(&reader);
    if (reader.failed)
        return KF_ARRIVAL_MORE;
    kf_input_consume(input, FRAME_BYTES);
    *why = "malformed: the answer to another request";
    if (correlation_id != channel->correlation_id)
        return KF_ARRIVAL_BROKEN;
    channel->in_body = true;
    channel->body_size = (size_t)size - ID_BYTES;
    if (channel->streamed)
        return KF_ARRIVAL_DONE;
    *why = "out of memory";
    channel->body = malloc(channel->body_size + 1); /* never of size 0 */
    if (!channel->body)
        return KF_ARRIVAL_BROKEN;
    kf_input_direct(input, channel->body, channel->body_size);
    return KF_ARRIVAL_DONE;
}

enum kf_arrival kf_frame_take(struct kf_channel *channel, const char **why)
{
    struct kf_input *input = &channel->input;
    if (!channel->in_body) {
        enum kf_arrival begun = begin(channel, why);
        if (begun != KF_ARRIVAL_DONE)
            return begun;
    }
    enum kf_arrival arrival;
    if (channel->streamed)
        arrival = channel->events->arriving(channel->ctx, input, why);
    else
        arrival = input->direct_left ? KF_ARRIVAL_MORE : KF_ARRIVAL_DONE;
    if (arrival == KF_ARRIVAL_DONE && kf_input_size(input) > 0) {
        *why = "malformed: bytes behind a response";
        return KF_ARRIVAL_BROKEN;
    }
    return arrival;
}
