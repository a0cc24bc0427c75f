/* SPDX-License-Identifier: MIT */
#include "socket_bio.h"

#include <errno.h>
#include <sys/socket.h>

static bool is_passing(int failure)
{
    return failure == EAGAIN || failure == EWOULDBLOCK || failure == EINTR;
}

static int write_socket(BIO *bio, const char *data, size_t size, size_t *written)
{
    struct kf_socket_bio *socket = BIO_get_data(bio);
    ssize_t sent = send(socket->fd, data, size, MSG_NOSIGNAL);
    BIO_clear_retry_flags(bio);
    *written = sent > 0 ? (size_t)sent : 0;
    if (sent >= 0)
        return 1;
    if (is_passing(errno))
        BIO_set_retry_write(bio);
    else
        socket->failure = errno;
    return 0;
}

static int read_socket(BIO *bio, char *data, size_t size, size_t *read_bytes)
{
    struct kf_socket_bio *socket = BIO_get_data(bio);
    ssize_t got = recv(socket->fd, data, size, 0);
    BIO_clear_retry_flags(bio);
    *read_bytes = got > 0 ? (size_t)got : 0;
    if (got > 0) {
        socket->received = true;
        return 1;
    }
    if (got == 0)
        BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    else if (is_passing(errno))
        BIO_set_retry_read(bio);
    else
        socket->failure = errno;
    return 0;
}

static long control(BIO *bio, int command, long number, void *pointer)
{
    (void)number;
    (void)pointer;
    if (command == BIO_CTRL_EOF)
        return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
    return command == BIO_CTRL_FLUSH;
}

BIO_METHOD *kf_socket_bio_method(void)
{
    BIO_METHOD *method = BIO_meth_new(BIO_TYPE_SOURCE_SINK | BIO_get_new_index(), "kaffe socket");
    if (method && BIO_meth_set_write_ex(method, write_socket) == 1 &&
        BIO_meth_set_read_ex(method, read_socket) == 1 && BIO_meth_set_ctrl(method, control) == 1)
        return method;
    BIO_meth_free(method);
    return NULL;
}

BIO *kf_socket_bio_new(const BIO_METHOD *method, struct kf_socket_bio *socket)
{
    BIO *bio = BIO_new(method);
    if (!bio)
        return NULL;
    BIO_set_data(bio, socket);
    BIO_set_init(bio, 1);
    return bio;
}
