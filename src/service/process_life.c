/* SPDX-License-Identifier: MIT
 * One worker process from its start to its end, and what follows: who is to blame, and when the
 * next one takes its place. A death that a message is blamed for counts against that message; all
 * others count against max_restarts. */
#include "processes.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "error.h"
#include "random.h"

static int number_of(size_t index)
{
    return (int)index + 1;
}

/* --- starting ----------------------------------------------------------------------------- */

/* One more failure, which no message is to blame for. */
static void try_again(struct kf_processes *processes, size_t index, int64_t now_ms,
                      const char *what)
{
    int64_t pause_ms;
    struct kf_process *process = &processes->all[index];
    const kaffe_processes_options *options = &processes->options;
    const struct kf_restart_policy policy = { .max_restarts = options->max_restarts,
                                              .window_ms = options->max_seconds * 1000,
                                              .backoff_ms = options->restart_backoff_ms,
                                              .backoff_max_ms = options->restart_backoff_max_ms };
    if (kf_restarts_decide(&process->restarts, &policy, process->started_ms, now_ms,
                           kf_random_below(UINT32_MAX), &pause_ms)) {
        process->start_ms = now_ms + pause_ms;
        return;
    }
    if (processes->failure.status == KAFFE_OK)
        kf_error_set(&processes->failure, KAFFE_FAILED,
                     "worker process %d %s, once more than max_restarts = %lld within "
                     "max_seconds = %lld allows",
                     number_of(index), what, (long long)options->max_restarts,
                     (long long)options->max_seconds);
    process->start_ms = INT64_MAX;
    processes->stopping = true;
}

void kf_process_start(struct kf_processes *processes, size_t index, int64_t now_ms)
{
    char what[100];
    struct kf_process *process = &processes->all[index];
    const struct kf_birth birth = { .arguments = processes->options.arguments,
                                    .ledger_fd = processes->ledger_fd,
                                    .number = number_of(index),
                                    .notify_socket = processes->notices.name,
                                    .blocked = &processes->blocked_before };
    kf_ledger_clear(processes->ledger, (uint32_t)index);
    process->started_ms = now_ms;
    process->start_ms = INT64_MAX;
    process->ready = false;
    process->told = false;
    process->outdated = false;
    process->id = kf_worker_process_start(&birth);
    if (process->id > 0) {
        kf_log(&processes->log, KAFFE_LOG_INFO, "process.started", "process=%d pid=%ld",
               number_of(index), (long)process->id);
        return;
    }
    process->id = 0;
    snprintf(what, sizeof what, "can not be started (%s)", strerrordesc_np(errno));
    kf_log(&processes->log, KAFFE_LOG_ERROR, "process.not_started", "process=%d error=\"%s\"",
           number_of(index), strerrordesc_np(errno));
    try_again(processes, index, now_ms, what);
}

void kf_process_tell_to_end(struct kf_processes *processes, size_t index, int64_t now_ms)
{
    struct kf_process *process = &processes->all[index];
    process->start_ms = INT64_MAX;
    if (process->id == 0 || process->told)
        return;
    process->told = true;
    process->kill_ms = now_ms + processes->options.shutdown_timeout_ms;
    kill(process->id, SIGTERM);
}

/* --- ending ------------------------------------------------------------------------------- */

/* "died of SIGSEGV", "ended with exit code 7". @return out */
static const char *describe(const struct kf_death *death, char *out, size_t out_size)
{
    const char *name = death->signal != 0 ? sigabbrev_np(death->signal) : NULL;
    if (name)
        snprintf(out, out_size, "died of SIG%s", name);
    else if (death->signal != 0)
        snprintf(out, out_size, "died of signal %d", death->signal);
    else
        snprintf(out, out_size, "ended with exit code %d", death->exit_code);
    return out;
}

static void tell_blamed(const struct kf_blamed *blamed, void *ctx)
{
    char text[128];
    char offsets[48];
    const struct kf_processes *processes = ctx;
    snprintf(offsets, sizeof offsets, "%lld", (long long)blamed->offset);
    if (blamed->is_batch)
        snprintf(offsets, sizeof offsets, "%lld..%lld", (long long)blamed->offset,
                 (long long)blamed->until - 1);
    kf_log(&processes->log, KAFFE_LOG_WARN, "message.crashed",
           "topic=%s partition=%d offset=%s attempts=%d suspect=%s group=%s error=\"%s\"",
           blamed->topic, blamed->partition, offsets, blamed->attempts,
           blamed->is_suspect ? "yes" : "no", blamed->group,
           kf_blamed_text(blamed, text, sizeof text));
}

static void told_to(struct kf_processes *processes, size_t index, const struct kf_death *death)
{
    char what[64];
    struct kf_process *process = &processes->all[index];
    bool in_order = death->signal == 0 && death->exit_code == 0;
    kf_log(&processes->log, in_order ? KAFFE_LOG_INFO : KAFFE_LOG_WARN, "process.ended",
           "process=%d pid=%ld told=yes how=\"%s\"", number_of(index), (long)process->id,
           describe(death, what, sizeof what));
    if (!in_order && processes->stopping && processes->failure.status == KAFFE_OK)
        kf_error_set_kafka(&processes->failure, KAFFE_TIMED_OUT, 0, KAFFE_ERROR_FATAL,
                           "worker process %d did not stop in order: it %s", number_of(index),
                           what);
    process->start_ms = process->outdated && !processes->stopping ? death->at_ms : INT64_MAX;
}

static void by_itself(struct kf_processes *processes, size_t index, const struct kf_death *death)
{
    char what[64];
    struct kf_process *process = &processes->all[index];
    kf_log(&processes->log, KAFFE_LOG_ERROR, "process.ended",
           "process=%d pid=%ld told=no how=\"%s\"", number_of(index), (long)process->id,
           describe(death, what, sizeof what));
    enum kf_verdict verdict =
        kf_ledger_settle(processes->ledger, (uint32_t)index, death, tell_blamed, processes);
    if (processes->stopping)
        process->start_ms = INT64_MAX;
    else if (verdict == KF_VERDICT_NOBODY)
        try_again(processes, index, death->at_ms, what);
    else /* the message has its own pause, which doubles */
        process->start_ms = death->at_ms + processes->options.restart_backoff_ms;
}

void kf_process_ended(struct kf_processes *processes, size_t index, int wait_status, int64_t now_ms)
{
    struct kf_process *process = &processes->all[index];
    const struct kf_death death = {
        .signal = WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0,
        .exit_code = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 0,
        .at_ms = now_ms,
    };
    if (process->told)
        told_to(processes, index, &death);
    else
        by_itself(processes, index, &death);
    process->id = 0;
    process->ready = false;
}
