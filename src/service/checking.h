/* SPDX-License-Identifier: MIT
 * What is wrong with a section as a whole: the checks of libkaffe's options, told with where each
 * option was given. */
#ifndef KF_CHECKING_H
#define KF_CHECKING_H

#include "section.h"

void kf_checking_section(const struct kf_section *section, struct kf_findings *findings);

#endif
