/* SPDX-License-Identifier: MIT */
#include "sasl_message.h"

#include "error.h"
#include "error_code.h"
#include "reader.h"

#include <string.h>

enum {
    UNSUPPORTED_MECHANISM = 33,
    ILLEGAL_STATE = 34,
    AUTHENTICATION_FAILED = 58,
    WORDS_BYTES = 160 /* of a broker's text, in a message of ours */
};

void kf_sasl_handshake_request(struct kf_request *request, int32_t correlation_id,
                               const char *client_id, const char *mechanism)
{
    kf_request_begin(request, KF_API_SASL_HANDSHAKE, 1, correlation_id, client_id);
    kf_write_string(request, mechanism);
}

void kf_sasl_authenticate_request(struct kf_request *request, int16_t version,
                                  int32_t correlation_id, const char *client_id,
                                  kaffe_bytes message)
{
    kf_request_begin(request, KF_API_SASL_AUTHENTICATE, version, correlation_id, client_id);
    kf_write_bytes(request, message);
}

/* As part of one line: what does not fit is left out, what is not printable becomes a blank. */
static void append_words(char words[WORDS_BYTES], const char *between, kaffe_bytes text)
{
    size_t used = strlen(words);
    for (; used && *between && used < WORDS_BYTES - 1; between++)
        words[used++] = *between;
    const unsigned char *at = text.data;
    for (size_t i = 0; i < text.size && used < WORDS_BYTES - 1; i++)
        words[used++] = at[i] < ' ' || at[i] == 0x7f ? ' ' : (char)at[i];
    words[used] = 0;
}

kaffe_status kf_sasl_handshake_decode(kaffe_bytes body, const char *mechanism, kaffe_error *err)
{
    struct kf_reader r = kf_reader_of(body.data, body.size);
    char offered[WORDS_BYTES] = "";
    int16_t code = kf_read_int16(&r);
    int32_t count = kf_read_count(&r, 2);
    for (int32_t i = 0; i < count; i++)
        append_words(offered, ", ", kf_read_string(&r));
    if (r.failed || kf_reader_left(&r) > 0)
        return kf_error_set(err, KAFFE_KAFKA, "SaslHandshake response: malformed");
    if (code == UNSUPPORTED_MECHANISM)
        return kf_error_set_kafka(err, KAFFE_DENIED, code, 0,
                                  "the broker does not take %s here, but %s", mechanism,
                                  offered[0] ? offered : "no login at all");
    if (code == ILLEGAL_STATE)
        return kf_error_set_kafka(err, KAFFE_DENIED, code, 0,
                                  "the broker wants no login at this port: another "
                                  "security_protocol, or another port");
    if (code != 0)
        return kf_error_set_kafka(err, KAFFE_KAFKA, code, 0, "SaslHandshake response: %s (%d)",
                                  kf_error_code_name(code), code);
    return kf_error_ok(err);
}

static kaffe_status refused(int16_t code, kaffe_bytes message, kaffe_error *err)
{
    char words[WORDS_BYTES] = "";
    append_words(words, "", message);
    if (code == AUTHENTICATION_FAILED)
        return kf_error_set_kafka(err, KAFFE_DENIED, code, 0, "login refused: %s",
                                  words[0] ? words : "the broker does not say why");
    return kf_error_set_kafka(err, KAFFE_KAFKA, code, 0, "login: %s (%d)%s%s",
                              kf_error_code_name(code), code, words[0] ? ": " : "", words);
}

kaffe_status kf_sasl_authenticate_decode(kaffe_bytes body, int16_t version,
                                         struct kf_sasl_answer *answer, kaffe_error *err)
{
    struct kf_reader r = kf_reader_of(body.data, body.size);
    int16_t code = kf_read_int16(&r);
    kaffe_bytes message = kf_read_string(&r);
    kaffe_bytes challenge = kf_read_bytes(&r);
    int64_t lifetime_ms = version >= 1 ? kf_read_int64(&r) : 0;
    if (r.failed || kf_reader_left(&r) > 0)
        return kf_error_set(err, KAFFE_KAFKA, "SaslAuthenticate response: malformed");
    if (code != 0)
        return refused(code, message, err);
    answer->challenge = challenge.data ? challenge : kaffe_text("");
    answer->lifetime_ms = lifetime_ms > 0 ? lifetime_ms : 0;
    return kf_error_ok(err);
}
