/* SPDX-License-Identifier: MIT
 * A message as JSON, and a record out of it: no byte changes on the way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "message_json.h"
#include "printed.h"
#include "record_json.h"

#define BYTES(literal) ((kaffe_bytes){ (literal), sizeof(literal) - 1 })

static struct kf_message with(kaffe_bytes key, kaffe_bytes value)
{
    struct kf_message m = printed_message();
    m.view.key = key;
    m.view.value = value;
    return m;
}

static void assert_written(struct kf_message m, const char *expected)
{
    FILE *out = printed_start();
    cli_message_json_write(&m.view, out);
    printed_is_text(out, expected);
}

#define ENVELOPE                                                                                   \
    "{\"topic\":\"orders\",\"partition\":3,\"offset\":42,\"tstype\":\"create\","                   \
    "\"ts\":1700000000123,"

static void null_and_empty_are_two_things(void **state)
{
    (void)state;
    assert_written(with((kaffe_bytes){ 0 }, (kaffe_bytes){ 0 }),
                   ENVELOPE "\"key\":null,\"payload\":null}");
    assert_written(with(BYTES(""), BYTES("")), ENVELOPE "\"key\":\"\",\"payload\":\"\"}");
}

static void headers_are_names_and_values_in_turn(void **state)
{
    static const uint8_t headers[] = { 2, 'a', 2, '1', 2, 'b', 0, 2, 'c', 1, 2, 'd', 2, 0xff };
    (void)state;
    struct kf_message m = with(BYTES("k"), BYTES("v"));
    m.headers = headers;
    m.headers_size = sizeof headers;
    m.header_count = 4;
    assert_written(m, ENVELOPE
                   "\"headers\":[\"a\",\"1\",\"b\",\"\",\"c\",null,\"d\",{\"base64\":\"/w==\"}],"
                   "\"key\":\"k\",\"payload\":\"v\"}");
}

static void timestamps_say_whose_they_are(void **state)
{
    (void)state;
    FILE *out = printed_start();
    struct kf_message m = with(BYTES("k"), BYTES("v"));
    m.view.timestamp_type = KAFFE_TIMESTAMP_APPEND;
    cli_message_json_write(&m.view, out);
    m.view.timestamp_type = KAFFE_TIMESTAMP_NONE;
    m.view.timestamp_ms = -1;
    cli_message_json_write(&m.view, out);
    printed_is_text(out,
                    "{\"topic\":\"orders\",\"partition\":3,\"offset\":42,\"tstype\":\"logappend\","
                    "\"ts\":1700000000123,\"key\":\"k\",\"payload\":\"v\"}"
                    "{\"topic\":\"orders\",\"partition\":3,\"offset\":42,\"tstype\":\"unknown\","
                    "\"ts\":-1,\"key\":\"k\",\"payload\":\"v\"}");
}

static void text_is_escaped_as_json_wants_it(void **state)
{
    (void)state;
    assert_written(with(BYTES("\0\x0b\x1f\x7f/"), BYTES("\b\f\n\r\t\"\\\xc3\xa9")),
                   ENVELOPE "\"key\":\"\\u0000\\u000B\\u001F\x7f/\","
                            "\"payload\":\"\\b\\f\\n\\r\\t\\\"\\\\\xc3\xa9\"}");
}

static void what_is_no_text_is_base64(void **state)
{
    (void)state;
    assert_written(with(BYTES("\xed\xa0\x80"), BYTES("\xc0\x80")),
                   ENVELOPE "\"key\":{\"base64\":\"7aCA\"},\"payload\":{\"base64\":\"wIA=\"}}");
}

/* --- reading ------------------------------------------------------------------------------ */

static void assert_bytes(kaffe_bytes bytes, kaffe_bytes expected)
{
    assert_true((bytes.data == NULL) == (expected.data == NULL));
    assert_int_equal(bytes.size, expected.size);
    if (bytes.size > 0)
        assert_memory_equal(bytes.data, expected.data, bytes.size);
}

static void a_record_has_what_the_json_says(void **state)
{
    kaffe_error err;
    kaffe_record record;
    int32_t partition;
    (void)state;
    struct cli_record_json *json = cli_record_json_new(&err);
    kaffe_bytes line = kaffe_text("{\"key\": \"a\\u0000b\", \"payload\": {\"base64\": \"/wA=\"}, "
                                  "\"ts\": 17, \"partition\": 2, \"topic\": \"other\", "
                                  "\"headers\": [\"n\", null, \"m\", {\"base64\": \"\"}]}");
    assert_int_equal(cli_record_json_read(json, line, &record, &partition, &err), KAFFE_OK);
    assert_bytes(record.key, BYTES("a\0b"));
    assert_bytes(record.value, BYTES("\xff\0"));
    assert_int_equal(record.timestamp_ms, 17);
    assert_int_equal(partition, 2);
    assert_int_equal(record.header_count, 2);
    assert_bytes(record.headers[0].name, BYTES("n"));
    assert_bytes(record.headers[0].value, (kaffe_bytes){ 0 });
    assert_bytes(record.headers[1].value, BYTES(""));

    line = kaffe_text("{\"headers\": {\"n\": \"v\"}, \"ts\": -1}");
    assert_int_equal(cli_record_json_read(json, line, &record, &partition, &err), KAFFE_OK);
    assert_bytes(record.key, (kaffe_bytes){ 0 });
    assert_bytes(record.value, (kaffe_bytes){ 0 });
    assert_int_equal(record.timestamp_ms, 0);
    assert_int_equal(partition, KAFFE_ANY_PARTITION);
    assert_bytes(record.headers[0].value, BYTES("v"));
    cli_record_json_free(json);
}

static void assert_refused(struct cli_record_json *json, const char *line, const char *why)
{
    kaffe_error err;
    kaffe_record record;
    int32_t partition;
    assert_int_equal(cli_record_json_read(json, kaffe_text(line), &record, &partition, &err),
                     KAFFE_INVALID);
    assert_string_equal(err.message, why);
}

static void what_is_no_record_is_named(void **state)
{
    kaffe_error err;
    (void)state;
    struct cli_record_json *json = cli_record_json_new(&err);
    assert_refused(json, "[]", "no JSON object: {\"key\": ..., \"payload\": ...} is one");
    assert_refused(json, "{\"key\": 3}", "\"key\" must be a string, null or {\"base64\": \"...\"}");
    assert_refused(json, "{\"payload\": {\"base64\": \"AA\"}}",
                   "\"payload\": its \"base64\" is none");
    assert_refused(json, "{\"headers\": [\"n\"]}", "\"headers\": the last name has no value");
    assert_refused(json, "{\"headers\": [null, \"v\"]}", "\"headers\": a name must not be null");
    assert_refused(json, "{\"headers\": 3}", "\"headers\" must be [\"name\", \"value\", ...]");
    assert_refused(json, "{\"partition\": 2147483648}",
                   "\"partition\" must be a number up to 2147483647");
    assert_refused(json, "{\"ts\": \"now\"}", "\"ts\" must be a number up to 9223372036854775807");
    cli_record_json_free(json);
}

/* Every sequence of two bytes, as key, value and header value; each must come back as it was. */
static void nothing_is_lost_on_the_way(void **state)
{
    kaffe_error err;
    (void)state;
    struct cli_record_json *json = cli_record_json_new(&err);
    for (int i = 0; i < 65536; i++) {
        char text[512];
        kaffe_record record;
        int32_t partition;
        const uint8_t bytes[] = { (uint8_t)(i >> 8), (uint8_t)i };
        const uint8_t headers[] = { 4, bytes[0], bytes[1], 4, bytes[0], bytes[1] };
        struct kf_message m = with((kaffe_bytes){ bytes, 2 }, (kaffe_bytes){ bytes + 1, 1 });
        m.headers = headers;
        m.headers_size = sizeof headers;
        m.header_count = 1;
        FILE *out = fmemopen(text, sizeof text, "w");
        cli_message_json_write(&m.view, out);
        fclose(out);
        kaffe_bytes line = kaffe_text(text);
        assert_int_equal(cli_record_json_read(json, line, &record, &partition, &err), KAFFE_OK);
        assert_bytes(record.key, (kaffe_bytes){ bytes, 2 });
        assert_bytes(record.value, (kaffe_bytes){ bytes + 1, 1 });
        assert_bytes(record.headers[0].name, (kaffe_bytes){ bytes, 2 });
        assert_bytes(record.headers[0].value, (kaffe_bytes){ bytes, 2 });
    }
    cli_record_json_free(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(null_and_empty_are_two_things),
        cmocka_unit_test(headers_are_names_and_values_in_turn),
        cmocka_unit_test(timestamps_say_whose_they_are),
        cmocka_unit_test(text_is_escaped_as_json_wants_it),
        cmocka_unit_test(what_is_no_text_is_base64),
        cmocka_unit_test(a_record_has_what_the_json_says),
        cmocka_unit_test(what_is_no_record_is_named),
        cmocka_unit_test(nothing_is_lost_on_the_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
