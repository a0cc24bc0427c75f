/* SPDX-License-Identifier: MIT
 * A member of a group as a test drives it: it sleeps on the descriptor as a consumer does, serves,
 * and writes down what it was told. */
#ifndef GROUP_MEMBER_H
#define GROUP_MEMBER_H

#include "group.h"

#define MEMBER_ENTRIES 64

struct group_member {
    struct kf_group *group;
    int wake_fd;
    struct kf_log log;
    struct kf_text_list topics;
    int assigned; /* calls */
    int partitions; /* held now */
    int revoked;
    int revoked_lost;
    int committed;
    int commits_failed; /* whole requests */
    kaffe_error commit_error;
    struct kf_group_offset offsets[MEMBER_ENTRIES]; /* of the last answer; no topics */
    size_t offset_count;
    int unreachable;
    int reachable;
    int failed;
    kaffe_error failure;
    int unknown_topics; /* log events */
    int served; /* times kf_group_serve was called */
    void (*while_revoked)(struct group_member *member);
};

/** Joins `group_name`; `topics` as "a,b". */
void group_member_start(struct group_member *member, const char *endpoints, const char *group_name,
                        const char *topics, const char *instance_id);
/** Serves until `reached` or 30 s have passed. @return reached? */
bool group_member_until(struct group_member *member, bool (*reached)(struct group_member *member));
/** The same for two members at once, by turns. */
bool group_members_until(struct group_member *a, struct group_member *b,
                         bool (*reached)(struct group_member *a, struct group_member *b));
void group_member_free(struct group_member *member);

bool group_member_holds(struct group_member *member);
bool group_member_answered(struct group_member *member); /* no commit in flight */
bool group_member_left(struct group_member *member);

#endif
