/* SPDX-License-Identifier: MIT
 * The kinds of section that a configuration has, each with its option table. */
#ifndef KF_SECTIONS_H
#define KF_SECTIONS_H

#include "option_table.h"

enum kf_section_kind {
    KF_SECTION_CONSUMER,
    KF_SECTION_PRODUCER,
    KF_SECTION_READER
};
#define KF_SECTION_KINDS 3

const struct kf_option_table *kf_section_table(enum kf_section_kind kind);

#endif
