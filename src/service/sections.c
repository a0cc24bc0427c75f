/* SPDX-License-Identifier: MIT */
#include "sections.h"

const struct kf_option_table *kf_section_table(enum kf_section_kind kind)
{
    switch (kind) {
    case KF_SECTION_CONSUMER:
        return &kf_consumer_option_table;
    case KF_SECTION_PRODUCER:
        return &kf_producer_option_table;
    case KF_SECTION_READER:
        break;
    }
    return &kf_reader_option_table;
}
