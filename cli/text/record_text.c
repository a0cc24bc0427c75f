/* SPDX-License-Identifier: MIT */
#include "record_text.h"

#include "complain.h"

kaffe_bytes cli_record_bytes(const struct cli_record_rules *rules, kaffe_bytes bytes)
{
    return rules->empty_is_null && bytes.size == 0 ? (kaffe_bytes){ 0 } : bytes;
}

kaffe_record cli_record_of_line(const struct cli_record_rules *rules, kaffe_bytes line)
{
    kaffe_bytes delimiter = rules->key_delimiter;
    kaffe_record record = { .key = rules->key, .value = line };
    const char *found = NULL;
    if (delimiter.size > 0)
        found = memmem(line.data, line.size, delimiter.data, delimiter.size);
    if (found) {
        const char *start = line.data;
        size_t key_size = (size_t)(found - start);
        record.key = (kaffe_bytes){ start, key_size };
        record.value =
            (kaffe_bytes){ found + delimiter.size, line.size - key_size - delimiter.size };
    }
    record.key = cli_record_bytes(rules, record.key);
    record.value = cli_record_bytes(rules, record.value);
    return record;
}

kaffe_status cli_record_header(const char *text, kaffe_header *header, kaffe_error *err)
{
    const char *equals = strchr(text, '=');
    *header = (kaffe_header){ .name = kaffe_text(text) };
    if (equals) {
        header->name.size = (size_t)(equals - text);
        header->value = kaffe_text(equals + 1);
    }
    if (header->name.size == 0)
        return cli_complain(err, KAFFE_INVALID, "\"%s\" has no name: NAME=VALUE, or NAME for null",
                            text);
    return KAFFE_OK;
}
