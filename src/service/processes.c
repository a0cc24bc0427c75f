/* SPDX-License-Identifier: MIT
 * kaffe_processes_run: signals, what worker processes and systemd hear and say, and who is to run.
 * It consumes nothing, and makes no thread. */
#include "processes.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "error.h"

/* timeout(1), for one, sends its signal to the program and to its group: twice in an instant. */
static const int64_t same_signal_ms = 200;
static const int64_t sweep_ms = 1000;

/* --- beginning and end -------------------------------------------------------------------- */

static kaffe_status check(const kaffe_processes_options *options, kaffe_error *err)
{
    if (options->processes < 1 || options->processes > KF_PROCESSES_MAX)
        return kf_error_set(err, KAFFE_INVALID, "processes = %" PRId64 ": must be 1..%d",
                            options->processes, KF_PROCESSES_MAX);
    if (options->max_restarts > KF_RESTARTS_MAX || options->max_restarts < KAFFE_NONE)
        return kf_error_set(err, KAFFE_INVALID, "max_restarts = %" PRId64 ": must be 1..%d",
                            options->max_restarts, KF_RESTARTS_MAX);
    if (!options->arguments || !options->arguments[0])
        return kf_error_set(err, KAFFE_INVALID,
                            "arguments is required: what worker processes are started with");
    return kf_error_ok(err);
}

static int64_t or_default(int64_t number, int64_t default_number)
{
    return number == 0 ? default_number : number == KAFFE_NONE ? 0 : number;
}

/* @return KAFFE_INVALID: nothing is changed */
static kaffe_status complete(struct kf_processes *processes, const kaffe_processes_options *given,
                             kaffe_error *err)
{
    kaffe_processes_options *ours = &processes->options;
    kaffe_status status = check(given, err);
    if (status != KAFFE_OK)
        return status;
    processes->given = *given;
    *ours = *given;
    ours->max_restarts = or_default(ours->max_restarts, 3);
    ours->max_seconds = or_default(ours->max_seconds, 60);
    ours->restart_backoff_ms = or_default(ours->restart_backoff_ms, 1000);
    ours->restart_backoff_max_ms = or_default(ours->restart_backoff_max_ms, 30000);
    ours->shutdown_timeout_ms = or_default(ours->shutdown_timeout_ms, 15000);
    processes->log = (struct kf_log){ .write = ours->log, .ctx = ours->log_ctx };
    return status;
}

static kaffe_status import(struct kf_processes *processes, const void *options, size_t options_size,
                           kaffe_error *err)
{
    kaffe_processes_options given = { 0 };
    for (size_t i = sizeof given; i < options_size; i++)
        if (((const unsigned char *)options)[i] != 0)
            return kf_error_set(err, KAFFE_INVALID,
                                "this program uses options newer than libkaffe-service %s",
                                kaffe_version());
    memcpy(&given, options, options_size < sizeof given ? options_size : sizeof given);
    return complete(processes, &given, err);
}

static bool make_ledger(struct kf_processes *processes)
{
    size_t size = kf_ledger_size(KF_PROCESSES_MAX);
    processes->ledger_fd = memfd_create("kaffe-in-hand", MFD_CLOEXEC);
    if (processes->ledger_fd < 0 || ftruncate(processes->ledger_fd, (off_t)size) != 0)
        return false;
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, processes->ledger_fd, 0);
    if (memory == MAP_FAILED)
        return false;
    processes->ledger = kf_ledger_begin(memory, KF_PROCESSES_MAX);
    return true;
}

static bool take_signals(struct kf_processes *processes)
{
    sigset_t ours;
    sigemptyset(&ours);
    sigaddset(&ours, SIGCHLD);
    sigaddset(&ours, SIGINT);
    sigaddset(&ours, SIGTERM);
    if (processes->options.reload)
        sigaddset(&ours, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &ours, &processes->blocked_before);
    processes->signal_fd = signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
    return processes->signal_fd >= 0;
}

static kaffe_status open_all(struct kf_processes *processes, kaffe_error *err)
{
    const struct kf_service_environment environment = { .socket = getenv("NOTIFY_SOCKET"),
                                                        .watchdog_usec = getenv("WATCHDOG_USEC"),
                                                        .watchdog_pid = getenv("WATCHDOG_PID") };
    for (size_t i = 0; i < KF_PROCESSES_MAX; i++)
        processes->all[i].start_ms = INT64_MAX;
    if (!take_signals(processes) || !make_ledger(processes) ||
        !kf_notices_open(&processes->notices))
        return kf_error_set(err, KAFFE_NO_MEMORY,
                            "memory or descriptors for worker processes can not be had: %s",
                            strerrordesc_np(errno));
    kf_service_manager_open(&processes->manager, &environment);
    return kf_error_ok(err);
}

static void close_all(struct kf_processes *processes)
{
    kf_service_manager_close(&processes->manager);
    kf_notices_close(&processes->notices);
    if (processes->ledger)
        munmap(processes->ledger, kf_ledger_size(KF_PROCESSES_MAX));
    if (processes->ledger_fd >= 0)
        close(processes->ledger_fd);
    if (processes->signal_fd >= 0)
        close(processes->signal_fd);
    pthread_sigmask(SIG_SETMASK, &processes->blocked_before, NULL);
}

/* --- signals ------------------------------------------------------------------------------ */

static void kill_all(struct kf_processes *processes)
{
    for (size_t i = 0; i < KF_PROCESSES_MAX; i++)
        if (processes->all[i].id > 0)
            kill(processes->all[i].id, SIGKILL);
}

static void stop_by(struct kf_processes *processes, int number, int64_t now_ms)
{
    if (processes->first_stop_ms == 0) {
        processes->first_stop_ms = now_ms;
        processes->stopping = true;
    } else if (now_ms - processes->first_stop_ms >= same_signal_ms) {
        kill_all(processes);
        _exit(128 + number);
    }
}

/* All that run are replaced, one after another. */
static void reload(struct kf_processes *processes)
{
    char text[512];
    kaffe_error why;
    kaffe_processes_options changed = processes->given;
    if (processes->stopping)
        return;
    kf_service_manager_tell(&processes->manager, "RELOADING=1\nMONOTONIC_USEC=%" PRId64,
                            kf_clock_us());
    processes->ready = false;
    if (changed.reload(&changed, changed.ctx, &why) != KAFFE_OK ||
        complete(processes, &changed, &why) != KAFFE_OK) {
        kf_log(&processes->log, KAFFE_LOG_ERROR, "configuration.refused", "error=\"%s\"",
               kf_log_quote(text, sizeof text, why.message));
        return;
    }
    for (size_t i = 0; i < KF_PROCESSES_MAX; i++)
        processes->all[i].outdated = processes->all[i].id > 0;
}

static void reap(struct kf_processes *processes, int64_t now_ms)
{
    int wait_status;
    for (size_t i = 0; i < KF_PROCESSES_MAX; i++)
        if (processes->all[i].id > 0 &&
            waitpid(processes->all[i].id, &wait_status, WNOHANG) == processes->all[i].id)
            kf_process_ended(processes, i, wait_status, now_ms);
}

static void read_signals(struct kf_processes *processes, int64_t now_ms)
{
    struct signalfd_siginfo info;
    while (read(processes->signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGINT || info.ssi_signo == SIGTERM)
            stop_by(processes, (int)info.ssi_signo, now_ms);
        else if (info.ssi_signo == SIGHUP)
            reload(processes);
    }
    reap(processes, now_ms);
}

/* --- what is said ------------------------------------------------------------------------- */

static void read_notices(struct kf_processes *processes)
{
    char lines[1024];
    pid_t from;
    while ((from = kf_notices_next(&processes->notices, lines, sizeof lines)) > 0)
        for (size_t i = 0; i < KF_PROCESSES_MAX; i++)
            if (processes->all[i].id == from && kf_notices_say(lines, "READY=1"))
                processes->all[i].ready = true;
}

static int64_t count_running(const struct kf_processes *processes, bool ready)
{
    int64_t count = 0;
    for (size_t i = 0; i < KF_PROCESSES_MAX; i++)
        count += processes->all[i].id > 0 && (!ready || processes->all[i].ready);
    return count;
}

static bool any_is_outdated(const struct kf_processes *processes)
{
    for (size_t i = 0; i < KF_PROCESSES_MAX; i++)
        if (processes->all[i].outdated)
            return true;
    return false;
}

static void tell_news(struct kf_processes *processes, int64_t now_ms)
{
    int64_t ready = count_running(processes, true);
    if (!processes->ready && !processes->stopping && ready == processes->options.processes &&
        !any_is_outdated(processes)) {
        processes->ready = true;
        kf_log(&processes->log, KAFFE_LOG_INFO, "processes.ready", "processes=%" PRId64, ready);
        kf_service_manager_tell(&processes->manager,
                                "READY=1\nSTATUS=%" PRId64 " worker processes running", ready);
    }
    if (processes->manager.watchdog_ms > 0 && now_ms >= processes->alive_due_ms) {
        processes->alive_due_ms = now_ms + processes->manager.watchdog_ms;
        kf_service_manager_tell(&processes->manager, "WATCHDOG=1");
    }
}

/* --- who is to run ------------------------------------------------------------------------ */

static bool is_wanted(const struct kf_processes *processes, size_t index)
{
    return !processes->stopping && (int64_t)index < processes->options.processes;
}

/* The next one to be replaced, once all others run: so at most one is missing. */
static void replace_next(struct kf_processes *processes, int64_t now_ms)
{
    if (processes->stopping || count_running(processes, true) < processes->options.processes)
        return;
    for (size_t i = 0; i < KF_PROCESSES_MAX; i++) {
        if (!processes->all[i].outdated || processes->all[i].id == 0)
            continue;
        processes->all[i].ready = false;
        kf_process_tell_to_end(processes, i, now_ms);
        return;
    }
}

static void see_to(struct kf_processes *processes, size_t index, int64_t now_ms)
{
    struct kf_process *process = &processes->all[index];
    bool wanted = is_wanted(processes, index);
    if (!wanted)
        process->outdated = false;
    if (process->id > 0 && !wanted)
        kf_process_tell_to_end(processes, index, now_ms);
    if (process->id > 0 && process->told && now_ms >= process->kill_ms) {
        kf_log(&processes->log, KAFFE_LOG_ERROR, "process.killed",
               "process=%zu pid=%ld shutdown_timeout_ms=%" PRId64, index + 1, (long)process->id,
               processes->options.shutdown_timeout_ms);
        kill(process->id, SIGKILL);
        process->kill_ms = INT64_MAX;
    }
    if (process->id == 0 && wanted && process->start_ms == INT64_MAX)
        process->start_ms = now_ms; /* for the first time */
    if (process->id == 0 && wanted && process->start_ms <= now_ms)
        kf_process_start(processes, index, now_ms);
}

static int64_t next_due_ms(const struct kf_processes *processes, int64_t now_ms)
{
    int64_t next_ms = now_ms + sweep_ms;
    if (processes->manager.watchdog_ms > 0 && processes->alive_due_ms < next_ms)
        next_ms = processes->alive_due_ms;
    for (size_t i = 0; i < KF_PROCESSES_MAX; i++) {
        const struct kf_process *process = &processes->all[i];
        if (process->id == 0 && process->start_ms < next_ms)
            next_ms = process->start_ms;
        if (process->id > 0 && process->told && process->kill_ms < next_ms)
            next_ms = process->kill_ms;
    }
    return next_ms;
}

static void wait_for_news(const struct kf_processes *processes, int64_t until_ms)
{
    struct pollfd fds[] = { { .fd = processes->signal_fd, .events = POLLIN },
                            { .fd = processes->notices.fd, .events = POLLIN } };
    int64_t wait_ms = until_ms - kf_clock_ms();
    poll(fds, 2, wait_ms > 0 ? (int)wait_ms : 0);
}

/* Until all have ended, after a stop. */
static void run(struct kf_processes *processes)
{
    bool told = false;
    int64_t now_ms = kf_clock_ms();
    do {
        for (size_t i = 0; i < KF_PROCESSES_MAX; i++)
            see_to(processes, i, now_ms);
        if (processes->stopping && !told)
            kf_service_manager_tell(&processes->manager, "STOPPING=1");
        told = processes->stopping;
        wait_for_news(processes, next_due_ms(processes, now_ms));
        now_ms = kf_clock_ms();
        read_notices(processes);
        read_signals(processes, now_ms);
        replace_next(processes, now_ms);
        tell_news(processes, now_ms);
        kf_ledger_sweep(processes->ledger);
    } while (!processes->stopping || count_running(processes, false) > 0);
}

kaffe_status kaffe_processes_run_sized(const kaffe_processes_options *options, size_t options_size,
                                       kaffe_error *err)
{
    struct kf_processes *processes = calloc(1, sizeof *processes);
    if (!processes)
        return kf_error_no_memory(err);
    processes->ledger_fd = processes->signal_fd = processes->notices.fd = -1;
    processes->manager.fd = -1;
    kaffe_status status = import(processes, options, options_size, err);
    if (status == KAFFE_OK) {
        status = open_all(processes, err);
        if (status == KAFFE_OK)
            run(processes);
        close_all(processes);
    }
    if (status == KAFFE_OK && processes->failure.status != KAFFE_OK) {
        status = processes->failure.status;
        if (err)
            *err = processes->failure;
    }
    free(processes);
    return status;
}
