/* SPDX-License-Identifier: MIT */
#include "login_trouble.h"

#include "chain_words.h"
#include "connection.h"

#include <stdio.h>
#include <string.h>

/* --- a broker's certificate --------------------------------------------------------------- */

/* Judges as OpenSSL does, and remembers why. */
/* NOLINTNEXTLINE(readability-function-size): librdkafka says what it is called with */
static int on_verify(rd_kafka_t *rk, const char *broker, int32_t id, int *x509_error, int depth,
                     const char *der, size_t der_size, char *why, size_t why_size, void *opaque)
{
    (void)rk, (void)broker, (void)id, (void)depth, (void)der, (void)der_size;
    struct kf_connection_owner *owner = opaque;
    if (*x509_error == 0)
        return 1;
    atomic_store(&owner->login.x509_error, *x509_error);
    snprintf(why, why_size, "%s", kf_chain_words(*x509_error));
    return 0;
}

void kf_handle_login_listen(rd_kafka_conf_t *conf)
{
    rd_kafka_conf_set_ssl_cert_verify_cb(conf, on_verify);
}

/* --- words -------------------------------------------------------------------------------- */

static bool has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

/* An alert of TLS is the other side's last word. */
static const char *words_for_alert(const struct kf_security_settings *settings, const char *text)
{
    bool about_certificate = has(text, "certificate") || has(text, "unknown ca");
    if (about_certificate && settings && settings->certificate_pem)
        return "the broker refuses the client's certificate: ssl_certificate_location";
    if (about_certificate)
        return "client certificate missing: the broker wants one: set ssl_certificate_location "
               "and ssl_key_location";
    if (has(text, "protocol version"))
        return "no TLS version in common with the broker";
    return "the broker refuses the TLS handshake";
}

/** @param refused  trying again changes nothing. @return NULL: it is not about a login */
static const char *words_for(const struct kf_handle_login *login, int32_t code, const char *text,
                             bool *refused)
{
    const struct kf_security_settings *settings = login->settings;
    *refused = true;
    if (has(text, "certificate verify failed"))
        return kf_chain_words(atomic_load(&login->x509_error));
    if (has(text, "alert"))
        return words_for_alert(settings, text);
    if (has(text, "wrong version number"))
        return "the broker speaks plaintext here, not TLS: another security_protocol, or another "
               "port";
    *refused = false;
    if (has(text, "connecting to a SSL listener?"))
        return "hangs up: it may want TLS: security_protocol";
    if (code == RD_KAFKA_RESP_ERR__SSL && (has(text, "unexpected eof") || has(text, "isconnected")))
        return "hangs up in the TLS handshake: plaintext there?";
    return NULL;
}

static const char *behind(const char *text, const char *part)
{
    const char *at = strstr(text, part);
    return at ? at + strlen(part) : NULL;
}

/** What the broker says to a login. @return NULL: it is not about one */
static const char *reason_of(int32_t code, const char *text, bool *refused)
{
    static const char *const begins[] = { "Authentication failed: ", "SASL authentication error: ",
                                          "handshake failed: Broker: " };
    *refused = true;
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++)
        if (has(text, begins[i]) && code != RD_KAFKA_RESP_ERR__SSL)
            return behind(text, begins[i]);
    *refused = false;
    return code == RD_KAFKA_RESP_ERR__AUTHENTICATION ? text : NULL;
}

/* --- the line ----------------------------------------------------------------------------- */

/** Of "sasl_ssl://kafka:9093/bootstrap: ..." "kafka:9093". @return NULL: there is none */
static const char *broker_of(const char *text, int *size)
{
    const char *end = strstr(text, ": ");
    const char *scheme = strstr(text, "://");
    if (!end)
        return NULL;
    const char *begin = scheme && scheme < end ? scheme + strlen("://") : text;
    *size = (int)strcspn(begin, "/ ");
    return begin[*size] == '/' ? begin : NULL;
}

/* Without what follows in brackets: " (after 302ms in state AUTH_REQ)". */
static int size_without_aside(const char *reason)
{
    const char *aside = strstr(reason, " (after ");
    return (int)(aside ? (size_t)(aside - reason) : strlen(reason));
}

static void tell_login(const struct kf_security_settings *settings, const char *reason, char *out,
                       size_t out_size)
{
    const char *caution = settings ? kf_handle_login_caution(settings, rd_kafka_version()) : NULL;
    if (caution)
        snprintf(out, out_size, "login refused: %s; this is %s (%.*s)", caution,
                 rd_kafka_version_str(), size_without_aside(reason), reason);
    else
        snprintf(out, out_size, "login refused: %.*s", size_without_aside(reason), reason);
}

bool kf_handle_login_trouble(struct kf_handle_login *login, int32_t code, const char *text,
                             char *out, size_t out_size)
{
    int size = 0;
    bool refused = false;
    const char *broker = broker_of(text, &size);
    const char *words = words_for(login, code, text, &refused);
    const char *reason = words ? NULL : reason_of(code, text, &refused);
    if (!words && !reason) {
        snprintf(out, out_size, "%s", text);
        return false;
    }
    int used = broker ? snprintf(out, out_size, "%.*s: ", size, broker) : 0;
    if (used < 0 || (size_t)used >= out_size)
        return refused;
    if (words)
        snprintf(out + used, out_size - (size_t)used, "%s", words);
    else if (refused)
        tell_login(login->settings, reason, out + used, out_size - (size_t)used);
    else
        snprintf(out + used, out_size - (size_t)used, "no login: %.*s", size_without_aside(reason),
                 reason);
    return refused;
}
