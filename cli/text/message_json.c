/* SPDX-License-Identifier: MIT */
#include "message_json.h"

#include "output.h"
#include "utf8.h"

#include <openssl/evp.h>
#include <string.h>

static void put_text(const char *text, FILE *out)
{
    cli_put(out, text, strlen(text));
}

/* What stands behind the backslash; 0: the byte stands for itself; 'u': its number has to. */
static char escape_of(unsigned char byte)
{
    switch (byte) {
    case '"':
    case '\\':
        return (char)byte;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return byte < 0x20 ? 'u' : 0;
    }
}

static void put_escaped(unsigned char byte, char escape, FILE *out)
{
    static const char digits[] = "0123456789ABCDEF";
    const char numbered[] = { '\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15] };
    const char named[] = { '\\', escape };
    if (escape == 'u')
        cli_put(out, numbered, sizeof numbered);
    else
        cli_put(out, named, sizeof named);
}

static void put_string(kaffe_bytes text, FILE *out)
{
    const unsigned char *run = text.data;
    const unsigned char *end = run + text.size;
    cli_put(out, "\"", 1);
    for (const unsigned char *at = run; at < end; at++) {
        char escape = escape_of(*at);
        if (!escape)
            continue;
        cli_put(out, run, (size_t)(at - run));
        put_escaped(*at, escape, out);
        run = at + 1;
    }
    cli_put(out, run, (size_t)(end - run));
    cli_put(out, "\"", 1);
}

static void put_base64(kaffe_bytes bytes, FILE *out)
{
    enum {
        CHUNK = 3 * 1024 /* whole triples, so that padding comes at the end only */
    };
    unsigned char text[CHUNK / 3 * 4 + 1];
    const unsigned char *at = bytes.data;
    put_text("{\"base64\":\"", out);
    for (size_t rest = bytes.size; rest > 0;) {
        int size = (int)(rest < CHUNK ? rest : CHUNK);
        cli_put(out, text, (size_t)EVP_EncodeBlock(text, at, size));
        at += size;
        rest -= (size_t)size;
    }
    put_text("\"}", out);
}

static void put_bytes(kaffe_bytes bytes, FILE *out)
{
    if (!bytes.data)
        put_text("null", out);
    else if (cli_is_utf8(bytes.data, bytes.size))
        put_string(bytes, out);
    else
        put_base64(bytes, out);
}

static void put_headers(const kaffe_message *m, FILE *out)
{
    kaffe_header header;
    for (size_t i = 0; kaffe_message_header_at(m, i, &header); i++) {
        put_text(i == 0 ? ",\"headers\":[" : ",", out);
        put_bytes(header.name, out);
        put_text(",", out);
        put_bytes(header.value, out);
    }
    if (kaffe_message_header_count(m) > 0)
        put_text("]", out);
}

static const char *timestamp_type(const kaffe_message *m)
{
    switch (m->timestamp_type) {
    case KAFFE_TIMESTAMP_CREATE:
        return "create";
    case KAFFE_TIMESTAMP_APPEND:
        return "logappend";
    case KAFFE_TIMESTAMP_NONE:
    default:
        return "unknown";
    }
}

void cli_message_json_write(const kaffe_message *m, FILE *out)
{
    put_text("{\"topic\":", out);
    put_string(kaffe_text(m->topic), out);
    put_text(",\"partition\":", out);
    cli_put_number(out, m->partition);
    put_text(",\"offset\":", out);
    cli_put_number(out, m->offset);
    put_text(",\"tstype\":\"", out);
    put_text(timestamp_type(m), out);
    put_text("\",\"ts\":", out);
    cli_put_number(out, m->timestamp_ms);
    put_headers(m, out);
    put_text(",\"key\":", out);
    put_bytes(m->key, out);
    put_text(",\"payload\":", out);
    put_bytes(m->value, out);
    put_text("}", out);
}
