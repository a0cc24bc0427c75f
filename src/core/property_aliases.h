/* SPDX-License-Identifier: MIT
 * librdkafka's names of options that Kaffe has too: who comes from kcat says ssl.ca.location, and
 * means ssl_ca_location. */
#ifndef KF_PROPERTY_ALIASES_H
#define KF_PROPERTY_ALIASES_H

#include "kaffe.h"
#include "option_table.h"
#include "problems.h"

/**
 * Sets the options that properties are other names of, in a caller's options as imported; the
 * strings are lent. What is said twice has to be the same, or is a problem that names both.
 */
void kf_property_aliases_apply(const struct kf_option_table *table, void *options,
                               struct kf_problems *problems);

/** Is it an option of ours that this property names, and not librdkafka's affair? */
bool kf_property_is_alias(const char *name);

#endif
