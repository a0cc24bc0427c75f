/* SPDX-License-Identifier: MIT
 * What is wrong with a configuration, each thing once: what is said for several sections and is
 * wrong in all of them is one mistake. */
#ifndef KF_FINDINGS_H
#define KF_FINDINGS_H

#include "problems.h"
#include "text.h"

#include <stdbool.h>

struct kf_findings {
    struct kf_problems problems;
    struct kf_text_list said;
    bool no_memory; /* whatever else was found */
};

/** A line that begins with its origin ("kaffe.yaml:7: ...") and has no dot at its end. */
void kf_findings_add(struct kf_findings *findings, const char *line, ...) KAFFE_PRINTF(2, 3);

/** KAFFE_OK, KAFFE_INVALID or KAFFE_NO_MEMORY. */
kaffe_status kf_findings_status(const struct kf_findings *findings, kaffe_error *err);
void kf_findings_fini(struct kf_findings *findings);

#endif
