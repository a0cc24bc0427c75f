/* SPDX-License-Identifier: MIT
 * Kafka's rule for the names of topics, which holds for static members' names too. */
#ifndef KF_TOPIC_NAME_H
#define KF_TOPIC_NAME_H

#include "problems.h"
#include "text.h"

#define KF_TOPIC_NAME_MAX 249

/** @return NULL: it is a good one; else what it must be */
const char *kf_topic_name_problem(const char *name);

/** Each name by itself, and none twice. `option` is what the problems are said of. */
void kf_topic_names_check(const char *option, const struct kf_text_list *names,
                          struct kf_problems *problems);

#endif
