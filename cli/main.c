/* SPDX-License-Identifier: MIT
 * The program kaffe: finds the command, reads its flags, runs it. */
#include "arguments.h"
#include "command.h"
#include "help.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static enum cli_exit run(const struct cli_command *command, const char *program,
                         const char *const *words)
{
    struct cli_arguments arguments;
    enum cli_exit status = cli_arguments_read(command, words, &arguments);
    arguments.program = program;
    arguments.words = words;
    if (arguments.help)
        cli_help_command(command);
    else if (status == CLI_DONE)
        status = command->run(&arguments);
    cli_arguments_free(&arguments);
    return status;
}

static enum cli_exit dispatch(const char *const *argv)
{
    const char *name = argv[1];
    if (!name) {
        cli_help_program(stderr);
        return CLI_USAGE;
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
        cli_help_program(stdout);
        return CLI_DONE;
    }
    if (strcmp(name, "--version") == 0)
        name = "version";
    const struct cli_command *command = cli_command_find(name);
    return command ? run(command, argv[0], argv + 2) : cli_command_unknown(name);
}

/* What was started without stdin, stdout or stderr would give their numbers to sockets. The place
 * is taken by what can not be used as that, so that reading or writing fails, as it would have. */
static bool fill_standard_streams(void)
{
    static const int modes[] = { O_WRONLY, O_RDONLY, O_RDONLY };
    for (int fd = 0; fd < 3; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) != fd)
            return false;
    return true;
}

int main(int argc, char **argv)
{
    (void)argc;
    if (!fill_standard_streams())
        return CLI_FAILED;
    /* Whoever reads our output may go away: then this ends quietly, whatever we were started with.
     */
    signal(SIGPIPE, SIG_DFL);
    enum cli_exit status = dispatch((const char *const *)argv);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("kaffe: stdout");
        return CLI_FAILED;
    }
    return (int)status;
}
