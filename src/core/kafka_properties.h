/* SPDX-License-Identifier: MIT
 * What the option `kafka` may hold: every property of librdkafka's configuration by its name, and
 * whether it is for both planes, for librdkafka alone, or refused, and why. Values are never shown:
 * a password may be among them. */
#ifndef KF_KAFKA_PROPERTIES_H
#define KF_KAFKA_PROPERTIES_H

#include "kaffe.h"
#include "option_table.h"
#include "problems.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What of a client a property is about. */
enum kf_property_domain {
    KF_DOMAIN_ANY,
    KF_DOMAIN_GROUP,
    KF_DOMAIN_READING,
    KF_DOMAIN_PRODUCING,
    KF_DOMAIN_SECURITY
};

enum kf_property_way {
    KF_PROPERTY_REFUSED,
    KF_PROPERTY_PASSED, /* to librdkafka alone */
    KF_PROPERTY_BOTH, /* it means the same to the data plane, where there is one */
    KF_PROPERTY_ALIAS /* another name of an option of ours, `instead` */
};

enum kf_value_kind {
    KF_VALUE_TEXT, /* what librdkafka takes */
    KF_VALUE_NUMBER,
    KF_VALUE_WORD
};

struct kf_value_rule {
    enum kf_value_kind kind;
    int64_t min;
    int64_t max;
    const char *words; /* "any, v4, v6" */
};

struct kf_known_property {
    const char *name;
    enum kf_property_domain domain;
    enum kf_property_way way; /* for clients that its domain concerns */
    const char *why; /* it is refused */
    const char *instead; /* an option of ours */
    const char *not_fetching; /* why it is a producer's alone */
    const char *harmless; /* the one value that is fine although others are refused */
    const char *since; /* of librdkafka; NULL: 2.0.2 or older */
    struct kf_value_rule rule;
};

struct kf_property_table {
    const struct kf_known_property *properties;
    size_t count;
};

extern const struct kf_property_table kf_kafka_property_table;
extern const struct kf_property_table kf_security_property_table;

/** @return NULL: librdkafka has no such property, as far as we know */
const struct kf_known_property *kf_known_property_find(const char *name);
/** The one whose name takes the fewest changed letters. @return NULL: none is near */
const struct kf_known_property *kf_known_property_nearest(const char *name);

/** What it is to a kind of client. @param why  for a refused one; may be NULL */
enum kf_property_way kf_known_property_way(const struct kf_known_property *property,
                                           enum kf_client client, const char **why);
/** Is its value one that nobody is to see? */
bool kf_known_property_is_secret(const struct kf_known_property *property);
/** Its remedy: an option that this kind of client has. @return NULL: none */
const char *kf_known_property_instead(const struct kf_known_property *property,
                                      const struct kf_option_table *options);

/**
 * Adds a problem for each property that is unknown, refused, too new, given twice, or has a value
 * that can not be.
 * @param library_version  of the librdkafka in use: "2.0.2"
 */
void kf_kafka_properties_check(const kaffe_property *properties, size_t count,
                               const struct kf_option_table *options, const char *library_version,
                               struct kf_problems *problems);

/* For values that have been checked. */

/** The value given to a property. @return NULL: none */
const char *kf_kafka_property_value(const kaffe_property *properties, size_t count,
                                    const char *name);
/** Replaces every value that may be a secret in `text` by a star. */
void kf_kafka_properties_hide(const kaffe_property *properties, size_t count, char *text);

#endif
