/* SPDX-License-Identifier: MIT
 * Messages as text, and back: the first line is a format of -f, a header, a key's delimiter and a
 * record's JSON, and the rest is the message. What -J writes, -J reads. */
#include "frames.h"
#include "fuzz.h"
#include "message_format.h"
#include "message_json.h"
#include "record_json.h"
#include "record_text.h"

#include <stdio.h>
#include <string.h>

#include "printed.h"

static void same(kaffe_bytes one, kaffe_bytes other)
{
    fuzz_require(one.size == other.size && !one.data == !other.data);
    fuzz_require(one.size == 0 || memcmp(one.data, other.data, one.size) == 0);
}

static void write_and_read(const kaffe_message *m)
{
    char *text = NULL;
    size_t size = 0;
    kaffe_error err;
    kaffe_record record;
    int32_t partition;
    FILE *out = open_memstream(&text, &size);
    cli_message_json_write(m, out);
    fuzz_require(fclose(out) == 0);
    struct cli_record_json *json = cli_record_json_new(&err);
    kaffe_status read =
        cli_record_json_read(json, (kaffe_bytes){ text, size }, &record, &partition, &err);
    fuzz_require(read == KAFFE_OK);
    same(record.key, m->key);
    same(record.value, m->value);
    cli_record_json_free(json);
    free(text);
}

static void format(const char *text, const kaffe_message *m, FILE *nowhere)
{
    kaffe_error err;
    const struct cli_columns columns = { .offset = true, .key_delimiter = text, .delimiter = text };
    struct cli_format *formats[2] = { cli_format_new(text, "NULL", &err),
                                      cli_format_of_columns(&columns, "", &err) };
    for (size_t i = 0; i < 2; i++) {
        if (formats[i])
            cli_format_write(formats[i], m, nowhere);
        cli_format_free(formats[i]);
    }
}

static void read_records(const char *text, kaffe_bytes line)
{
    kaffe_error err;
    kaffe_header header;
    kaffe_record record;
    int32_t partition;
    const struct cli_record_rules rules = { .key_delimiter = kaffe_text(*text ? text : NULL),
                                            .empty_is_null = true };
    record = cli_record_of_line(&rules, line);
    fuzz_touch(record.key);
    fuzz_touch(record.value);
    if (cli_record_header(text, &header, &err) == KAFFE_OK)
        fuzz_touch(header.name);
    struct cli_record_json *json = cli_record_json_new(&err);
    if (cli_record_json_read(json, line, &record, &partition, &err) == KAFFE_OK)
        fuzz_touch(record.value);
    cli_record_json_free(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
    if (!end)
        return 0;
    char *text = strndup((const char *)data, (size_t)(end - data));
    size_t rest = size - (size_t)(end + 1 - data);
    uint8_t *copy = exact_copy(end + 1, rest);
    FILE *nowhere = fopen("/dev/null", "w");
    fuzz_require(text && nowhere);
    struct kf_message m = printed_message();
    m.headers = copy; /* none of them */
    m.view.key = (kaffe_bytes){ copy, rest / 2 };
    m.view.value = (kaffe_bytes){ copy + rest / 2, rest - rest / 2 };
    format(text, &m.view, nowhere);
    write_and_read(&m.view);
    read_records(text, (kaffe_bytes){ copy, rest });
    fclose(nowhere);
    free(copy);
    free(text);
    return 0;
}
