/* SPDX-License-Identifier: MIT
 * One section of a configuration, a consumer, the producer, the reader or the supervisor: what was
 * said about each of its options, by whom, and the options struct that comes of it. Sources come in
 * the order of their strength: what is said later counts. */
#ifndef KF_SECTION_H
#define KF_SECTION_H

#include "findings.h"
#include "kaffe.h"
#include "option_table.h"

#include <stdbool.h>
#include <stddef.h>

/* What was said about one option. */
struct kf_value {
    char *text; /* NULL: nothing */
    char *origin; /* "kaffe.yaml:7: consumers.orders.max_bytes", "KAFFE_MAX_BYTES", "--max-bytes" */
    bool wrong; /* and that has been said */
};

struct kf_section {
    const struct kf_option_table *table;
    char *path; /* "consumers.orders", "producer" */
    const char *name; /* the last part of it */
    char *origin; /* of what is missing: "kaffe.yaml:3: consumers.orders"; NULL: no file has it */
    bool present; /* somebody speaks of this very section */
    struct kf_value *values; /* [table->count] */
    kaffe_property *properties; /* [property_count] of librdkafka */
    char **property_origins;
    size_t property_count;
};

/** @param path  "consumers.orders": copied. @return false: out of memory; it needs a fini anyway */
bool kf_section_init(struct kf_section *section, enum kf_client client, const char *path);
void kf_section_fini(struct kf_section *section);

/** Something is said about table->options[index]. Text and origin are copied. */
void kf_section_set(struct kf_section *section, size_t index, const char *text, const char *origin,
                    struct kf_findings *findings);
/** The same for a property of librdkafka. */
void kf_section_set_property(struct kf_section *section, const char *name, const char *text,
                             const char *origin, struct kf_findings *findings);

/** What was said about an option; its text is NULL: nothing. */
const struct kf_value *kf_section_value(const struct kf_section *section, const char *name);

/** The option whose name was perhaps meant. @return out; "": none is near */
const char *kf_section_nearest(const struct kf_section *section, const char *name, char *out,
                               size_t out_size);

/** Do two sections of one table say the same, letter by letter? Where it was said does not count.
 */
bool kf_section_is_same(const struct kf_section *section, const struct kf_section *other);

/** Writes the options struct; its strings are lent by the section. Functions are left out. */
void kf_section_fill(const struct kf_section *section, void *options);

#endif
