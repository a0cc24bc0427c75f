/* SPDX-License-Identifier: MIT
 * What a command of the program is. One cmd_*.c per command defines one; commands.c lists them, and
 * help, flags and errors all come from these tables. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

/* What the shell gets. */
enum cli_exit {
    CLI_DONE = 0,
    CLI_FAILED = 1, /* it went wrong; stderr says what */
    CLI_USAGE = 2 /* the command line is wrong; stderr names the culprit */
};

#define CLI_ANY_OPTION "" /* a flag whose value is NAME=VALUE, for any setting */
#define CLI_SECTIONS_MAX 3

/* A flag of a command's own. */
struct cli_flag {
    char letter; /* 'b'; 0: none */
    bool repeated; /* may be given more than once */
    const char *name; /* "--broker" */
    const char *argument; /* what help calls its value; NULL: takes none */
    const char *help;
    const char *option; /* the option it stands for, "endpoints"; NULL: none */
    const char *value; /* of that option, where it takes none: "end"; NULL: "true" */
    bool is_minor; /* help has its name only, in one line with others */
};

/* A flag as it was given. */
struct cli_given {
    const struct cli_flag *flag; /* NULL: an option of the command's sections */
    char *origin; /* as written: "-b", "--max-bytes", "-X debug" */
    char *
        setting; /* what it says for kaffe_config_load: "max_bytes", "kafka.debug"; NULL: nothing */
    const char *value; /* "" where it takes none and stands for no option */
};

/* A command line that has been read; arguments.h asks it. */
struct cli_arguments {
    const struct cli_command *command;
    const char *program; /* as it was called: "build/kaffe" */
    const char *const *words; /* as they were given, NULL behind the last */
    bool help; /* is asked for, and all else is as good as not given */
    const char **operands; /* [operand_count] */
    size_t operand_count;
    struct cli_given *given; /* [given_count], in the order of the command line */
    size_t given_count;
};

struct cli_command {
    const char *name;
    const char *summary; /* a line of the list of commands */
    const char *description; /* lines, each ended */
    const char *example;
    const char *operands; /* "FILE", "[COMMAND]", "KEY...", "[TOPIC...]"; NULL: takes none */
    const struct cli_flag *flags; /* [flag_count], the most used first */
    size_t flag_count;
    const char *sections[CLI_SECTIONS_MAX]; /* every option of these is a flag too */
    enum cli_exit (*run)(const struct cli_arguments *arguments);
};

extern const struct cli_command cli_consume;
extern const struct cli_command cli_demo;
extern const struct cli_command cli_help;
extern const struct cli_command cli_mock;
extern const struct cli_command cli_options;
extern const struct cli_command cli_partition;
extern const struct cli_command cli_produce;
extern const struct cli_command cli_run;
extern const struct cli_command cli_version;

/** All commands, in the order of the help, and NULL behind them. */
extern const struct cli_command *const cli_commands[];

/** NULL: there is none of that name. */
const struct cli_command *cli_command_find(const char *name);

/** Says on stderr that there is none, and which one was perhaps meant. */
enum cli_exit cli_command_unknown(const char *name);

#endif
