/* SPDX-License-Identifier: MIT
 * A worker process from its first instruction: who it is, and what it leaves behind when it
 * crashes. The other half, which starts it, is here too: both read and write the same words. */
#include "worker_process.h"

#include "error.h"
#include "kaffe_service.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* A signal handler has no argument, and neither has what exit calls. */
static _Atomic(struct kaffe_in_hand *) own;

/* --- starting ----------------------------------------------------------------------------- */

/* What is between a service manager and the one that starts is no business of the others. */
static bool is_inherited(const char *variable)
{
    static const char *const not_for_it[] = { "NOTIFY_SOCKET=", "WATCHDOG_USEC=", "WATCHDOG_PID=",
                                              KF_WORKER_VARIABLE "=" };
    for (size_t i = 0; i < sizeof not_for_it / sizeof *not_for_it; i++)
        if (strncmp(variable, not_for_it[i], strlen(not_for_it[i])) == 0)
            return false;
    return true;
}

/* @return [its end is NULL], to be freed; what it leads to is not; NULL: out of memory */
static char **environment_with(char *worker, char *notify)
{
    size_t count = 0;
    size_t used = 0;
    while (environ[count])
        count++;
    char **all = calloc(count + 3, sizeof *all);
    if (!all)
        return NULL;
    all[used++] = worker;
    all[used++] = notify;
    for (size_t i = 0; i < count; i++)
        if (is_inherited(environ[i]))
            all[used++] = environ[i];
    return all;
}

static int spawn(const struct kf_birth *birth, char *const *environment, pid_t *id)
{
    union {
        const char *const *in;
        char *const *out; /* they are not written to */
    } arguments = { .in = birth->arguments };
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    int failed = posix_spawnattr_init(&attributes);
    if (failed)
        return failed;
    failed = posix_spawn_file_actions_init(&actions);
    if (!failed) {
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
        posix_spawnattr_setsigmask(&attributes, birth->blocked);
        /* The same number twice: the copy is not closed by exec. */
        posix_spawn_file_actions_adddup2(&actions, birth->ledger_fd, birth->ledger_fd);
        failed =
            posix_spawn(id, "/proc/self/exe", &actions, &attributes, arguments.out, environment);
        posix_spawn_file_actions_destroy(&actions);
    }
    posix_spawnattr_destroy(&attributes);
    return failed;
}

pid_t kf_worker_process_start(const struct kf_birth *birth)
{
    pid_t id = -1;
    char worker[80];
    char notify[140];
    snprintf(worker, sizeof worker, KF_WORKER_VARIABLE "=%d %d %ld", birth->ledger_fd,
             (int)birth->number, (long)getpid());
    snprintf(notify, sizeof notify, "NOTIFY_SOCKET=%s", birth->notify_socket);
    char **environment = environment_with(worker, notify);
    errno = environment ? spawn(birth, environment, &id) : ENOMEM;
    free(environment);
    return errno == 0 ? id : -1;
}

/* --- what a crash leaves behind ----------------------------------------------------------- */

/* Nothing but an atomic and system calls: it runs wherever the fault was. */
static void mark_this_thread(void)
{
    int32_t nobody = 0;
    struct kaffe_in_hand *process = atomic_load(&own);
    if (process)
        atomic_compare_exchange_strong(&process->fault_thread, &nobody, gettid());
}

/* The action is the default's by now. A fault happens again when this returns, at the same place,
 * which is what a core dump then shows; what was sent, and what goes on behind it, has to be sent
 * again. */
static void on_fault(int number, siginfo_t *info, void *context)
{
    (void)context;
    bool own_doing = info->si_code > 0 || info->si_pid == getpid();
    if (own_doing)
        mark_this_thread();
    if (info->si_code <= 0 || number == SIGTRAP || number == SIGSYS)
        raise(number);
}

/* exit, called by a handler: what would be cleaned up is in use by other threads. */
static void on_early_exit(int status, void *unused)
{
    (void)unused;
    struct kaffe_in_hand *process = atomic_load(&own);
    if (!process || atomic_load(&process->leaving) != 0)
        return;
    mark_this_thread();
    _exit(status);
}

static void take_faults(void)
{
    static const int faults[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS };
    struct sigaction action = { .sa_sigaction = on_fault,
                                .sa_flags = SA_SIGINFO | SA_ONSTACK | (int)SA_RESETHAND };
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        sigaction(faults[i], &action, NULL);
}

/* --- being one ---------------------------------------------------------------------------- */

/* A library in the middle of a version change, or somebody else's descriptor, is none. */
static struct kaffe_in_hand *map(int fd, int32_t number)
{
    struct stat stat;
    if (fstat(fd, &stat) != 0 || stat.st_size < (off_t)kf_ledger_size(1))
        return NULL;
    void *memory = mmap(NULL, (size_t)stat.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (memory == MAP_FAILED)
        return NULL;
    struct kf_ledger *ledger = memory;
    bool fits = ledger->version == KF_LEDGER_VERSION && number >= 1 &&
                (uint32_t)number <= ledger->process_count &&
                (off_t)kf_ledger_size(ledger->process_count) <= stat.st_size;
    return fits ? &ledger->processes[number - 1] : NULL;
}

/* What the variable says. @return false: it is not as it is written here */
static bool read_words(const char *words, int *fd, int32_t *number, pid_t *parent)
{
    long values[3];
    for (size_t i = 0; i < 3; i++) {
        char *end;
        errno = 0;
        values[i] = strtol(words, &end, 10);
        if (errno != 0 || end == words || values[i] < 0 || values[i] > INT32_MAX)
            return false;
        words = end;
    }
    *fd = (int)values[0];
    *number = (int32_t)values[1];
    *parent = (pid_t)values[2];
    return *words == '\0';
}

kaffe_status kaffe_worker_process_begin(kaffe_worker_process *self, kaffe_error *err)
{
    int fd;
    int32_t number;
    pid_t parent;
    const char *words = getenv(KF_WORKER_VARIABLE);
    *self = (kaffe_worker_process){ 0 };
    if (!words)
        return kf_error_ok(err);
    bool good = read_words(words, &fd, &number, &parent);
    unsetenv(KF_WORKER_VARIABLE); /* what it starts is no worker process */
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (!good || getppid() != parent)
        return kf_error_set(err, KAFFE_CLOSED, "the process that started this one has ended");
    self->in_hand = map(fd, number);
    if (!self->in_hand)
        return kf_error_set(err, KAFFE_INVALID,
                            KF_WORKER_VARIABLE " is set, but not by kaffe_processes_run of "
                                               "libkaffe-service %s",
                            kaffe_version());
    self->number = number;
    atomic_store(&own, self->in_hand);
    take_faults();
    on_exit(on_early_exit, NULL);
    return kf_error_ok(err);
}

void kaffe_worker_process_end(const kaffe_worker_process *self)
{
    if (self->in_hand)
        atomic_store(&self->in_hand->leaving, 1);
}
