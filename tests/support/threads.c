/* SPDX-License-Identifier: MIT */
#include "threads.h"

#include "clock.h"

#include <dirent.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE_MS 30000

static void require(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "threads: %s\n", what);
    abort();
}

int threads_named(const char *name)
{
    int count = 0;
    DIR *tasks = opendir("/proc/self/task");
    require(tasks != NULL, "no /proc/self/task");
    for (struct dirent *task = readdir(tasks); task; task = readdir(tasks)) {
        char path[300];
        char comm[32] = "";
        snprintf(path, sizeof path, "/proc/self/task/%s/comm", task->d_name);
        FILE *file = fopen(path, "r");
        if (file && fgets(comm, sizeof comm, file))
            count += strncmp(comm, name, strlen(name)) == 0;
        if (file)
            fclose(file);
    }
    closedir(tasks);
    return count;
}

void threads_await_end(const char *name)
{
    int64_t deadline_ms = kf_clock_ms() + PATIENCE_MS;
    while (threads_named(name) > 0) {
        require(kf_clock_ms() < deadline_ms, name);
        poll(NULL, 0, 1);
    }
}
