/* SPDX-License-Identifier: MIT */
#include "transport.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

static const char *failure_text(int failure)
{
    switch (failure) {
    case ECONNREFUSED:
        return "connection refused";
    case ECONNRESET:
    case EPIPE:
        return "connection reset";
    case ETIMEDOUT:
        return "no answer to the connection attempt";
    case ENETUNREACH:
        return "network unreachable";
    case EHOSTUNREACH:
        return "no route to the host";
    case EMFILE:
    case ENFILE:
        return "too many open files";
    case ENOMEM:
    case ENOBUFS:
        return "out of memory";
    case EAFNOSUPPORT:
        return "address family not supported here";
    case EACCES:
    case EPERM:
        return "not permitted by this machine";
    default:
        return "the connection broke";
    }
}

const char *kf_transport_why(const struct kf_transport *transport, int failure)
{
    return transport->tls && transport->tls->failed ? transport->tls->why : failure_text(failure);
}

bool kf_transport_refused(const struct kf_transport *transport)
{
    return transport->tls && transport->tls->refused;
}

/* None of these is worth a connection: what the system does not grant is done without. */
static void set_up(int fd, const struct kf_connection_settings *settings)
{
    int on = 1;
    if (!settings->nagle)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (settings->keepalive)
        setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    if (settings->send_buffer_bytes)
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &settings->send_buffer_bytes,
                   sizeof settings->send_buffer_bytes);
    if (settings->receive_buffer_bytes)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &settings->receive_buffer_bytes,
                   sizeof settings->receive_buffer_bytes);
}

int kf_transport_dial(struct kf_transport *transport, const struct kf_address *address,
                      const struct kf_connection_settings *settings)
{
    const void *socket_address = &address->socket_address;
    int fd = socket(address->socket_address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
                    IPPROTO_TCP);
    if (fd < 0)
        return errno;
    set_up(fd, settings);
    if (connect(fd, socket_address, address->size) != 0 && errno != EINPROGRESS) {
        int failure = errno;
        close(fd);
        return failure;
    }
    *transport = (struct kf_transport){ .fd = fd };
    return 0;
}

int kf_transport_outcome(const struct kf_transport *transport)
{
    int failure = 0;
    socklen_t size = sizeof failure;
    getsockopt(transport->fd, SOL_SOCKET, SO_ERROR, &failure, &size);
    return failure;
}

void kf_transport_close(struct kf_transport *transport)
{
    kf_tls_close(transport->tls);
    if (transport->fd >= 0)
        close(transport->fd); /* leaves epoll with it */
    *transport = (struct kf_transport){ .fd = -1 };
}

ssize_t kf_transport_send(struct kf_transport *transport, const void *data, size_t size)
{
    if (transport->tls)
        return kf_tls_write(transport->tls, data, size);
    ssize_t sent;
    do
        sent = send(transport->fd, data, size, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent;
}

ssize_t kf_transport_receive(struct kf_transport *transport, struct kf_input *input, bool *drained)
{
    if (transport->tls)
        return kf_input_read_tls(input, transport->tls, drained);
    return kf_input_read(input, transport->fd, drained);
}

bool kf_transport_wants_write(const struct kf_transport *transport)
{
    return transport->tls && kf_tls_wants_write(transport->tls);
}
