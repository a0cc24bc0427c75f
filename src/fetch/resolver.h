/* SPDX-License-Identifier: MIT
 * From a host name to its addresses, IPv6 and IPv4, without ever holding up the I/O thread: each
 * lookup runs on a short-lived thread of its own, which posts its answer to the mailbox and may
 * outlive the fetcher, should the name server hang. */
#ifndef KF_RESOLVER_H
#define KF_RESOLVER_H

#include "connection_settings.h"
#include "endpoints.h"

#include <stddef.h>
#include <sys/socket.h>

struct kf_mailbox;

#define KF_ADDRESS_LIMIT 16

struct kf_address {
    struct sockaddr_storage socket_address;
    socklen_t size;
};

struct kf_address_list {
    struct kf_address items[KF_ADDRESS_LIMIT];
    size_t count;
};

struct kf_lookup {
    struct kf_lookup *next;
    struct kf_mailbox *mailbox;
    struct kf_endpoint endpoint; /* its own copy */
    enum kf_address_family family;
    struct kf_address_list addresses;
    char failure[80]; /* "": none */
};

/** Addresses written as numbers, at once. count 0: it is a name. */
void kf_resolve_number(const struct kf_endpoint *endpoint, enum kf_address_family family,
                       struct kf_address_list *addresses);

/** Starts a lookup, which comes back through the mailbox. @return its identity until then; NULL: no
 *  memory or no thread for it */
const struct kf_lookup *kf_lookup_start(struct kf_mailbox *mailbox,
                                        const struct kf_endpoint *endpoint,
                                        enum kf_address_family family);
/** The whole list. */
void kf_lookups_free(struct kf_lookup *lookups);

#endif
