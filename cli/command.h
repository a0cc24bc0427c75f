/* SPDX-License-Identifier: MIT
 * What a command of the program is. One cmd_*.c per command defines one; commands.c lists them, and
 * help, flags and errors all come from these tables. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stddef.h>

/* What the shell gets. */
enum cli_exit {
    CLI_DONE = 0,
    CLI_FAILED = 1, /* it went wrong; stderr says what */
    CLI_USAGE = 2 /* the command line is wrong; stderr names the culprit */
};

#define CLI_FLAGS_MAX 16

struct cli_flag {
    const char *name; /* "--topics" */
    const char *argument; /* what help calls its value */
    const char *help;
};

/* A command line that has been read. */
struct cli_arguments {
    const char *program; /* as it was called: "build/kaffe" */
    const char *operand; /* NULL: none */
    const char *flags[CLI_FLAGS_MAX]; /* values, in the order of the command's flags; NULL: unset */
};

struct cli_command {
    const char *name;
    const char *summary; /* a line of the list of commands */
    const char *description; /* lines, each ended */
    const char *example;
    const char *operand; /* what help calls it; NULL: takes none */
    const struct cli_flag *flags; /* [flag_count] */
    size_t flag_count;
    enum cli_exit (*run)(const struct cli_arguments *arguments);
};

extern const struct cli_command cli_demo;
extern const struct cli_command cli_help;
extern const struct cli_command cli_mock;
extern const struct cli_command cli_version;

/** All commands, in the order of the help, and NULL behind them. */
extern const struct cli_command *const cli_commands[];

/** NULL: there is none of that name. */
const struct cli_command *cli_command_find(const char *name);

/** Says on stderr that there is none, and which one was perhaps meant. */
enum cli_exit cli_command_unknown(const char *name);

#endif
