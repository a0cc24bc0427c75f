/* SPDX-License-Identifier: MIT
 * kaffe mock: the embedded broker in the foreground, for other programs. */
#include "arguments.h"
#include "command.h"
#include "kaffe.h"

#include <signal.h>
#include <stdio.h>

static enum cli_exit run(const struct cli_arguments *arguments)
{
    kaffe_error err;
    sigset_t stop;
    int number;
    sigemptyset(&stop);
    sigaddset(&stop, SIGINT);
    sigaddset(&stop, SIGTERM);
    /* Before the broker's threads exist, so that none of them is killed by one. */
    pthread_sigmask(SIG_BLOCK, &stop, NULL);
    kaffe_mock_broker *broker = kaffe_mock_broker_new(cli_value(arguments, "--topics"), &err);
    if (!broker) {
        fprintf(stderr, "kaffe mock: %s\n", err.message);
        return err.status == KAFFE_INVALID ? CLI_USAGE : CLI_FAILED;
    }
    puts(kaffe_mock_broker_endpoints(broker));
    if (fflush(stdout) == 0) /* else nobody learns the address */
        sigwait(&stop, &number);
    kaffe_mock_broker_free(broker);
    return CLI_DONE;
}

static const struct cli_flag flags[] = {
    { .letter = 't',
      .name = "--topics",
      .argument = "NAME[:PARTITIONS],...",
      .help = "topics to create, each with 1 partition where no number is given" },
};

const struct cli_command cli_mock = {
    .name = "mock",
    .summary = "a small Kafka for tests, in the foreground until Ctrl-C",
    .description =
        "Runs the embedded broker until SIGINT or SIGTERM, and prints its address on\n"
        "stdout, one line. It listens on the loopback interface, at a free port. It keeps\n"
        "messages in memory, at most 5 MB per partition, and has no transactions and no\n"
        "security: for tests and first steps, not for production.\n"
        "\n"
        "The first member of a group waits there for 3 seconds; one that joins or comes\n"
        "back later waits for nearly the session timeout.\n",
    .flags = flags,
    .flag_count = sizeof flags / sizeof *flags,
    .example = "kaffe mock --topics orders:4,refunds",
    .run = run,
};
