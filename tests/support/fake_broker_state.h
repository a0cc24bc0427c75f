/* SPDX-License-Identifier: MIT
 * A fake broker from inside: its server is in fake_broker.c, the levers of tests in fake_script.c.
 */
#ifndef FAKE_BROKER_STATE_H
#define FAKE_BROKER_STATE_H

#include "fake_log.h"
#include "fake_sasl.h"
#include "fake_tls.h"

#include <pthread.h>

#define CONNECTIONS 256
#define REQUESTS 20000

struct fake_connection {
    int fd; /* -1: closed */
    struct kf_request input;
    SSL *ssl; /* NULL: plaintext */
    struct fake_session session;
};

struct fake_held {
    const struct fake_request *request;
    int64_t until_ms;
};

struct fake_broker {
    pthread_mutex_t lock; /* guards all but the thread and what start sets */
    pthread_cond_t came;
    pthread_t thread;
    int wake_fd;
    int listen_fd;
    char endpoint[80];
    uint16_t port;
    bool stopping;
    bool silent;
    bool slams;
    bool dribbles;
    SSL_CTX *ssl; /* of new connections; NULL: plaintext */
    struct fake_login login; /* without a mechanism: none is wanted */
    int logins;
    int intruders;
    bool taken[40]; /* by kf_api */
    struct fake_connection connections[CONNECTIONS];
    int connection_count;
    struct fake_request *requests[REQUESTS];
    int request_count;
    struct fake_held held[CONNECTIONS]; /* fetches that wait for records */
    int held_count;
    struct fake_log log;
};

/* Ends the test. */
void fake_require(bool good, const char *what);
void fake_lock(struct fake_broker *broker);
/** And wakes the server. */
void fake_unlock(struct fake_broker *broker);
void fake_send_locked(struct fake_broker *broker, int connection, const void *data, size_t size);
void fake_answer_locked(struct fake_broker *broker, const struct fake_request *request,
                        const struct kf_request *body);
/* Its close will be a rude one. */
void fake_reset_locked(struct fake_broker *broker, int connection);
void fake_close_locked(struct fake_broker *broker, int connection);

#endif
