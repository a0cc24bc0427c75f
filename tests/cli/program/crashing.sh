# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the tests of worker processes share: a handler that does what its message says, and a file.
source "$KAFFE_SOURCE/tests/cli/program/module.sh"

# A failing test leaves nobody behind either: worker processes end with the one that started them.
module crashing <<'C'
#include <signal.h>
#include <stdlib.h>
#include <string.h>
KAFFE_MODULE;
KAFFE_API kaffe_status handle_message(const kaffe_message *m, void *ctx);
KAFFE_API kaffe_status many_handle_messages(const kaffe_batch *batch, void *ctx);

static __attribute__((noinline)) int overflow(volatile char *before)
{
    volatile char here[4096];
    here[0] = before ? before[0] : 1;
    return here[0] == 1 ? overflow(here) + here[0] : 0;
}

static void crash(const char *how)
{
    if (strcmp(how, "segv") == 0)
        raise(SIGSEGV);
    if (strcmp(how, "null") == 0)
        *(volatile int *)8 = 1;
    if (strcmp(how, "abort") == 0)
        abort();
    if (strcmp(how, "exit") == 0)
        exit(0);
    if (strcmp(how, "_exit") == 0)
        _exit(9);
    if (strcmp(how, "kill") == 0)
        kill(getpid(), SIGKILL);
    if (strcmp(how, "overflow") == 0)
        overflow(NULL);
    if (strcmp(how, "hang") == 0)
        pause();
    if (strncmp(how, "slow", 4) == 0)
        usleep(1500000);
}

kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    char text[64];
    (void)ctx;
    snprintf(text, sizeof text, "%.*s", KAFFE_TEXT(m->value));
    printf("%d %lld %s %d\n", m->partition, (long long)m->offset, text, m->attempt);
    crash(text);
    return KAFFE_OK;
}

kaffe_status many_handle_messages(const kaffe_batch *batch, void *ctx)
{
    char line[4096] = "";
    size_t used = 0;
    (void)ctx;
    for (size_t i = 0; i < kaffe_batch_count(batch); i++)
        used += (size_t)snprintf(line + used, sizeof line - used, " %.*s",
                                 KAFFE_TEXT(kaffe_batch_at(batch, i)->value));
    printf("batch%s\n", line);
    for (size_t i = 0; i < kaffe_batch_count(batch); i++) {
        snprintf(line, sizeof line, "%.*s", KAFFE_TEXT(kaffe_batch_at(batch, i)->value));
        crash(line);
    }
    return KAFFE_OK;
}
C

# produce PARTITION WORD...: to $topic.
topic=${topic:-orders}
produce() {
    printf '%s\n' "${@:2}" | "$kaffe" produce -q -b "$endpoints" -t "$topic" -p "$1"
}

# file PROCESSES OPTION...: kaffe.yaml. A dead member's partitions are free after three seconds.
file() {
    {
        printf 'supervisor:\n  processes: %s\n  restart_backoff_ms: 50\n' "$1"
        echo 'consumers:'
        consumer "${name:-orders}" "$topic" "${handler:-./crashing.so}" \
            "session_timeout_ms: ${session_ms:-3000}" 'heartbeat_interval_ms: 200' \
            'retry_backoff_ms: 10' 'retry_backoff_max_ms: 50' 'offset_commit_interval_ms: 50' "${@:2}"
    } >kaffe.yaml
}

# workers: the ids of the worker processes that run now.
workers() {
    pgrep -P "$run_pid" || true
}

# seen LINE...: each has been printed, once at least.
seen() {
    local line
    for line; do
        grep -qx -- "$line" "$scratch/run" || return 1
    done
}

# logged PATTERN...: each is in the log.
logged() {
    local pattern
    for pattern; do
        grep -q -- "$pattern" "$scratch/run.log" || return 1
    done
}

# nobody_is_left PID...: none of them runs.
nobody_is_left() {
    local id
    for id; do
        ! kill -0 "$id" 2>/dev/null || return 1
    done
}
