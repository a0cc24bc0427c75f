/* SPDX-License-Identifier: MIT
 * A format is a list of pieces, and its literals stand in one text. */
#include "message_format.h"

#include "complain.h"
#include "escape.h"
#include "output.h"

#include <stdlib.h>
#include <string.h>

struct piece {
    char token; /* the letter; 0: a literal */
    size_t at, size; /* of a literal, in the format's text */
};

struct cli_format {
    const char *null_text;
    size_t piece_count;
    size_t text_size;
    struct piece *pieces;
    char *text;
};

static const char tokens[] = "sSRkKThtpo";

/* Room for all that `letters` letters can say. */
static struct cli_format *make(size_t letters, const char *null_text, kaffe_error *err)
{
    struct cli_format *format = calloc(1, sizeof *format);
    if (format) {
        format->null_text = null_text;
        format->pieces = calloc(letters + 1, sizeof *format->pieces);
        format->text = malloc(letters + 1);
    }
    if (format && format->pieces && format->text)
        return format;
    cli_format_free(format);
    cli_complain(err, KAFFE_NO_MEMORY, "no memory for the format");
    return NULL;
}

void cli_format_free(struct cli_format *format)
{
    if (!format)
        return;
    free(format->pieces);
    free(format->text);
    free(format);
}

static void add_token(struct cli_format *format, char token)
{
    format->pieces[format->piece_count++] = (struct piece){ .token = token };
}

static void add_byte(struct cli_format *format, char byte)
{
    struct piece *last = &format->pieces[format->piece_count];
    if (format->piece_count == 0 || (--last)->token != 0) {
        last = &format->pieces[format->piece_count++];
        *last = (struct piece){ .at = format->text_size };
    }
    format->text[format->text_size++] = byte;
    last->size++;
}

/* Behind a "%". */
static kaffe_status add_named(struct cli_format *format, char letter, kaffe_error *err)
{
    if (letter == '\0')
        return cli_complain(err, KAFFE_INVALID, "a single %% at the end: %%%% prints one");
    if (letter == '%')
        add_byte(format, '%');
    else if (strchr(tokens, letter))
        add_token(format, letter);
    else
        return cli_complain(err, KAFFE_INVALID,
                            "no token %%%c: there are %%s %%S %%R %%k %%K %%T %%h %%t %%p %%o %%%%",
                            letter);
    return KAFFE_OK;
}

static kaffe_status add_bytes(struct cli_format *format, const char *text, kaffe_error *err)
{
    while (*text) {
        char byte;
        kaffe_status status = cli_escape_next(&text, &byte, err);
        if (status != KAFFE_OK)
            return status;
        add_byte(format, byte);
    }
    return KAFFE_OK;
}

static kaffe_status compile(struct cli_format *format, const char *text, kaffe_error *err)
{
    while (*text) {
        size_t literal = strcspn(text, "%\\");
        for (; literal > 0; literal--)
            add_byte(format, *text++);
        kaffe_status status = KAFFE_OK;
        char byte;
        if (*text == '%') {
            status = add_named(format, text[1], err);
            text += 2;
        } else if (*text == '\\') {
            status = cli_escape_next(&text, &byte, err);
            if (status == KAFFE_OK)
                add_byte(format, byte);
        }
        if (status != KAFFE_OK)
            return status;
    }
    return KAFFE_OK;
}

struct cli_format *cli_format_new(const char *text, const char *null_text, kaffe_error *err)
{
    struct cli_format *format = make(strlen(text), null_text, err);
    if (!format || compile(format, text, err) == KAFFE_OK)
        return format;
    cli_format_free(format);
    return NULL;
}

static kaffe_status add_columns(struct cli_format *format, const struct cli_columns *columns,
                                const char *key_delimiter, kaffe_error *err)
{
    kaffe_status status = KAFFE_OK;
    if (columns->offset) {
        add_token(format, 'o');
        status = add_bytes(format, key_delimiter, err);
    }
    if (status == KAFFE_OK && columns->key_delimiter) {
        add_token(format, 'k');
        status = add_bytes(format, key_delimiter, err);
    }
    add_token(format, 's');
    return status == KAFFE_OK ? add_bytes(format, columns->delimiter, err) : status;
}

struct cli_format *cli_format_of_columns(const struct cli_columns *columns, const char *null_text,
                                         kaffe_error *err)
{
    const char *key_delimiter = columns->key_delimiter ? columns->key_delimiter : "\t";
    size_t letters = 3 + 2 * strlen(key_delimiter) + strlen(columns->delimiter);
    struct cli_format *format = make(letters, null_text, err);
    if (!format || add_columns(format, columns, key_delimiter, err) == KAFFE_OK)
        return format;
    cli_format_free(format);
    return NULL;
}

static void put_text(const char *text, FILE *out)
{
    cli_put(out, text, strlen(text));
}

static void put_bytes(kaffe_bytes bytes, const char *null_text, FILE *out)
{
    if (bytes.data)
        cli_put(out, bytes.data, bytes.size);
    else
        put_text(null_text, out);
}

static int64_t size_of(kaffe_bytes bytes)
{
    return bytes.data ? (int64_t)bytes.size : -1;
}

static void put_size_binary(kaffe_bytes bytes, FILE *out)
{
    uint32_t size = (uint32_t)size_of(bytes);
    const unsigned char big_endian[] = { (unsigned char)(size >> 24), (unsigned char)(size >> 16),
                                         (unsigned char)(size >> 8), (unsigned char)size };
    cli_put(out, big_endian, sizeof big_endian);
}

static void put_headers(const kaffe_message *m, FILE *out)
{
    kaffe_header header;
    for (size_t i = 0; kaffe_message_header_at(m, i, &header); i++) {
        if (i > 0)
            cli_put(out, ",", 1);
        cli_put(out, header.name.data, header.name.size);
        cli_put(out, "=", 1);
        put_bytes(header.value, "NULL", out);
    }
}

static void put_token(const struct cli_format *format, char token, const kaffe_message *m,
                      FILE *out)
{
    switch (token) {
    case 's':
        put_bytes(m->value, format->null_text, out);
        break;
    case 'S':
        cli_put_number(out, size_of(m->value));
        break;
    case 'R':
        put_size_binary(m->value, out);
        break;
    case 'k':
        put_bytes(m->key, format->null_text, out);
        break;
    case 'K':
        cli_put_number(out, size_of(m->key));
        break;
    case 'T':
        cli_put_number(out, m->timestamp_ms);
        break;
    case 'h':
        put_headers(m, out);
        break;
    case 't':
        put_text(m->topic, out);
        break;
    case 'p':
        cli_put_number(out, m->partition);
        break;
    default:
        cli_put_number(out, m->offset);
        break;
    }
}

void cli_format_write(const struct cli_format *format, const kaffe_message *m, FILE *out)
{
    for (size_t i = 0; i < format->piece_count; i++) {
        const struct piece *piece = &format->pieces[i];
        if (piece->token)
            put_token(format, piece->token, m, out);
        else
            cli_put(out, format->text + piece->at, piece->size);
    }
}
