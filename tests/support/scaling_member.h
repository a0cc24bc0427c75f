/* SPDX-License-Identifier: MIT
 * Members of a group as processes of their own (tests/programs/scaling_member.c), and what they
 * have written down so far. Waiting ends the test when what it waits for has not come in a minute.
 */
#ifndef SCALING_MEMBER_H
#define SCALING_MEMBER_H

#include "scaling_record.h"

#include <sys/types.h>

struct scaling_group {
    const char *program;
    const char *endpoints;
    const char *strategy; /* roundrobin, range */
    const char *handler; /* message, messages */
    char name[96]; /* of the group and its topic, never used before */
    char folder[64]; /* for records and logs */
    struct scaling_record record; /* of all members, as far as read */
    int32_t started; /* members, ever */
};

struct scaling_member {
    pid_t pid; /* 0: it has ended */
    char path[128];
    int64_t read_to;
    size_t handled;
    size_t assigned; /* events */
    size_t revoked;
};

void scaling_group_init(struct scaling_group *group);
/** Removes the folder, unless the test has failed and somebody may want to read it. */
void scaling_group_fini(struct scaling_group *group, bool keep);

/** @param instance_id  NULL: a dynamic member */
void scaling_member_start(struct scaling_group *group, struct scaling_member *member,
                          const char *instance_id);
/** SIGTERM. @return the exit status */
int scaling_member_stop(struct scaling_group *group, struct scaling_member *member);
void scaling_member_kill(struct scaling_group *group, struct scaling_member *member);

/** Reads what it has written meanwhile. */
void scaling_member_look(struct scaling_group *group, struct scaling_member *member);
/** Until it has handled `count` more messages. */
void scaling_member_wait_handled(struct scaling_group *group, struct scaling_member *member,
                                 size_t count);

#endif
