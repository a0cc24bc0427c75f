/* SPDX-License-Identifier: MIT */
#include "run_processes.h"

#include "monotonic.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* For what a module does when it is loaded. */
static const int64_t check_ms = 30000;
/* A worker process's own limits come first. */
static const int64_t slack_ms = 5000;
static const int64_t shutdown_timeout_ms = 10000; /* the default's, of consumers and producers */

/* --- command lines ------------------------------------------------------------------------ */

/* "kaffe run WORDS...", with `before` in front of the words, if it is one.
 * @return for free(); NULL: out of memory */
static const char **command_line(const struct cli_arguments *arguments, const char *before)
{
    size_t count = 0;
    size_t used = 0;
    while (arguments->words[count])
        count++;
    const char **line = calloc(count + 4, sizeof *line);
    if (!line)
        return NULL;
    line[used++] = arguments->program;
    line[used++] = arguments->command->name;
    if (before)
        line[used++] = before;
    memcpy(&line[used], arguments->words, count * sizeof *line);
    return line;
}

/* --- checking ----------------------------------------------------------------------------- */

/* They are not written to. */
static char *const *as_arguments(const char **line)
{
    const union {
        const char **in;
        char *const *out;
    } words = { .in = line };
    return words.out;
}

static pid_t start_check(const struct cli_arguments *arguments)
{
    pid_t id = -1;
    posix_spawn_file_actions_t actions;
    const char **line = command_line(arguments, "--check");
    char *const *words = line ? as_arguments(line) : NULL;
    if (!words || posix_spawn_file_actions_init(&actions) != 0) {
        free(line);
        return -1;
    }
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (posix_spawn(&id, "/proc/self/exe", &actions, NULL, words, environ) != 0)
        id = -1;
    posix_spawn_file_actions_destroy(&actions);
    free(line);
    return id;
}

/* @return as waitpid says; SIGKILL's if it took too long */
static int wait_for(pid_t id)
{
    int status = SIGKILL;
    const struct timespec moment = { .tv_nsec = 10000000 };
    const int64_t until_ms = cli_now_ms() + check_ms;
    while (waitpid(id, &status, WNOHANG) == 0) {
        if (cli_now_ms() >= until_ms)
            kill(id, SIGKILL);
        nanosleep(&moment, NULL);
    }
    return status;
}

/* All that is wrong, modules included: kaffe run --check says it. */
static enum cli_exit check(const struct cli_arguments *arguments)
{
    const char *file = arguments->operands[0];
    pid_t id = start_check(arguments);
    int status = id > 0 ? wait_for(id) : 0;
    if (id < 0)
        fputs("kaffe run: no process is left: raise the limit of processes\n", stderr);
    else if (WIFEXITED(status))
        return (enum cli_exit)WEXITSTATUS(status);
    else if (WTERMSIG(status) == SIGKILL)
        fprintf(stderr, "kaffe run: %s: its modules were not loaded within %lld s\n", file,
                (long long)check_ms / 1000);
    else
        fprintf(stderr, "kaffe run: %s: one of its modules crashes when it is loaded: SIG%s\n",
                file, sigabbrev_np(WTERMSIG(status)));
    return CLI_FAILED;
}

/* --- running ------------------------------------------------------------------------------ */

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* What a worker process needs to end in order: its consumers side by side, then its producer. */
static int64_t patience_ms(const kaffe_config *config)
{
    kaffe_error err;
    kaffe_consumer_options options;
    int64_t longest_ms = 0;
    for (size_t i = 0; i < kaffe_config_consumer_count(config); i++)
        if (kaffe_config_consumer(config, kaffe_config_consumer_name(config, i), &options, &err) ==
            KAFFE_OK)
            longest_ms =
                larger(longest_ms, options.shutdown_timeout_ms > 0 ? options.shutdown_timeout_ms
                                                                   : shutdown_timeout_ms);
    return longest_ms + (kaffe_config_has_producer(config) ? shutdown_timeout_ms : 0) + slack_ms;
}

static void read_numbers(const kaffe_config *config, kaffe_processes_options *options)
{
    kaffe_supervisor_options numbers;
    kaffe_config_supervisor(config, &numbers);
    options->processes = larger(numbers.processes, 1);
    options->max_restarts = numbers.max_restarts;
    options->max_seconds = numbers.max_seconds;
    options->restart_backoff_ms = numbers.restart_backoff_ms;
    options->restart_backoff_max_ms = numbers.restart_backoff_max_ms;
    options->shutdown_timeout_ms = patience_ms(config);
}

static kaffe_status reload(kaffe_processes_options *options, void *ctx, kaffe_error *err)
{
    const struct cli_processes *processes = ctx;
    kaffe_config *config = processes->load(processes->arguments, err);
    if (!config)
        return err->status;
    if (check(processes->arguments) == CLI_DONE) {
        read_numbers(config, options);
        err->status = KAFFE_OK;
    } else {
        err->status = KAFFE_INVALID;
        snprintf(err->message, sizeof err->message, "%s is wrong, as was said",
                 processes->arguments->operands[0]);
    }
    kaffe_config_free(config);
    return err->status;
}

enum cli_exit cli_run_processes(struct cli_processes *processes, const kaffe_config *config)
{
    kaffe_error err;
    kaffe_processes_options options = { .reload = reload, .ctx = processes };
    enum cli_exit status = check(processes->arguments);
    if (status != CLI_DONE)
        return status;
    const char **line = command_line(processes->arguments, NULL);
    read_numbers(config, &options);
    options.arguments = line;
    bool good = line && kaffe_processes_run(&options, &err) == KAFFE_OK;
    free(line);
    if (!good)
        fprintf(stderr, "kaffe run: %s\n", line ? err.message : "no memory is left");
    return good ? CLI_DONE : CLI_FAILED;
}
