/* SPDX-License-Identifier: MIT
 * "kafka:9092, [::1]:9093" as hosts and ports. */
#ifndef KF_ENDPOINTS_H
#define KF_ENDPOINTS_H

#include "kaffe.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kf_endpoint {
    char *host; /* without brackets */
    uint16_t port;
};

struct kf_endpoint_list {
    struct kf_endpoint *items;
    size_t count;
};

/**
 * Reads a comma list of host:port. A "kafka://" in front of an entry is accepted; "kafka+ssl://" is
 * refused by name, as long as the data plane speaks no TLS.
 * @return KAFFE_OK; KAFFE_INVALID: err names the entry and what is wrong with it (no port, port 0,
 *         port 65536, no host, IPv6 without brackets, nothing at all); KAFFE_NO_MEMORY
 */
kaffe_status kf_endpoints_parse(struct kf_endpoint_list *list, const char *text, kaffe_error *err);
bool kf_endpoints_copy(struct kf_endpoint_list *to, const struct kf_endpoint_list *from);
void kf_endpoints_fini(struct kf_endpoint_list *list);

/** "host:port", IPv6 in brackets. @return out */
const char *kf_endpoint_text(const struct kf_endpoint *endpoint, char *out, size_t out_size);

#endif
