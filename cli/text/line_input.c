/* SPDX-License-Identifier: MIT
 * One buffer: read..searched holds no whole delimiter, ..filled is not searched yet. It grows while
 * a line needs it. */
#include "line_input.h"

#include "complain.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    FIRST_CAPACITY = 256 * 1024
};

struct cli_lines {
    struct cli_lines_options options;
    char *bytes;
    size_t capacity;
    size_t read, searched, filled;
    size_t dropped; /* of a line that is too large: counted, not kept */
    int64_t number;
    bool ended;
};

struct cli_lines *cli_lines_new(const struct cli_lines_options *options, kaffe_error *err)
{
    struct cli_lines *lines = calloc(1, sizeof *lines);
    if (lines) {
        *lines = (struct cli_lines){ .options = *options, .capacity = FIRST_CAPACITY };
        lines->bytes = malloc(lines->capacity);
    }
    if (lines && lines->bytes)
        return lines;
    cli_lines_free(lines);
    cli_complain(err, KAFFE_NO_MEMORY, "no memory to read lines");
    return NULL;
}

void cli_lines_free(struct cli_lines *lines)
{
    if (!lines)
        return;
    free(lines->bytes);
    free(lines);
}

int64_t cli_lines_number(const struct cli_lines *lines)
{
    return lines->number;
}

static bool find_delimiter(const struct cli_lines *lines, size_t *at)
{
    kaffe_bytes delimiter = lines->options.delimiter;
    const char *from = lines->bytes + lines->searched;
    size_t size = lines->filled - lines->searched;
    const char *found = NULL;
    if (delimiter.size == 1)
        found = memchr(from, *(const char *)delimiter.data, size);
    else if (delimiter.size > 1)
        found = memmem(from, size, delimiter.data, delimiter.size);
    if (found)
        *at = (size_t)(found - lines->bytes);
    return found != NULL;
}

/* A delimiter may have begun in the last bytes. */
static void search_no_more(struct cli_lines *lines)
{
    size_t begun = lines->options.delimiter.size > 1 ? lines->options.delimiter.size - 1 : 0;
    size_t size = lines->filled - lines->read;
    lines->searched = lines->filled - (begun < size ? begun : size);
}

/* What is searched of a line that is too large is counted instead of kept. */
static void drop(struct cli_lines *lines)
{
    if (lines->dropped == 0 && lines->searched - lines->read <= lines->options.max_bytes)
        return;
    lines->dropped += lines->searched - lines->read;
    lines->read = lines->searched;
}

static kaffe_status make_room(struct cli_lines *lines, kaffe_error *err)
{
    if (lines->filled < lines->capacity)
        return KAFFE_OK;
    size_t kept = lines->filled - lines->read;
    if (kept > lines->capacity / 2) {
        char *larger = realloc(lines->bytes, lines->capacity * 2);
        if (!larger)
            return cli_complain(err, KAFFE_NO_MEMORY, "no memory for a line of %zu bytes", kept);
        lines->bytes = larger;
        lines->capacity *= 2;
        return KAFFE_OK;
    }
    memmove(lines->bytes, lines->bytes + lines->read, kept);
    lines->searched -= lines->read;
    lines->filled -= lines->read;
    lines->read = 0;
    return KAFFE_OK;
}

static bool is_stopped(const struct cli_lines *lines)
{
    struct pollfd waits[] = { { .fd = lines->options.stop_fd, .events = POLLIN },
                              { .fd = lines->options.fd, .events = POLLIN } };
    if (lines->options.stop_fd < 0)
        return false;
    while (poll(waits, 2, -1) < 0 && errno == EINTR)
        ;
    return waits[0].revents != 0;
}

static kaffe_status read_more(struct cli_lines *lines, kaffe_error *err)
{
    kaffe_status status = make_room(lines, err);
    if (status != KAFFE_OK)
        return status;
    if (is_stopped(lines)) {
        lines->read = lines->searched = lines->filled; /* half a line is none */
        lines->dropped = 0;
        lines->ended = true;
        return KAFFE_OK;
    }
    ssize_t got =
        read(lines->options.fd, lines->bytes + lines->filled, lines->capacity - lines->filled);
    if (got < 0 && errno != EINTR)
        return cli_complain(err, KAFFE_FAILED, "reading: %s", strerror(errno));
    lines->ended = got == 0;
    lines->filled += got > 0 ? (size_t)got : 0;
    return KAFFE_OK;
}

/* The line ends at `end`, and the next one begins at `next`. */
static kaffe_status cut(struct cli_lines *lines, size_t end, size_t next, kaffe_bytes *line,
                        kaffe_error *err)
{
    size_t size = lines->dropped + end - lines->read;
    *line = (kaffe_bytes){ lines->bytes + lines->read, size };
    lines->read = lines->searched = next;
    lines->dropped = 0;
    lines->number++;
    if (size <= lines->options.max_bytes)
        return KAFFE_OK;
    line->data = NULL;
    return cli_complain(err, KAFFE_INVALID, "a line of %zu bytes", size);
}

static kaffe_status next_or_empty(struct cli_lines *lines, kaffe_bytes *line, kaffe_error *err)
{
    size_t end;
    while (!find_delimiter(lines, &end)) {
        search_no_more(lines);
        drop(lines);
        if (lines->ended)
            return cut(lines, lines->filled, lines->filled, line, err);
        kaffe_status status = read_more(lines, err);
        if (status != KAFFE_OK)
            return status;
    }
    return cut(lines, end, end + lines->options.delimiter.size, line, err);
}

kaffe_status cli_lines_next(struct cli_lines *lines, kaffe_bytes *line, kaffe_error *err)
{
    kaffe_status status = KAFFE_OK;
    line->size = 0;
    while (status == KAFFE_OK && line->size == 0 &&
           !(lines->ended && lines->read == lines->filled && lines->dropped == 0))
        status = next_or_empty(lines, line, err);
    if (line->size == 0)
        line->data = NULL;
    return status;
}
