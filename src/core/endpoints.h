/* SPDX-License-Identifier: MIT
 * "kafka:9092, [::1]:9093" as hosts and ports. Pure text: resolving names is the data plane's. */
#ifndef KF_ENDPOINTS_H
#define KF_ENDPOINTS_H

#include "kaffe.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kf_text_list;

#define KF_ENDPOINT_TEXT_SIZE 272 /* the longest host, brackets, colon, port, end */

/* What stands in front of an entry, which has to agree with what the client does. */
enum kf_scheme {
    KF_SCHEME_NONE,
    KF_SCHEME_KAFKA, /* kafka://: no TLS */
    KF_SCHEME_KAFKA_SSL /* kafka+ssl:// */
};

struct kf_endpoint {
    char *host; /* without brackets */
    uint16_t port;
    enum kf_scheme scheme;
};

struct kf_endpoint_list {
    struct kf_endpoint *items;
    size_t count;
};

/**
 * Reads a comma list of host:port. An entry may have "kafka://" or "kafka+ssl://" in front and a
 * slash behind.
 * @return KAFFE_OK; KAFFE_INVALID: err names the entry and what is wrong with it (no port, port 0,
 *         port 65536, no host, IPv6 without brackets, nothing at all); KAFFE_NO_MEMORY
 */
kaffe_status kf_endpoints_parse(struct kf_endpoint_list *list, const char *text, kaffe_error *err);

/* The two halves of it, for a caller who wants to hear of every bad entry. */

/** A text with credentials in it stays whole: no piece of a password is to look like an entry.
 *  @return false: out of memory, empty */
bool kf_endpoints_split(struct kf_text_list *entries, const char *text);
/** Appends one entry. @return as kf_endpoints_parse; but for KAFFE_OK the list stays as it was */
kaffe_status kf_endpoints_add(struct kf_endpoint_list *list, const char *entry, kaffe_error *err);

/** @return false: out of memory, *to is empty */
bool kf_endpoints_copy(struct kf_endpoint_list *to, const struct kf_endpoint_list *from);
void kf_endpoints_fini(struct kf_endpoint_list *list);

/** "host:port", IPv6 in brackets. @return out */
const char *kf_endpoint_text(const struct kf_endpoint *endpoint, char *out, size_t out_size);

#endif
