/* SPDX-License-Identifier: MIT */
#include "tls_failure.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    NAMES_BYTES = 110
};

/* What is not printable in a name is somebody's game. */
static void clean(char *text)
{
    for (; *text; text++)
        if (*text < ' ' || *text > '~')
            *text = '?';
}

/* The first reason stands: those that come later follow from it. */
static void KAFFE_PRINTF(2, 3) fail(struct kf_tls *tls, const char *form, ...)
{
    va_list args;
    if (tls->failed)
        return;
    tls->failed = true;
    va_start(args, form);
    vsnprintf(tls->why, sizeof tls->why, form, args);
    va_end(args);
}

/* --- certificates ------------------------------------------------------------------------- */

static void common_name(const X509_NAME *name, char *out, size_t size)
{
    union {
        const X509_NAME *given;
        X509_NAME *name;
    } entry = { .given = name }; /* OpenSSL 1.1.1 knows no const here */
    if (X509_NAME_get_text_by_NID(entry.name, NID_commonName, out, (int)size) < 0)
        snprintf(out, size, "somebody without a name");
    clean(out);
}

static void name_text(const GENERAL_NAME *name, char *out, size_t size)
{
    int type;
    const ASN1_STRING *value = GENERAL_NAME_get0_value(name, &type);
    const unsigned char *bytes = ASN1_STRING_get0_data(value);
    int length = ASN1_STRING_length(value);
    out[0] = 0;
    if (type == GEN_DNS)
        snprintf(out, size, "%.*s", length, (const char *)bytes);
    else if (type == GEN_IPADD && length == 4)
        inet_ntop(AF_INET, bytes, out, (socklen_t)size);
    else if (type == GEN_IPADD && length == 16)
        inet_ntop(AF_INET6, bytes, out, (socklen_t)size);
    clean(out);
}

/* Whom it is for: "kafka-1.example.com, 10.0.0.7", or its common name. */
static void subject_names(const X509 *certificate, char *out, size_t size)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    size_t used = 0;
    out[0] = 0;
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        char name[NAMES_BYTES];
        int type;
        const GENERAL_NAME *each = sk_GENERAL_NAME_value(names, i);
        GENERAL_NAME_get0_value(each, &type);
        if (type != GEN_DNS && type != GEN_IPADD)
            continue;
        name_text(each, name, sizeof name);
        if (used + strlen(name) + 6 > size) {
            snprintf(out + used, size - used, ", ...");
            break;
        }
        used += (size_t)snprintf(out + used, size - used, "%s%s", used ? ", " : "", name);
    }
    GENERAL_NAMES_free(names);
    if (!used)
        common_name(X509_get_subject_name(certificate), out, size);
}

static void day_text(const ASN1_TIME *time, char out[16])
{
    struct tm tm;
    if (ASN1_TIME_to_tm(time, &tm) != 1 || strftime(out, 16, "%Y-%m-%d", &tm) == 0)
        snprintf(out, 16, "an unknown day");
}

static void fail_of_dates(struct kf_tls *tls, const X509 *certificate, const char *what, bool over)
{
    char day[16];
    day_text(over ? X509_get0_notAfter(certificate) : X509_get0_notBefore(certificate), day);
    if (over)
        fail(tls, "certificate expired: %s was valid until %s", what, day);
    else
        fail(tls, "certificate not valid yet: %s is valid from %s (is this machine's clock right?)",
             what, day);
}

static void fail_of_issuer(struct kf_tls *tls, const X509 *certificate)
{
    char issuer[80];
    common_name(X509_get_issuer_name(certificate), issuer, sizeof issuer);
    fail(tls, "unknown CA: the broker's certificate comes from \"%s\", which is not trusted here",
         issuer);
}

static void fail_of_host(struct kf_tls *tls, const X509 *certificate)
{
    char names[NAMES_BYTES];
    subject_names(certificate, names, sizeof names);
    fail(tls, "wrong host: the broker's certificate is for %s, not for %.80s", names, tls->host);
}

void kf_tls_failure_of_chain(struct kf_tls *tls, X509_STORE_CTX *chain)
{
    const X509 *certificate = X509_STORE_CTX_get_current_cert(chain);
    bool leaf = X509_STORE_CTX_get_error_depth(chain) == 0;
    const char *what = leaf ? "the broker's certificate" : "a CA of the broker's certificate";
    int code = X509_STORE_CTX_get_error(chain);
    tls->refused = true;
    switch (code) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
        fail_of_dates(tls, certificate, what, code == X509_V_ERR_CERT_HAS_EXPIRED);
        break;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        fail_of_host(tls, certificate);
        break;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        fail(tls, "self-signed: the broker's certificate is its own issuer, and not trusted here");
        break;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        fail_of_issuer(tls, certificate);
        break;
    default:
        fail(tls, "%s is not trusted: %s", what, X509_verify_cert_error_string(code));
    }
}

/* --- calls -------------------------------------------------------------------------------- */

static void fail_of_alert(struct kf_tls *tls, int alert)
{
    const char *text = SSL_alert_desc_string_long(alert);
    switch (alert) {
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
    case SSL_AD_CERTIFICATE_REVOKED:
    case SSL_AD_CERTIFICATE_EXPIRED:
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_UNKNOWN_CA:
    case SSL_AD_ACCESS_DENIED:
    case TLS13_AD_CERTIFICATE_REQUIRED:
        tls->refused = true;
        if (tls->context->has_certificate)
            fail(tls, "the broker refuses the client's certificate (alert \"%s\")", text);
        else
            fail(tls, "client certificate missing: the broker wants one (alert \"%s\")", text);
        break;
    case SSL_AD_HANDSHAKE_FAILURE:
        tls->refused = true;
        fail(tls, "the broker refuses the TLS handshake (alert \"%s\"): %s", text,
             tls->context->has_certificate
                 ? "no cipher in common, or it does not take the client's certificate"
                 : "no cipher in common, or it wants a client certificate");
        break;
    case SSL_AD_PROTOCOL_VERSION:
        tls->refused = true;
        fail(tls, "no TLS version in common: the broker does not speak TLS 1.2 or later");
        break;
    default:
        fail(tls, "the broker refuses the TLS connection (alert \"%s\")", text);
    }
}

static void fail_of_plaintext(struct kf_tls *tls)
{
    tls->refused = true;
    fail(tls, "the broker speaks plaintext here, not TLS: another security_protocol, or another "
              "port");
}

static void fail_of_reason(struct kf_tls *tls, unsigned long code)
{
    int reason = ERR_GET_REASON(code);
    const char *text = ERR_reason_error_string(code);
    if (ERR_GET_LIB(code) == ERR_LIB_SSL && reason > SSL_AD_REASON_OFFSET &&
        reason < SSL_AD_REASON_OFFSET + 256)
        fail_of_alert(tls, reason - SSL_AD_REASON_OFFSET);
    else if (ERR_GET_LIB(code) == ERR_LIB_SSL &&
             (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST))
        fail_of_plaintext(tls);
    else if (ERR_GET_LIB(code) == ERR_LIB_SSL && reason == SSL_R_UNSUPPORTED_PROTOCOL)
        fail_of_alert(tls, SSL_AD_PROTOCOL_VERSION);
    else
        fail(tls, "TLS: %s", text ? text : "unknown error");
}

void kf_tls_failure_of_call(struct kf_tls *tls, bool shaking)
{
    unsigned long code = ERR_peek_error();
    if (code)
        fail_of_reason(tls, code);
    else if (shaking)
        fail(tls, "the connection broke during the TLS handshake");
    else
        fail(tls, "connection reset");
}

/* A plaintext broker takes the first message for an enormous request, and hangs up. */
void kf_tls_failure_of_end(struct kf_tls *tls)
{
    if (!tls->socket.received)
        fail(tls, "the broker hung up: does it speak plaintext here?");
    else
        fail(tls, "the broker hung up during the TLS handshake");
}
