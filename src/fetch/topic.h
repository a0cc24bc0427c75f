/* SPDX-License-Identifier: MIT
 * What the I/O thread knows of a topic that has streams: who leads its partitions. */
#ifndef KF_TOPIC_H
#define KF_TOPIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kf_stream;

struct kf_topic {
    struct kf_topic *next;
    struct kf_stream *streams;
    int32_t *leaders; /* broker ids, [leader_count]; -1: none now */
    size_t leader_count;
    bool complained; /* that it does not exist, in the log */
    struct kf_stream *group_first; /* while a round is put together */
    struct kf_stream *group_last;
    struct kf_topic *group_next;
    char name[];
};

/** @return NULL: out of memory */
struct kf_topic *kf_topic_new(const char *name);
void kf_topic_free(struct kf_topic *topic);
/** The broker id, or -1. */
int32_t kf_topic_leader(const struct kf_topic *topic, int32_t partition);

void kf_topic_add(struct kf_topic *topic, struct kf_stream *stream);
void kf_topic_remove(struct kf_topic *topic, struct kf_stream *stream);

#endif
