/* SPDX-License-Identifier: MIT */
#include "resolver.h"

#include "mailbox.h"
#include "text.h"
#include "thread.h"

#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int families[] = {
    [KF_FAMILY_ANY] = AF_UNSPEC, [KF_FAMILY_V4] = AF_INET, [KF_FAMILY_V6] = AF_INET6
};

static int resolve(const struct kf_endpoint *endpoint, enum kf_address_family family, int flags,
                   struct kf_address_list *addresses)
{
    char port[8];
    snprintf(port, sizeof port, "%u", (unsigned)endpoint->port);
    struct addrinfo hints = { .ai_family = families[family],
                              .ai_socktype = SOCK_STREAM,
                              .ai_flags = flags | AI_NUMERICSERV };
    struct addrinfo *found = NULL;
    int failure = getaddrinfo(endpoint->host, port, &hints, &found);
    addresses->count = 0;
    if (failure)
        return failure;
    for (const struct addrinfo *each = found; each; each = each->ai_next) {
        if (addresses->count == KF_ADDRESS_LIMIT)
            break;
        struct kf_address *address = &addresses->items[addresses->count++];
        memcpy(&address->socket_address, each->ai_addr, each->ai_addrlen);
        address->size = each->ai_addrlen;
    }
    freeaddrinfo(found);
    return addresses->count ? 0 : EAI_NONAME;
}

static const char *failure_text(int failure)
{
    switch (failure) {
    case EAI_NONAME:
        return "no such host name";
    case EAI_ADDRFAMILY:
    case EAI_NODATA:
        return "no address of the family that broker.address.family allows";
    case EAI_AGAIN:
        return "the name server does not answer";
    case EAI_MEMORY:
        return "out of memory";
    default:
        return gai_strerror(failure);
    }
}

void kf_resolve_number(const struct kf_endpoint *endpoint, enum kf_address_family family,
                       struct kf_address_list *addresses)
{
    resolve(endpoint, family, AI_NUMERICHOST, addresses);
}

static void *look_up(void *arg)
{
    struct kf_lookup *lookup = arg;
    struct kf_mailbox *mailbox = lookup->mailbox;
    int failure = resolve(&lookup->endpoint, lookup->family, 0, &lookup->addresses);
    if (failure)
        snprintf(lookup->failure, sizeof lookup->failure, "%s", failure_text(failure));
    kf_mailbox_post_lookup(mailbox, lookup);
    kf_mailbox_drop(mailbox);
    return NULL;
}

const struct kf_lookup *kf_lookup_start(struct kf_mailbox *mailbox,
                                        const struct kf_endpoint *endpoint,
                                        enum kf_address_family family)
{
    struct kf_lookup *lookup = calloc(1, sizeof *lookup);
    if (!lookup)
        return NULL;
    bool failed = false;
    lookup->endpoint.host = kf_text_copy(endpoint->host, &failed);
    lookup->endpoint.port = endpoint->port;
    lookup->family = family;
    lookup->mailbox = kf_mailbox_hold(mailbox);
    pthread_t thread;
    if (!failed && kf_thread_start(&thread, "kaffe-resolve", look_up, lookup) == 0) {
        pthread_detach(thread);
        return lookup;
    }
    kf_mailbox_drop(mailbox);
    kf_lookups_free(lookup);
    return NULL;
}

void kf_lookups_free(struct kf_lookup *lookups)
{
    while (lookups) {
        struct kf_lookup *next = lookups->next;
        free(lookups->endpoint.host);
        free(lookups);
        lookups = next;
    }
}
