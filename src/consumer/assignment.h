/* SPDX-License-Identifier: MIT
 * Partitions that come and go. Giving up is a hand-over: stop, drain, commit, and only then let the
 * group go on. What still runs after that is fenced, and waited for before its successor starts. */
#ifndef KF_ASSIGNMENT_H
#define KF_ASSIGNMENT_H

#include "group.h"
#include "kaffe.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** kf_group_events' assigned and revoked. */
void kf_assignment_add(kaffe_consumer *consumer, const struct kf_group_offset *partitions,
                       size_t count);
void kf_assignment_give_up(kaffe_consumer *consumer, bool lost);

/** Frees what was given up and has ended meanwhile. Control thread. */
void kf_assignment_bury_late(kaffe_consumer *consumer);

#endif
