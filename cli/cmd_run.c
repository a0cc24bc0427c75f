/* SPDX-License-Identifier: MIT
 * kaffe run: the consumers of a configuration file, with handlers from shared objects. All that can
 * be wrong is found, and told, before anything connects. */
#include "arguments.h"
#include "command.h"
#include "kaffe_service.h"
#include "run_consumers.h"
#include "stop_signals.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A file that has been read. */
struct service {
    const char *file;
    kaffe_config *config;
    kaffe_producer *producer; /* NULL: the file has none */
    struct cli_consumer *consumers; /* [count] */
    size_t count;
};

/* Who is being checked, and what was found. */
struct verdict {
    const char *who; /* "consumer orders: " */
    const char *name;
    size_t problem_count;
};

static void print_problem(const char *problem, void *ctx)
{
    struct verdict *verdict = ctx;
    if (verdict->name)
        fprintf(stderr, "kaffe run: %s%s: %s\n", verdict->who, verdict->name, problem);
    else
        fprintf(stderr, "kaffe run: %s\n", problem);
    verdict->problem_count++;
}

/* --- reading ------------------------------------------------------------------------------ */

static enum cli_exit read_config(const struct cli_arguments *arguments, struct service *service)
{
    kaffe_error err;
    struct verdict verdict = { 0 };
    size_t setting_count;
    kaffe_setting *settings = cli_settings(arguments, &setting_count);
    const kaffe_config_sources sources = { .file = service->file,
                                           .environment = (const char *const *)environ,
                                           .settings = settings,
                                           .setting_count = setting_count };
    service->config = kaffe_config_load(&sources, print_problem, &verdict, &err);
    free(settings);
    if (!service->config && verdict.problem_count == 0)
        print_problem(err.message, &verdict);
    if (!service->config)
        return err.status == KAFFE_INVALID ? CLI_USAGE : CLI_FAILED;
    service->count = kaffe_config_consumer_count(service->config);
    if (service->count == 0) {
        fprintf(stderr, "kaffe run: %s: there is no consumer: write one under consumers:\n",
                service->file);
        return CLI_USAGE;
    }
    service->consumers = calloc(service->count, sizeof *service->consumers);
    return service->consumers ? CLI_DONE : CLI_FAILED;
}

/* Fills in a consumer's options. @return false with err */
static bool prepare(struct service *service, size_t index, kaffe_error *err)
{
    struct cli_consumer *consumer = &service->consumers[index];
    consumer->name = kaffe_config_consumer_name(service->config, index);
    return kaffe_config_consumer(service->config, consumer->name, &consumer->options, err) ==
               KAFFE_OK &&
           kaffe_config_load_module(service->config, consumer->name, service->producer,
                                    &consumer->options, err) == KAFFE_OK;
}

static void check_consumers(struct service *service, struct verdict *verdict)
{
    kaffe_error err;
    for (size_t i = 0; i < service->count; i++) {
        verdict->name = NULL;
        if (!prepare(service, i, &err)) {
            print_problem(err.message, verdict);
            continue;
        }
        verdict->who = "consumer ";
        verdict->name = service->consumers[i].name;
        (void)!kaffe_consumer_options_check(&service->consumers[i].options, print_problem, verdict);
    }
}

static void check_producer(struct service *service, struct verdict *verdict)
{
    kaffe_error err;
    kaffe_producer_options options;
    if (!kaffe_config_has_producer(service->config))
        return;
    verdict->name = NULL;
    if (kaffe_config_producer(service->config, &options, &err) != KAFFE_OK) {
        print_problem(err.message, verdict);
        return;
    }
    verdict->who = "";
    verdict->name = "producer";
    (void)!kaffe_producer_options_check(&options, print_problem, verdict);
}

static enum cli_exit check(struct service *service)
{
    struct verdict verdict = { 0 };
    check_consumers(service, &verdict);
    check_producer(service, &verdict);
    return verdict.problem_count == 0 ? CLI_DONE : CLI_USAGE;
}

static void print_fine(const struct service *service)
{
    printf("kaffe run: %s is fine: consumer%s", service->file, service->count > 1 ? "s" : "");
    for (size_t i = 0; i < service->count; i++)
        printf("%s %s", i > 0 ? "," : "", service->consumers[i].name);
    puts(kaffe_config_has_producer(service->config) ? "; producer" : "");
}

/* --- running ------------------------------------------------------------------------------ */

/* The modules get the producer, so they are asked for their handlers once more. */
static enum cli_exit open_producer(struct service *service)
{
    kaffe_error err;
    kaffe_producer_options options;
    if (!kaffe_config_has_producer(service->config))
        return CLI_DONE;
    bool good = kaffe_config_producer(service->config, &options, &err) == KAFFE_OK;
    if (good)
        service->producer = kaffe_producer_new(&options, &err);
    good = service->producer != NULL;
    for (size_t i = 0; good && i < service->count; i++)
        good = prepare(service, i, &err);
    if (good)
        return CLI_DONE;
    fprintf(stderr, "kaffe run: producer: %s\n", err.message);
    return CLI_FAILED;
}

/* A handler that still runs may use module and producer: nothing is freed, the process ends. */
static void abandon(const struct service *service)
{
    kaffe_error err;
    if (service->producer && kaffe_producer_flush(service->producer, NULL, &err) != KAFFE_OK)
        fprintf(stderr, "kaffe run: producer: left behind: %s\n", err.message);
    fflush(NULL);
    _exit(CLI_FAILED);
}

static enum cli_exit close_producer(struct service *service)
{
    if (kaffe_producer_free(service->producer) == KAFFE_OK)
        return CLI_DONE;
    fputs("kaffe run: producer: left behind: records that are not written: the log says how many\n",
          stderr);
    return CLI_FAILED;
}

static enum cli_exit run_service(struct service *service)
{
    struct cli_runner runner;
    struct cli_stop_signals signals;
    cli_runner_init(&runner, service->consumers, service->count);
    if (!cli_stop_signals_begin(&signals, cli_runner_stop, &runner)) {
        fputs("kaffe run: no thread is left: raise the limit of threads\n", stderr);
        return CLI_FAILED;
    }
    enum cli_exit status = open_producer(service);
    if (status == CLI_DONE)
        status = cli_runner_run(&runner);
    if (runner.left_behind)
        abandon(service);
    enum cli_exit closed = close_producer(service);
    cli_stop_signals_end(&signals);
    cli_runner_fini(&runner);
    return status == CLI_DONE ? closed : status;
}

/* What a handler prints is seen, and not lost in a crash, when its message is acknowledged: also in
 * a pipe or a service's journal, for which stdout would hold back 4 KiB. */
static enum cli_exit run_with_lines(struct service *service)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    return run_service(service);
}

static enum cli_exit run(const struct cli_arguments *arguments)
{
    struct service service = { .file = arguments->operands[0] };
    enum cli_exit status = read_config(arguments, &service);
    if (status == CLI_DONE)
        status = check(&service);
    if (status == CLI_DONE && cli_has(arguments, "--check"))
        print_fine(&service);
    else if (status == CLI_DONE)
        status = run_with_lines(&service);
    kaffe_config_free(service.config);
    free(service.consumers);
    return status;
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
        "names (./orders.so), until SIGINT or SIGTERM, or until one fails: then all stop,\n"
        "in order. A second signal ends it at once. If FILE has a producer: section, the\n"
        "handlers get that producer.\n"
        "\n"
        "Flags count more than the environment (KAFFE_MAX_BYTES), that more than FILE.\n",
    .operands = "FILE",
    .flags = flags,
    .flag_count = sizeof flags / sizeof *flags,
    .sections = { "consumer", "producer" },
    .example = "kaffe run kaffe.yaml --check",
    .run = run,
};
