/* SPDX-License-Identifier: MIT */
#include "handle_login.h"

#include "connection.h"
#include "error.h"
#include "login_trouble.h"
#include "secret.h"
#include "thread.h"
#include "token.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    SCRAM_WORKS = 0x02060000
};

int kf_handle_login_init(struct kf_handle_login *login, const struct kf_security_settings *settings,
                         const struct kf_log *log)
{
    *login = (struct kf_handle_login){ .settings = settings, .log = log };
    int failed = kf_cond_init(&login->asked);
    return failed ? failed : pthread_mutex_init(&login->lock, NULL);
}

void kf_handle_login_close(struct kf_handle_login *login, int64_t deadline_ms)
{
    bool in_time = true;
    pthread_mutex_lock(&login->lock);
    login->closed = true;
    while (login->asks && in_time)
        in_time = kf_cond_wait_until(&login->asked, &login->lock, deadline_ms);
    pthread_mutex_unlock(&login->lock);
}

void kf_handle_login_fini(struct kf_handle_login *login)
{
    pthread_cond_destroy(&login->asked);
    pthread_mutex_destroy(&login->lock);
}

/* --- setting up --------------------------------------------------------------------------- */

static const char *protocol_of(const struct kf_security_settings *settings)
{
    if (settings->mechanism == KF_SASL_NONE)
        return settings->tls ? "ssl" : "plaintext";
    return settings->tls ? "sasl_ssl" : "sasl_plaintext";
}

static bool has_chain(const char *pem)
{
    static const char begin[] = "-----BEGIN CERTIFICATE-----";
    const char *first = strstr(pem, begin);
    return first && strstr(first + 1, begin);
}

/** Older ones take the first certificate of a text, but the whole chain of a file: one in memory.
 *  @return its descriptor; -1: there is none */
static int lend_file(const char *pem)
{
    int fd = memfd_create("certificate", MFD_CLOEXEC);
    size_t size = strlen(pem);
    if (fd >= 0 && write(fd, pem, size) != (ssize_t)size) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static kaffe_status set_certificate(const struct kf_security_settings *settings,
                                    struct kf_handle_login *login, rd_kafka_conf_t *conf,
                                    kaffe_error *err)
{
    char path[64];
    if (!settings->certificate_pem || !has_chain(settings->certificate_pem))
        return kf_connection_set(
            conf, &(struct kf_property){ "ssl.certificate.pem", settings->certificate_pem }, 1,
            err);
    login->certificate_fd = lend_file(settings->certificate_pem);
    if (login->certificate_fd < 0)
        return kf_error_set(err, KAFFE_NO_MEMORY, "no memory file can be had: %s",
                            strerrordesc_np(errno));
    snprintf(path, sizeof path, "/proc/self/fd/%d", login->certificate_fd);
    return kf_connection_set(conf, &(struct kf_property){ "ssl.certificate.location", path }, 1,
                             err);
}

static kaffe_status set_tls(struct kf_handle_login *login, rd_kafka_conf_t *conf, kaffe_error *err)
{
    const struct kf_security_settings *settings = login->settings;
    const struct kf_property properties[] = {
        { "enable.ssl.certificate.verification", "true" },
        { "ssl.endpoint.identification.algorithm", settings->verify_host ? "https" : "none" },
        { "ssl.ca.location", settings->ca_pem ? NULL : "probe" },
        { "ssl.ca.pem", settings->ca_pem },
        { "ssl.key.pem", settings->key_pem },
        { "ssl.key.password", settings->key_password },
    };
    kaffe_status status =
        kf_connection_set(conf, properties, sizeof properties / sizeof properties[0], err);
    kf_handle_login_listen(conf);
    return status == KAFFE_OK ? set_certificate(settings, login, conf, err) : status;
}

static void on_refresh(rd_kafka_t *rk, const char *config, void *opaque)
{
    (void)config;
    struct kf_connection_owner *owner = opaque;
    kf_handle_login_refresh(&owner->login, rk);
}

static bool gives_tokens(const struct kf_security_settings *settings)
{
    return settings->token || settings->token_command;
}

static kaffe_status set_login(const struct kf_security_settings *settings, rd_kafka_conf_t *conf,
                              kaffe_error *err)
{
    const struct kf_property properties[] = {
        { "sasl.mechanisms", kf_sasl_mechanism_text(settings->mechanism) },
        { "sasl.username", settings->username },
        { "sasl.password", settings->password },
    };
    if (gives_tokens(settings)) {
        rd_kafka_conf_set_oauthbearer_token_refresh_cb(conf, on_refresh);
        rd_kafka_conf_enable_sasl_queue(conf, 1);
    }
    return kf_connection_set(conf, properties, sizeof properties / sizeof properties[0], err);
}

kaffe_status kf_handle_login_configure(struct kf_handle_login *login, rd_kafka_conf_t *conf,
                                       kaffe_error *err)
{
    const struct kf_security_settings *settings = login->settings;
    login->certificate_fd = -1;
    if (!settings)
        return kf_error_ok(err);
    kaffe_status status = kf_connection_set(
        conf, &(struct kf_property){ "security.protocol", protocol_of(settings) }, 1, err);
    if (status == KAFFE_OK && settings->tls)
        status = set_tls(login, conf, err);
    if (status == KAFFE_OK && settings->mechanism != KF_SASL_NONE)
        status = set_login(settings, conf, err);
    return status;
}

void kf_handle_login_configured(struct kf_handle_login *login)
{
    if (login->certificate_fd >= 0)
        close(login->certificate_fd);
    login->certificate_fd = -1;
}

kaffe_status kf_handle_login_open(const struct kf_handle_login *login, rd_kafka_t *rk,
                                  kaffe_error *err)
{
    const struct kf_security_settings *settings = login->settings;
    if (!settings || settings->mechanism != KF_SASL_OAUTHBEARER || !gives_tokens(settings))
        return kf_error_ok(err);
    rd_kafka_error_t *error = rd_kafka_sasl_background_callbacks_enable(rk);
    if (!error)
        return kf_error_ok(err);
    kf_error_set(err, KAFFE_FAILED, "%s", rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
    return KAFFE_FAILED;
}

/* --- tokens ------------------------------------------------------------------------------- */

static void give(rd_kafka_t *rk, const struct kaffe_token *token, kaffe_error *err)
{
    char why[256];
    if (rd_kafka_oauthbearer_set_token(rk, token->value, token->expires_at_ms, token->principal,
                                       NULL, 0, why, sizeof why) == RD_KAFKA_RESP_ERR_NO_ERROR)
        return;
    kf_secret_hide(token->value, why);
    kf_error_set(err, KAFFE_FAILED, "%s", why);
}

/* A command may run when nobody waits for it any more; a callback's ctx may be gone then. */
static kaffe_status get(struct kf_handle_login *login, struct kaffe_token *token, kaffe_error *err)
{
    if (!login->settings->token)
        return kf_token_get(login->settings, token, err);
    pthread_mutex_lock(&login->lock);
    bool closed = login->closed;
    login->asks = !closed;
    pthread_mutex_unlock(&login->lock);
    if (closed)
        return kf_error_set(err, KAFFE_CLOSED, "the client is closed");
    kaffe_status status = kf_token_get(login->settings, token, err);
    pthread_mutex_lock(&login->lock);
    login->asks = false;
    pthread_cond_signal(&login->asked);
    pthread_mutex_unlock(&login->lock);
    return status;
}

void kf_handle_login_refresh(struct kf_handle_login *login, rd_kafka_t *rk)
{
    char quoted[300];
    kaffe_error err;
    struct kaffe_token token = { 0 };
    if (get(login, &token, &err) == KAFFE_OK)
        give(rk, &token, &err);
    kf_token_fini(&token);
    if (err.status == KAFFE_OK)
        return;
    if (err.status != KAFFE_CLOSED)
        kf_log(login->log, KAFFE_LOG_WARN, "token.missing", "error=\"%s\"",
               kf_log_quote(quoted, sizeof quoted, err.message));
    rd_kafka_oauthbearer_set_token_failure(rk, err.message);
}

/* --- words -------------------------------------------------------------------------------- */

const char *kf_handle_login_caution(const struct kf_security_settings *settings,
                                    int library_version)
{
    if (library_version >= SCRAM_WORKS || (settings->mechanism != KF_SASL_SCRAM_SHA_256 &&
                                           settings->mechanism != KF_SASL_SCRAM_SHA_512))
        return NULL;
    return "SCRAM with Kafka 3.8.1 and newer needs librdkafka 2.6.0 or newer: take one, or PLAIN";
}

void kf_handle_login_warn(const struct kf_security_settings *settings, const struct kf_log *log)
{
    const char *caution = kf_handle_login_caution(settings, rd_kafka_version());
    if (caution)
        kf_log(log, KAFFE_LOG_WARN, "login.doubted", "mechanism=%s librdkafka=%s error=\"%s\"",
               kf_sasl_mechanism_text(settings->mechanism), rd_kafka_version_str(), caution);
}

void kf_handle_login_hide(const struct kf_handle_login *login, char *text)
{
    const struct kf_security_settings *settings = login->settings;
    if (!settings)
        return;
    kf_secret_hide(settings->key_pem, text);
    kf_secret_hide(settings->key_password, text);
    kf_secret_hide(settings->password, text);
    kf_secret_hide(settings->username, text);
}
