/* SPDX-License-Identifier: MIT
 * Decides what an endpoint may look like. An entry may hold a password by mistake, so nothing in
 * front of an @ gets into a message. */
#include "endpoints.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "error.h"
#include "log.h"
#include "text.h"

enum {
    HOST_MAX = 253, /* of a DNS name */
    SHOWN_MAX = 96 /* of a wrong entry, in a message */
};

static bool has_prefix(const char *text, const char *prefix)
{
    return strncasecmp(text, prefix, strlen(prefix)) == 0;
}

static kaffe_status refuse(kaffe_error *err, const char *entry, const char *why)
{
    char shown[SHOWN_MAX];
    return kf_error_set(err, KAFFE_INVALID, "\"%s\": %s", kf_log_quote(shown, sizeof shown, entry),
                        why);
}

/** What follows an accepted scheme. @return NULL: refused, err says why */
static const char *after_scheme(const char *entry, enum kf_scheme *scheme, kaffe_error *err)
{
    *scheme = KF_SCHEME_NONE;
    const char *at = strrchr(entry, '@');
    if (at) {
        refuse(err, at + 1, "credentials do not belong into an endpoint; write host:port");
        return NULL;
    }
    if (has_prefix(entry, "kafka://")) {
        *scheme = KF_SCHEME_KAFKA;
        return entry + strlen("kafka://");
    }
    if (has_prefix(entry, "kafka+ssl://")) {
        *scheme = KF_SCHEME_KAFKA_SSL;
        return entry + strlen("kafka+ssl://");
    }
    if (strstr(entry, "://")) {
        refuse(err, entry, "the only schemes are kafka:// and kafka+ssl://; write host:port");
        return NULL;
    }
    return entry;
}

/** The colon before the port. @return NULL: there is none, or it is unclear which, err says why */
static const char *find_colon(const char *entry, const char *address, kaffe_error *err)
{
    const char *colon;
    if (*address == '[') {
        const char *bracket = strchr(address, ']');
        if (!bracket) {
            refuse(err, entry, "the bracket is not closed; write [::1]:9092");
            return NULL;
        }
        colon = bracket[1] == ':' ? bracket + 1 : NULL;
    } else {
        colon = strchr(address, ':');
        if (colon && strchr(colon + 1, ':')) {
            refuse(err, entry, "IPv6 needs brackets; write [::1]:9092");
            return NULL;
        }
    }
    if (!colon)
        refuse(err, entry, "has no port; write host:port, Kafka's usual port is 9092");
    return colon;
}

/** @param with_scheme  as in a URL, which may end in a slash. @return 1..65535, or 0 */
static uint16_t read_port(const char *text, bool with_scheme)
{
    unsigned port = 0;
    size_t digits = strspn(text, "0123456789");
    bool ends = text[digits] == '\0' || (with_scheme && strcmp(text + digits, "/") == 0);
    if (digits == 0 || digits > 5 || !ends)
        return 0;
    for (size_t i = 0; i < digits; i++)
        port = port * 10 + (unsigned)(text[i] - '0');
    return port <= UINT16_MAX ? (uint16_t)port : 0;
}

static bool is_ipv6(const char *host)
{
    char address[INET6_ADDRSTRLEN];
    unsigned char binary[16];
    size_t size = strcspn(host, "%"); /* a zone, as in fe80::1%eth0, is the resolver's */
    if (size >= sizeof address || (host[size] == '%' && host[size + 1] == '\0'))
        return false;
    memcpy(address, host, size);
    address[size] = '\0';
    return inet_pton(AF_INET6, address, binary) == 1;
}

static bool is_host_name(const char *host)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  ".-_"; /* Docker's names have the underscore */
    return strspn(host, letters) == strlen(host);
}

static const char *host_problem(const char *host, bool bracketed)
{
    if (*host == '\0')
        return "has no host; write host:port";
    if (strlen(host) > HOST_MAX)
        return "the host is longer than 253 characters";
    if (bracketed && !is_ipv6(host))
        return "is not an IPv6 address in brackets";
    if (!bracketed && !is_host_name(host))
        return "a host name has letters, digits, dots, hyphens and underscores only";
    return NULL;
}

static bool append(struct kf_endpoint_list *list, struct kf_endpoint endpoint)
{
    struct kf_endpoint *items = realloc(list->items, (list->count + 1) * sizeof *items);
    if (!items)
        return false;
    list->items = items;
    items[list->count++] = endpoint;
    return true;
}

kaffe_status kf_endpoints_add(struct kf_endpoint_list *list, const char *entry, kaffe_error *err)
{
    enum kf_scheme scheme;
    const char *address = after_scheme(entry, &scheme, err);
    const char *colon = address ? find_colon(entry, address, err) : NULL;
    if (!colon)
        return KAFFE_INVALID;
    uint16_t port = read_port(colon + 1, scheme != KF_SCHEME_NONE);
    if (port == 0)
        return refuse(err, entry, "the port must be a number, 1..65535");
    bool bracketed = *address == '[';
    const char *begin = address + bracketed;
    char *host = strndup(begin, (size_t)(colon - begin) - bracketed);
    if (!host)
        return kf_error_no_memory(err);
    const char *problem = host_problem(host, bracketed);
    if (problem) {
        free(host);
        return refuse(err, entry, problem);
    }
    if (!append(list, (struct kf_endpoint){ host, port, scheme })) {
        free(host);
        return kf_error_no_memory(err);
    }
    return kf_error_ok(err);
}

bool kf_endpoints_split(struct kf_text_list *entries, const char *text)
{
    if (!strchr(text, '@'))
        return kf_text_list_split(entries, text);
    *entries = (struct kf_text_list){ 0 };
    return kf_text_list_add(entries, text, strlen(text));
}

kaffe_status kf_endpoints_parse(struct kf_endpoint_list *list, const char *text, kaffe_error *err)
{
    struct kf_text_list entries;
    *list = (struct kf_endpoint_list){ 0 };
    if (!kf_endpoints_split(&entries, text))
        return kf_error_no_memory(err);
    kaffe_status status = refuse(err, text, "names no endpoint; write host:port");
    for (size_t i = 0; i < entries.count; i++) {
        status = kf_endpoints_add(list, entries.items[i], err);
        if (status != KAFFE_OK)
            break;
    }
    if (status != KAFFE_OK)
        kf_endpoints_fini(list);
    kf_text_list_fini(&entries);
    return status;
}

bool kf_endpoints_copy(struct kf_endpoint_list *to, const struct kf_endpoint_list *from)
{
    *to = (struct kf_endpoint_list){ 0 };
    for (size_t i = 0; i < from->count; i++) {
        char *host = strdup(from->items[i].host);
        if (!host ||
            !append(to, (struct kf_endpoint){ host, from->items[i].port, from->items[i].scheme })) {
            free(host);
            kf_endpoints_fini(to);
            return false;
        }
    }
    return true;
}

void kf_endpoints_fini(struct kf_endpoint_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].host);
    free(list->items);
    *list = (struct kf_endpoint_list){ 0 };
}

const char *kf_endpoint_text(const struct kf_endpoint *endpoint, char *out, size_t out_size)
{
    bool ipv6 = strchr(endpoint->host, ':') != NULL;
    snprintf(out, out_size, ipv6 ? "[%s]:%u" : "%s:%u", endpoint->host, (unsigned)endpoint->port);
    return out;
}
