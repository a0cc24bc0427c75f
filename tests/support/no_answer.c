/* SPDX-License-Identifier: MIT */
#include "no_answer.h"

#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

void no_answer_listen(struct no_answer *silent)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    silent->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(silent->fd >= 0);
    assert_int_equal(bind(silent->fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(silent->fd, 100), 0); /* the kernel accepts, and nobody reads */
    assert_int_equal(getsockname(silent->fd, (struct sockaddr *)&address, &size), 0);
    snprintf(silent->endpoint, sizeof silent->endpoint, "127.0.0.1:%d", ntohs(address.sin_port));
}

void no_answer_close(struct no_answer *silent)
{
    close(silent->fd);
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool names_hang;

void no_answer_names_hang(void)
{
    pthread_mutex_lock(&lock);
    names_hang = true;
    pthread_mutex_unlock(&lock);
}

void no_answer_names_fail(void)
{
    pthread_mutex_lock(&lock);
    names_hang = false;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

/* In place of libc's, for the libraries of this program too. */
__attribute__((visibility("default"))) int getaddrinfo(const char *host, const char *service,
                                                       const struct addrinfo *hints,
                                                       struct addrinfo **found)
{
    typedef int lookup_fn(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    union {
        void *symbol;
        lookup_fn *call;
    } real;
    bool asks = !hints || !(hints->ai_flags & AI_NUMERICHOST);
    if (asks && host && strcmp(host, NO_ANSWER_HOST) == 0) {
        pthread_mutex_lock(&lock);
        while (names_hang)
            pthread_cond_wait(&changed, &lock);
        pthread_mutex_unlock(&lock);
        return EAI_AGAIN;
    }
    real.symbol = dlsym(RTLD_NEXT, "getaddrinfo");
    return real.call(host, service, hints, found);
}
