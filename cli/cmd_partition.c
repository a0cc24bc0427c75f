/* SPDX-License-Identifier: MIT
 * kaffe partition: which partition a strategy chooses for a key, without asking any Kafka. */
#include "arguments.h"
#include "command.h"
#include "kaffe_service.h"
#include "nearest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct chooser {
    kaffe_partition_fn strategy;
    int32_t partition_count;
    int32_t partition; /* the last one chosen; -1: none yet */
    bool hex;
};

/* --- flags -------------------------------------------------------------------------------- */

/* The words of "md5, round_robin, ..." one after another: a copy each, in `word`. */
static bool next_word(const char **list, char *word, size_t word_size)
{
    *list += strspn(*list, ", ");
    size_t size = strcspn(*list, ", ");
    snprintf(word, word_size, "%.*s", (int)size, *list);
    *list += size;
    return size > 0;
}

static enum cli_exit refuse_strategy(const char *name, const char *list)
{
    char word[32];
    char meant[32] = "";
    size_t distance = SIZE_MAX;
    for (const char *rest = list; next_word(&rest, word, sizeof word);) {
        struct cli_nearest nearest = cli_nearest_to(name);
        cli_nearest_try(&nearest, word);
        if (!nearest.word || nearest.distance >= distance)
            continue;
        distance = nearest.distance;
        memcpy(meant, word, sizeof meant);
    }
    if (*meant)
        fprintf(stderr, "kaffe partition: no strategy \"%s\": did you mean %s?\n", name, meant);
    else
        fprintf(stderr, "kaffe partition: no strategy \"%s\": there are %s\n", name, list);
    return CLI_USAGE;
}

static enum cli_exit choose_strategy(const char *name, struct chooser *chooser)
{
    kaffe_option option;
    if (!kaffe_option_find("producer", "partition_strategy", &option))
        return CLI_FAILED;
    chooser->strategy = kaffe_partition_strategy(name ? name : option.default_value);
    return chooser->strategy ? CLI_DONE : refuse_strategy(name, option.range);
}

static enum cli_exit read_count(const char *text, struct chooser *chooser)
{
    char *end;
    if (!text) {
        fputs("kaffe partition: --partitions N is missing: say how many the topic has\n", stderr);
        return CLI_USAGE;
    }
    errno = 0;
    long count = strtol(text, &end, 10);
    if (end == text || *end || errno || count < 1 || count > INT32_MAX) {
        fprintf(stderr, "kaffe partition: --partitions %s: must be 1..%d\n", text, INT32_MAX);
        return CLI_USAGE;
    }
    chooser->partition_count = (int32_t)count;
    return CLI_DONE;
}

/* --- keys --------------------------------------------------------------------------------- */

static int digit_of(char c)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    const char *found = c ? strchr(digits, c) : NULL;
    if (!found)
        return -1;
    int digit = (int)(found - digits);
    return digit < 16 ? digit : digit - 6;
}

/* In place: the bytes take the digits' room. @return false: these are no digits in pairs */
static bool read_hex(char *text, size_t *size)
{
    for (size_t i = 0; i + 1 < *size; i += 2) {
        int high = digit_of(text[i]);
        int low = digit_of(text[i + 1]);
        if (high < 0 || low < 0)
            return false;
        text[i / 2] = (char)(high * 16 + low);
    }
    bool pairs = *size % 2 == 0;
    *size /= 2;
    return pairs;
}

/* @return CLI_USAGE after a line about it */
static enum cli_exit print_choice(struct chooser *chooser, const char *text, size_t size)
{
    size_t key_size = size;
    char *key = malloc(size + 1);
    if (!key) {
        fputs("kaffe partition: no memory\n", stderr);
        return CLI_FAILED;
    }
    memcpy(key, text, size);
    enum cli_exit status = CLI_DONE;
    if (chooser->hex && !read_hex(key, &key_size)) {
        fprintf(stderr, "kaffe partition: key \"%.*s\": --hex wants two of 0-9, a-f for a byte\n",
                (int)size, text);
        status = CLI_USAGE;
    } else {
        chooser->partition =
            chooser->strategy("", chooser->partition, chooser->partition_count,
                              (kaffe_bytes){ key, key_size }, kaffe_text(NULL), NULL);
        fwrite(text, 1, size, stdout);
        printf("\t%d\n", chooser->partition);
    }
    free(key);
    return status;
}

static enum cli_exit print_lines(struct chooser *chooser)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t size;
    enum cli_exit status = CLI_DONE;
    while (status == CLI_DONE && (size = getline(&line, &room, stdin)) >= 0)
        status = print_choice(chooser, line, (size_t)size - (line[size - 1] == '\n'));
    free(line);
    if (ferror(stdin)) {
        perror("kaffe partition: stdin");
        status = CLI_FAILED;
    }
    return status;
}

static enum cli_exit run(const struct cli_arguments *arguments)
{
    struct chooser chooser = { .partition = -1, .hex = cli_has(arguments, "--hex") };
    enum cli_exit status = choose_strategy(cli_value(arguments, "--strategy"), &chooser);
    if (status == CLI_DONE)
        status = read_count(cli_value(arguments, "--partitions"), &chooser);
    if (status == CLI_DONE && arguments->operand_count == 0) {
        if (!isatty(STDIN_FILENO))
            return print_lines(&chooser);
        fputs("kaffe partition: KEY is missing: give keys, or one per line on stdin\n", stderr);
        return CLI_USAGE;
    }
    for (size_t i = 0; status == CLI_DONE && i < arguments->operand_count; i++)
        status = print_choice(&chooser, arguments->operands[i], strlen(arguments->operands[i]));
    return status;
}

static const struct cli_flag flags[] = {
    { .letter = 'p',
      .name = "--partitions",
      .argument = "N",
      .help = "how many partitions the topic has" },
    { .letter = 's',
      .name = "--strategy",
      .argument = "NAME",
      .help = "md5 (default), round_robin, random, murmur2, fnv1a, crc32" },
    { .letter = 'x', .name = "--hex", .help = "keys are given in hexadecimal" },
};

const struct cli_command cli_partition = {
    .name = "partition",
    .summary = "the partition that a strategy chooses for a key",
    .description =
        "Prints each key, a tab, and its partition; without keys, those on stdin, one per\n"
        "line. No Kafka is asked. md5 is Elixir Kaffe's default, murmur2 Java's, fnv1a\n"
        "Sarama's, crc32 librdkafka's; round_robin counts from 0 over the keys given.\n",
    .operands = "[KEY...]",
    .flags = flags,
    .flag_count = sizeof flags / sizeof *flags,
    .example = "kaffe partition --partitions 32 --strategy murmur2 customer-42",
    .run = run,
};
