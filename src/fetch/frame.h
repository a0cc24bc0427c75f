/* SPDX-License-Identifier: MIT
 * A response on its way: its frame is checked here, its body collected, or left to the connection's
 * owner to read as it arrives. */
#ifndef KF_FRAME_H
#define KF_FRAME_H

#include "channel.h"

/** Takes what channel->input has. DONE: the response is complete, in ->body unless streamed.
 *  BROKEN: *why says what was wrong with it. */
enum kf_arrival kf_frame_take(struct kf_channel *channel, const char **why);

#endif
