/* SPDX-License-Identifier: MIT
 * Which flag a word means: one of the command's own, or an option of its sections. */
#ifndef CLI_FLAGS_H
#define CLI_FLAGS_H

#include "command.h"
#include "kaffe_service.h"

struct cli_meant {
    const struct cli_flag *flag; /* NULL: not the command's own */
    kaffe_option option; /* which it stands for; its name is NULL: none */
    const char *setting; /* the option's name, CLI_ANY_OPTION; NULL: none */
};

/** @param name  "--max_bytes", its first `size` letters. @return false: there is none */
bool cli_flag_find(const struct cli_command *command, const char *name, size_t size,
                   struct cli_meant *meant);
/** @return false: there is none */
bool cli_flag_find_letter(const struct cli_command *command, char letter, struct cli_meant *meant);

/** Does it need a value? A yes-or-no option may have one, behind "=". */
bool cli_flag_wants_value(const struct cli_meant *meant);
bool cli_flag_takes_value(const struct cli_meant *meant);
bool cli_flag_may_repeat(const struct cli_meant *meant);

/** Says on stderr that there is no such flag, and which one was perhaps meant. */
enum cli_exit cli_flag_unknown(const struct cli_command *command, const char *name, size_t size);

#endif
