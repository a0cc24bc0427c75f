/* SPDX-License-Identifier: MIT
 * What a configuration changes of what a supervisor has: who is kept, who is new or changed. Making
 * a plan finds all that is wrong with the configuration, and touches nothing. */
#ifndef KF_PLAN_H
#define KF_PLAN_H

#include "findings.h"
#include "supervisor_state.h"

/* What is to become of a configuration. */
struct kf_plan {
    kaffe_supervisor *supervisor;
    struct kf_generation *generation; /* of the configuration */
    const struct kf_module *loaded_before; /* through it */
    struct kf_findings findings;
    struct kf_supervised_producer *old_producer; /* NULL: there is none */
    kaffe_producer_options producer_options;
    bool new_producer; /* one is to be made */
    bool same_producer;
    struct kf_supervised_consumer *added; /* to be started */
    size_t kept_count;
    size_t changed_count;
    size_t added_count;
    size_t removed_count;
};

/**
 * @param plan  with its supervisor and whom findings are reported to. With `changing`
 * @return KAFFE_OK: it needs a drop, or to be carried out; else there is nothing to drop
 */
kaffe_status kf_plan_make(struct kf_plan *plan, kaffe_config *config, kaffe_error *err);
/** What was loaded for it is given back: the configuration is the caller's again. */
void kf_plan_drop(struct kf_plan *plan);

#endif
