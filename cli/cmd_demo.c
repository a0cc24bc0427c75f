/* SPDX-License-Identifier: MIT
 * kaffe demo: the main job on the embedded broker, told in plain words. What it says has been
 * counted or checked; if anything was not as promised, it says so and fails. */
#include "command.h"
#include "demo.h"

#include <stdio.h>

static const char topic[] = "greetings";

void cli_demo_log(kaffe_log_level level, const char *event, const char *fields, void *ctx)
{
    (void)ctx;
    if (level <= KAFFE_LOG_WARN)
        printf("log       %s %s\n", event, fields);
}

static enum cli_exit trouble(const char *what, const kaffe_error *err)
{
    fprintf(stderr, "kaffe demo: %s: %s\n", what, err->message);
    return CLI_FAILED;
}

static enum cli_exit sum_up(const struct cli_demo *demo, const char *program)
{
    bool all = demo->handled == CLI_DEMO_MESSAGES && demo->failed == 1 && demo->disordered == 0;
    printf("\n%s: %d produced, %d handled, %d failed once and came again, %d out of order.\n",
           all ? "In sum" : "This is not right", CLI_DEMO_MESSAGES, (int)demo->handled,
           (int)demo->failed, (int)demo->disordered);
    printf("\nWhat to try next:\n"
           "  %s mock --topics orders:4\n"
           "      the same broker in the foreground, for programs of your own\n"
           "  README.md\n"
           "      a consumer in 20 lines, and how to compile it\n"
           "  examples/\n"
           "      small programs, in reading order\n",
           program);
    return all ? CLI_DONE : CLI_FAILED;
}

static enum cli_exit run_on(const kaffe_mock_broker *broker, const char *program)
{
    struct cli_demo demo = { .endpoints = kaffe_mock_broker_endpoints(broker), .topic = topic };
    kaffe_error err;
    printf("Kaffe %s with librdkafka %s. No Kafka is needed: a small broker is built in.\n\n"
           "broker    listens on %s, with topic %s of %d partitions\n",
           kaffe_version(), kaffe_librdkafka_version(), demo.endpoints, topic, CLI_DEMO_PARTITIONS);
    if (cli_demo_produce(&demo, &err) != KAFFE_OK)
        return trouble("producer", &err);
    if (cli_demo_consume(&demo, &err) != KAFFE_OK)
        return trouble("consumer", &err);
    return sum_up(&demo, program);
}

static enum cli_exit run(const struct cli_arguments *arguments)
{
    kaffe_error err;
    char topics[64];
    setvbuf(stdout, NULL, _IOLBF, 0); /* the story is told while it happens, also into a pipe */
    snprintf(topics, sizeof topics, "%s:%d", topic, CLI_DEMO_PARTITIONS);
    kaffe_mock_broker *broker = kaffe_mock_broker_new(topics, &err);
    if (!broker)
        return trouble("embedded broker", &err);
    enum cli_exit status = run_on(broker, arguments->program);
    kaffe_mock_broker_free(broker);
    return status;
}

const struct cli_command cli_demo = {
    .name = "demo",
    .summary = "shows Kaffe producing and consuming, in seconds, without a Kafka",
    .description =
        "Starts an embedded broker, produces a hundred messages, consumes them with a\n"
        "handler that fails once, commits, stops by itself after a few seconds, and says\n"
        "what it did.\n",
    .example = "kaffe demo",
    .run = run,
};
