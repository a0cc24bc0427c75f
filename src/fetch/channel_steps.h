/* SPDX-License-Identifier: MIT
 * What a channel's sources share. */
#ifndef KF_CHANNEL_STEPS_H
#define KF_CHANNEL_STEPS_H

#include "channel.h"

/* The channel's: */

void kf_channel_watch(struct kf_channel *channel, uint32_t interest);
/** A call on its socket has failed: closes. */
void kf_channel_break_off(struct kf_channel *channel, int failure);
/** Sends ->request, in that state. */
void kf_channel_begin(struct kf_channel *channel, enum kf_channel_state state);
void kf_channel_rest(struct kf_channel *channel);

/* Its opening's: */

/** The next address; if there is none, closes because of `failure`. Each gets an even part of the
 *  time, so that one that does not answer leaves some. */
void kf_opening_dial(struct kf_channel *channel, int failure);
/** DIALLING, SECURING: something has happened on the socket. */
void kf_opening_notice(struct kf_channel *channel);
/** GREETING, LOGGING_IN: an answer. */
void kf_opening_answered(struct kf_channel *channel, kaffe_bytes response);
void kf_opening_log_in(struct kf_channel *channel, int64_t deadline_ms);

#endif
