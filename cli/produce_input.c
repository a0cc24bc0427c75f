/* SPDX-License-Identifier: MIT */
#include "produce_input.h"

#include "complain.h"
#include "line_input.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

/* The longest line that can be a record: JSON may write a byte as \u0000, and names beside it. */
static size_t line_max(const struct cli_produce_input *produce)
{
    size_t bytes = (size_t)produce->max_message_bytes;
    return produce->json ? 6 * bytes + 65536 : bytes + produce->rules.key_delimiter.size;
}

static kaffe_status too_large(const struct cli_produce_input *produce, size_t bytes,
                              kaffe_error *err)
{
    return cli_complain(err, KAFFE_INVALID,
                        "%zu bytes are more than max_message_bytes = %" PRId64
                        ": raise it, and the topic's max.message.bytes",
                        bytes, produce->max_message_bytes);
}

static kaffe_status check_size(const struct cli_produce_input *produce, const kaffe_record *record,
                               kaffe_error *err)
{
    size_t bytes = record->key.size + record->value.size;
    for (size_t i = 0; i < record->header_count; i++)
        bytes += record->headers[i].name.size + record->headers[i].value.size;
    return bytes > (size_t)produce->max_message_bytes ? too_large(produce, bytes, err) : KAFFE_OK;
}

static kaffe_status read_json(const struct cli_produce_input *produce, kaffe_bytes line,
                              kaffe_record *record, int32_t *partition, kaffe_error *err)
{
    int32_t named;
    kaffe_status status = cli_record_json_read(produce->json, line, record, &named, err);
    record->key = cli_record_bytes(&produce->rules, record->key);
    record->value = cli_record_bytes(&produce->rules, record->value);
    if (produce->keeps_partitions && named != KAFFE_ANY_PARTITION)
        *partition = named;
    return status;
}

static bool send_line(struct cli_produce_input *produce, struct cli_place place, kaffe_bytes line)
{
    kaffe_error err;
    kaffe_record record;
    int32_t partition = produce->partition;
    kaffe_status status = KAFFE_OK;
    if (produce->json) {
        status = read_json(produce, line, &record, &partition, &err);
    } else {
        record = cli_record_of_line(&produce->rules, line);
        record.headers = produce->headers;
        record.header_count = produce->header_count;
    }
    if (status == KAFFE_OK)
        status = check_size(produce, &record, &err);
    if (status == KAFFE_OK)
        return cli_sender_send(produce->sender, place, partition, &record);
    cli_sender_refuse(produce->sender, place, &err);
    return false;
}

static void put_through(const struct cli_produce_input *produce, kaffe_bytes line)
{
    if (!produce->tees)
        return;
    fwrite(line.data, 1, line.size, stdout);
    fwrite(produce->delimiter.data, 1, produce->delimiter.size, stdout);
}

/* The clock is read now and then only. */
static void count(struct cli_produce_input *produce, kaffe_bytes line)
{
    produce->count_left--;
    produce->messages++;
    produce->bytes += (int64_t)line.size;
    if (produce->messages % 256 == 0)
        cli_progress_tell(&produce->progress, produce->messages, produce->bytes);
}

static bool send_lines(struct cli_produce_input *produce, struct cli_lines *lines, const char *file)
{
    kaffe_error err;
    kaffe_bytes line;
    while (produce->count_left > 0) {
        kaffe_status status = cli_lines_next(lines, &line, &err);
        bool whole_file = produce->delimiter.size == 0;
        struct cli_place place = { file, whole_file && file ? 0 : cli_lines_number(lines) };
        if (status == KAFFE_INVALID)
            too_large(produce, line.size, &err);
        if (status != KAFFE_OK) {
            cli_sender_refuse(produce->sender, place, &err);
            return false;
        }
        if (!line.data)
            return true;
        if (!send_line(produce, place, line))
            return false;
        count(produce, line);
        put_through(produce, line);
    }
    return false;
}

bool cli_produce_stream(struct cli_produce_input *produce, int fd, const char *file)
{
    kaffe_error err;
    const struct cli_lines_options options = { .fd = fd,
                                               .stop_fd = produce->stop_fd,
                                               .delimiter = produce->delimiter,
                                               .max_bytes = line_max(produce) };
    struct cli_lines *lines = cli_lines_new(&options, &err);
    if (!lines) {
        cli_sender_refuse(produce->sender, (struct cli_place){ file, 0 }, &err);
        return false;
    }
    bool goes_on = send_lines(produce, lines, file);
    cli_lines_free(lines);
    return goes_on;
}

bool cli_produce_file(struct cli_produce_input *produce, const char *file)
{
    kaffe_error err;
    if (strcmp(file, "-") == 0)
        return cli_produce_stream(produce, STDIN_FILENO, NULL);
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        cli_complain(&err, KAFFE_INVALID, "%s", strerror(errno));
        cli_sender_refuse(produce->sender, (struct cli_place){ file, 0 }, &err);
        return false;
    }
    bool goes_on = cli_produce_stream(produce, fd, file);
    close(fd);
    return goes_on;
}
