/* SPDX-License-Identifier: MIT */
#include "scaling_member.h"

#include "clock.h"
#include "e2e_broker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TIMEOUT_MS 60000

static const struct timespec glance = { 0, 20000000 };

static void require(bool good, const char *what, const char *why)
{
    if (good)
        return;
    fprintf(stderr, "scaling member: %s: %s\n", what, why);
    abort();
}

void scaling_group_init(struct scaling_group *group)
{
    snprintf(group->name, sizeof group->name, "%s", e2e_name("scaling").text);
    snprintf(group->folder, sizeof group->folder, "/tmp/kaffe-scaling.XXXXXX");
    require(mkdtemp(group->folder) != NULL, "folder", group->folder);
}

void scaling_group_fini(struct scaling_group *group, bool keep)
{
    for (int32_t i = 0; i < group->started && !keep; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%d", group->folder, i);
        unlink(path);
        snprintf(path, sizeof path, "%s/%d.log", group->folder, i);
        unlink(path);
    }
    if (keep)
        fprintf(stderr, "records and logs of the members are in %s\n", group->folder);
    else
        rmdir(group->folder);
    scaling_record_fini(&group->record);
}

/* It must not outlive a test that ends by an assertion. */
static void become_member(const struct scaling_group *group, const struct scaling_member *member,
                          const char *instance_id)
{
    char log[160];
    snprintf(log, sizeof log, "%s.log", member->path);
    int fd = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(fd, STDERR_FILENO);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execl(group->program, group->program, group->endpoints, group->name, group->name, member->path,
          group->strategy, group->handler, instance_id, (char *)NULL);
    perror(group->program);
    _exit(127);
}

void scaling_member_start(struct scaling_group *group, struct scaling_member *member,
                          const char *instance_id)
{
    *member = (struct scaling_member){ 0 };
    snprintf(member->path, sizeof member->path, "%s/%d", group->folder, group->started++);
    member->pid = fork();
    require(member->pid >= 0, "fork", strerror(errno));
    if (member->pid == 0)
        become_member(group, member, instance_id);
}

static int wait_for_end(struct scaling_group *group, struct scaling_member *member)
{
    int status;
    int64_t deadline_ms = kf_clock_ms() + TIMEOUT_MS;
    while (waitpid(member->pid, &status, WNOHANG) == 0) {
        require(kf_clock_ms() < deadline_ms, "does not end", member->path);
        nanosleep(&glance, NULL);
    }
    member->pid = 0;
    scaling_member_look(group, member);
    return status;
}

int scaling_member_stop(struct scaling_group *group, struct scaling_member *member)
{
    kill(member->pid, SIGTERM);
    int status = wait_for_end(group, member);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void scaling_member_kill(struct scaling_group *group, struct scaling_member *member)
{
    kill(member->pid, SIGKILL);
    wait_for_end(group, member);
}

void scaling_member_look(struct scaling_group *group, struct scaling_member *member)
{
    size_t before = group->record.count;
    member->read_to = scaling_record_read(&group->record, member->path, member->read_to);
    for (size_t i = before; i < group->record.count; i++) {
        member->handled += group->record.items[i].kind == SCALING_HANDLED;
        member->assigned += group->record.items[i].kind == SCALING_ASSIGNED;
        member->revoked += group->record.items[i].kind == SCALING_REVOKED;
    }
}

void scaling_member_wait_handled(struct scaling_group *group, struct scaling_member *member,
                                 size_t count)
{
    int64_t deadline_ms = kf_clock_ms() + TIMEOUT_MS;
    scaling_member_look(group, member);
    size_t enough = member->handled + count;
    while (member->handled < enough) {
        require(kf_clock_ms() < deadline_ms, "handles nothing more", member->path);
        nanosleep(&glance, NULL);
        scaling_member_look(group, member);
    }
}
