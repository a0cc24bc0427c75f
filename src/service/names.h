/* SPDX-License-Identifier: MIT
 * What is said outside of the file, by name: variables of the environment, and settings. A general
 * name ("max_bytes") goes to all sections that have it, a name with a path before it
 * ("consumers.orders.max_bytes") to one, and is the stronger. */
#ifndef KF_NAMES_H
#define KF_NAMES_H

#include "configuration.h"

#include <stddef.h>

/** @param environment  "NAME=value", ended by NULL */
void kf_names_environment(kaffe_config *config, const char *const *environment,
                          struct kf_findings *findings);

void kf_names_settings(kaffe_config *config, const kaffe_setting *settings, size_t count,
                       struct kf_findings *findings);

#endif
