/* SPDX-License-Identifier: MIT
 * How librdkafka protects its connections and logs in: as the settings say, which the data plane
 * goes by, too. For the sources of this folder only. */
#ifndef KF_HANDLE_LOGIN_H
#define KF_HANDLE_LOGIN_H

#include "kaffe.h"
#include "log.h"
#include "security_settings.h"

#include <librdkafka/rdkafka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Of one handle. Zeroed but for `settings` and `log`; a handle without settings is plaintext. */
struct kf_handle_login {
    const struct kf_security_settings *settings; /* outlive the handle; NULL: plaintext */
    const struct kf_log *log;
    pthread_mutex_t lock; /* guards the next three */
    pthread_cond_t asked;
    bool asks; /* the user's callback runs: there is one thread that calls it */
    bool closed; /* the user's ctx may be gone */
    atomic_int x509_error; /* why a broker's certificate was not taken last */
    int certificate_fd; /* -1: none; lent to librdkafka until the handle is there */
};

/** @return 0, or an errno */
int kf_handle_login_init(struct kf_handle_login *login, const struct kf_security_settings *settings,
                         const struct kf_log *log);
/** Nobody is asked for a token any more; waits for the callback that runs, until kf_clock_ms. */
void kf_handle_login_close(struct kf_handle_login *login, int64_t deadline_ms);
void kf_handle_login_fini(struct kf_handle_login *login);

/** Tells librdkafka. Call kf_handle_login_configured when the handle is made, or will not be. */
kaffe_status kf_handle_login_configure(struct kf_handle_login *login, rd_kafka_conf_t *conf,
                                       kaffe_error *err);
void kf_handle_login_configured(struct kf_handle_login *login);
/** The handle is there: tokens are asked for on a thread of librdkafka's that does nothing else. */
kaffe_status kf_handle_login_open(const struct kf_handle_login *login, rd_kafka_t *rk,
                                  kaffe_error *err);
/** librdkafka wants a token. */
void kf_handle_login_refresh(struct kf_handle_login *login, rd_kafka_t *rk);

/** A login that this librdkafka can not do with the brokers of today. @return NULL: it can */
const char *kf_handle_login_caution(const struct kf_security_settings *settings,
                                    int library_version);
/** Says it, if there is one. */
void kf_handle_login_warn(const struct kf_security_settings *settings, const struct kf_log *log);

/** Replaces what is secret in a text by stars. */
void kf_handle_login_hide(const struct kf_handle_login *login, char *text);

#endif
