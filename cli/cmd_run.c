/* SPDX-License-Identifier: MIT
 * kaffe run: the consumers of a configuration file under a supervisor, with handlers from shared
 * objects. All that can be wrong is found, and told, before anything connects. */
#include "arguments.h"
#include "command.h"
#include "kaffe_service.h"
#include "run_processes.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Counts what it prints. */
static void print_problem(const char *problem, void *count)
{
    fprintf(stderr, "kaffe run: %s\n", problem);
    ++*(size_t *)count;
}

/* --- the configuration -------------------------------------------------------------------- */

/* @return the configuration; NULL: it is wrong, and that was said */
static kaffe_config *load(const struct cli_arguments *arguments, kaffe_error *err)
{
    size_t problem_count = 0;
    size_t setting_count;
    kaffe_setting *settings = cli_settings(arguments, &setting_count);
    const kaffe_config_sources sources = { .file = arguments->operands[0],
                                           .environment = (const char *const *)environ,
                                           .settings = settings,
                                           .setting_count = setting_count };
    kaffe_config *config = kaffe_config_load(&sources, print_problem, &problem_count, err);
    free(settings);
    if (!config && problem_count == 0)
        print_problem(err->message, &problem_count);
    if (!config || kaffe_config_consumer_count(config) > 0)
        return config;
    err->status = KAFFE_INVALID;
    snprintf(err->message, sizeof err->message,
             "%s: there is no consumer: write one under consumers:", sources.file);
    print_problem(err->message, &problem_count);
    kaffe_config_free(config);
    return NULL;
}

/* The first time, and again with SIGHUP. */
static kaffe_status apply(kaffe_supervisor *supervisor, void *ctx, kaffe_error *err)
{
    size_t problem_count = 0;
    kaffe_config *config = load(ctx, err);
    if (!config)
        return err->status;
    kaffe_status status =
        kaffe_supervisor_apply(supervisor, config, print_problem, &problem_count, err);
    if (status != KAFFE_OK && problem_count == 0)
        print_problem(err->message, &problem_count);
    if (status != KAFFE_OK)
        kaffe_config_free(config);
    return status;
}

static enum cli_exit exit_of(kaffe_status status)
{
    return status == KAFFE_OK ? CLI_DONE : status == KAFFE_INVALID ? CLI_USAGE : CLI_FAILED;
}

static void print_fine(const char *file, const kaffe_config *config)
{
    size_t count = kaffe_config_consumer_count(config);
    printf("kaffe run: %s is fine: consumer%s", file, count > 1 ? "s" : "");
    for (size_t i = 0; i < count; i++)
        printf("%s %s", i > 0 ? "," : "", kaffe_config_consumer_name(config, i));
    puts(kaffe_config_has_producer(config) ? "; producer" : "");
}

static enum cli_exit check(kaffe_supervisor *supervisor, const struct cli_arguments *arguments)
{
    kaffe_error err;
    size_t problem_count = 0;
    kaffe_config *config = load(arguments, &err);
    if (!config)
        return exit_of(err.status);
    kaffe_status status =
        kaffe_supervisor_check(supervisor, config, print_problem, &problem_count, &err);
    if (status == KAFFE_OK)
        print_fine(arguments->operands[0], config);
    kaffe_config_free(config);
    return exit_of(status);
}

/* --- running ------------------------------------------------------------------------------ */

/* Each that failed has a line; what was left behind comes last. */
static void print_ends(kaffe_supervisor *supervisor, const kaffe_error *err)
{
    kaffe_child child;
    size_t count = 0;
    for (int left_behind = 0; left_behind <= 1; left_behind++) {
        for (size_t i = 0; kaffe_supervisor_child(supervisor, i, &child); i++) {
            bool left = child.is_producer || child.last_error.status == KAFFE_TIMED_OUT;
            if (child.state != KAFFE_CHILD_FAILED || left != left_behind)
                continue;
            fprintf(stderr, "kaffe run: %s%s: %s\n", child.is_producer ? "" : "consumer ",
                    child.name, child.last_error.message);
            count++;
        }
    }
    if (count == 0)
        fprintf(stderr, "kaffe run: %s\n", err->message);
}

/* What a handler prints is seen, and not lost in a crash, when its message is acknowledged: also in
 * a pipe or a service's journal, for which stdout would hold back 4 KiB. */
static enum cli_exit run_with_lines(kaffe_supervisor *supervisor, void *arguments)
{
    kaffe_error err;
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (apply(supervisor, arguments, &err) != KAFFE_OK)
        return exit_of(err.status);
    if (kaffe_supervisor_run(supervisor, &err) == KAFFE_OK)
        return CLI_DONE;
    print_ends(supervisor, &err);
    return CLI_FAILED;
}

static enum cli_exit supervise(const struct cli_arguments *arguments,
                               const kaffe_worker_process *self)
{
    kaffe_error err;
    struct cli_arguments again = *arguments; /* what SIGHUP reads again */
    const kaffe_supervisor_options options = { .reload = apply,
                                               .ctx = &again,
                                               .in_hand = self->in_hand };
    kaffe_supervisor *supervisor = kaffe_supervisor_new(&options, &err);
    if (!supervisor) {
        fprintf(stderr, "kaffe run: %s\n", err.message);
        return CLI_FAILED;
    }
    enum cli_exit status = cli_has(arguments, "--check") ? check(supervisor, arguments)
                                                         : run_with_lines(supervisor, &again);
    kaffe_worker_process_end(self);
    if (kaffe_supervisor_free(supervisor) == KAFFE_OK)
        return status;
    fflush(NULL); /* a handler runs on, and may use whatever there is: nothing more is freed */
    _exit(CLI_FAILED);
}

/* With worker processes, this one is the one that starts them. */
static enum cli_exit run_or_start(const struct cli_arguments *arguments,
                                  const kaffe_worker_process *self)
{
    kaffe_error err;
    kaffe_supervisor_options numbers;
    struct cli_processes processes = { .arguments = arguments, .load = load };
    kaffe_config *config = load(arguments, &err);
    if (!config)
        return exit_of(err.status);
    kaffe_config_supervisor(config, &numbers);
    enum cli_exit status = CLI_DONE;
    if (numbers.processes > 0)
        status = cli_run_processes(&processes, config);
    kaffe_config_free(config);
    return numbers.processes > 0 ? status : supervise(arguments, self);
}

static enum cli_exit run(const struct cli_arguments *arguments)
{
    kaffe_error err;
    kaffe_worker_process self;
    if (kaffe_worker_process_begin(&self, &err) != KAFFE_OK) {
        fprintf(stderr, "kaffe run: %s\n", err.message);
        return CLI_FAILED;
    }
    if (self.number > 0 || cli_has(arguments, "--check"))
        return supervise(arguments, &self);
    return run_or_start(arguments, &self);
}

static const struct cli_flag flags[] = {
    { .letter = 'c', .name = "--check", .help = "only says whether all is well, modules included" },
    { .letter = 's',
      .repeated = true,
      .name = "--set",
      .argument = "NAME=VALUE",
      .help = "one option of one section: consumers.orders.workers=4",
      .option = CLI_ANY_OPTION },
};

const struct cli_command cli_run = {
    .name = "run",
    .summary = "the consumers of a configuration file, handlers from shared objects",
    .description =
        "Runs all consumers of FILE, a YAML file, with the handlers that message_handler\n"
        "names (./orders.so), until SIGINT or SIGTERM. A consumer that fails is started\n"
        "again; one that fails too often stops all, in order. A second signal ends it at\n"
        "once. SIGHUP reads FILE again. If FILE has a producer: section, the handlers\n"
        "get that producer.\n"
        "\n"
        "With `processes: N` in its supervisor: section, N worker processes do that, and\n"
        "a handler that crashes ends only one of them.\n"
        "\n"
        "Flags count more than the environment (KAFFE_MAX_BYTES), that more than FILE.\n",
    .operands = "FILE",
    .flags = flags,
    .flag_count = sizeof flags / sizeof *flags,
    .sections = { "consumer", "producer", "supervisor" },
    .example = "kaffe run kaffe.yaml --check",
    .run = run,
};
