/* SPDX-License-Identifier: MIT
 * What is the same is decided section by section, and by the files of modules. */
#include "plan.h"

#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "module.h"

/* Who reports about whom. */
struct report {
    struct kf_findings *findings;
    const char *who; /* "consumer ", "" */
    const char *name;
};

static void tell(const char *problem, void *ctx)
{
    const struct report *report = ctx;
    kf_findings_add(report->findings, "%s%s: %s", report->who, report->name, problem);
}

/* --- what is the same --------------------------------------------------------------------- */

/* @param folder  of the configuration that `now` is in */
static bool is_same(const struct kf_generation *generation, const struct kf_section *old,
                    const struct kf_section *now, const char *module_option, const char *folder)
{
    const struct kf_value *module = kf_section_value(old, module_option);
    if (!kf_section_is_same(old, now))
        return false;
    return !module->text || (strcmp(generation->config->folder, folder) == 0 &&
                             kf_module_is_current(generation->config, module->text));
}

static bool is_same_consumer(const struct kf_plan *plan, const struct kf_supervised_consumer *child,
                             const struct kf_consumer_section *now)
{
    const struct kf_consumer_section *old =
        kf_configuration_consumer(child->generation->config, child->name);
    return is_same(child->generation, &old->section, &now->section, "message_handler",
                   plan->generation->config->folder);
}

static bool is_same_producer(const struct kf_plan *plan)
{
    const struct kf_supervised_producer *old = plan->old_producer;
    bool wanted = kaffe_config_has_producer(plan->generation->config);
    if (!old || !wanted)
        return !old && !wanted;
    const kaffe_config *now = plan->generation->config;
    return is_same(old->generation, &old->generation->config->producer, &now->producer,
                   "partition_strategy", now->folder);
}

/* --- the plan ----------------------------------------------------------------------------- */

static void plan_producer(struct kf_plan *plan)
{
    kaffe_error why;
    kaffe_config *config = plan->generation->config;
    struct report report = { .findings = &plan->findings, .who = "", .name = "producer" };
    for (struct kf_supervised_producer *p = plan->supervisor->producers; p; p = p->next)
        if (p->generation)
            plan->old_producer = p;
    plan->same_producer = is_same_producer(plan);
    plan->new_producer = !plan->same_producer && kaffe_config_has_producer(config);
    if (!plan->new_producer)
        return;
    if (kaffe_config_producer(config, &plan->producer_options, &why) != KAFFE_OK) {
        kf_findings_add(&plan->findings, "%s", why.message);
        return;
    }
    if (!plan->producer_options.log) {
        plan->producer_options.log = plan->supervisor->options.log;
        plan->producer_options.log_ctx = plan->supervisor->options.log_ctx;
    }
    (void)!kaffe_producer_options_check(&plan->producer_options, tell, &report);
}

static kaffe_status fill(const struct kf_plan *plan, struct kf_consumer_section *section,
                         kaffe_consumer_options *options, kaffe_error *err)
{
    const kaffe_supervisor_options *ours = &plan->supervisor->options;
    kaffe_config *config = plan->generation->config;
    const char *name = section->section.name;
    kaffe_status status = kaffe_config_consumer(config, name, options, err);
    options->log = ours->log;
    options->log_ctx = ours->log_ctx;
    options->in_hand = ours->in_hand;
    if (status == KAFFE_OK && ours->bind)
        status = ours->bind(name, options, ours->ctx, err);
    else if (status == KAFFE_OK)
        status = kaffe_config_load_module(config, name, NULL, options, err);
    return status;
}

static struct kf_supervised_consumer *child_of(const struct kf_plan *plan, const char *name)
{
    struct kf_supervised_consumer *child = plan->supervisor->consumers;
    while (child && strcmp(child->name, name) != 0)
        child = child->next;
    return child;
}

/* One that is new or changed. */
static void plan_new(struct kf_plan *plan, struct kf_consumer_section *section)
{
    kaffe_error why;
    kaffe_consumer_options options;
    struct report report = { &plan->findings, "consumer ", section->section.name };
    if (fill(plan, section, &options, &why) != KAFFE_OK) {
        kf_findings_add(&plan->findings, "%s", why.message);
        return;
    }
    kaffe_status told = kaffe_consumer_options_check(&options, tell, &report);
    if (told != KAFFE_OK) {
        plan->findings.no_memory = plan->findings.no_memory || told == KAFFE_NO_MEMORY;
        return;
    }
    struct kf_supervised_consumer *child =
        kf_supervised_consumer_new(plan->supervisor, section->section.name, &options, &why);
    if (!child) {
        plan->findings.no_memory = true;
        return;
    }
    child->generation = plan->generation;
    kf_supervised_consumer_append(&plan->added, child);
}

static void plan_consumer(struct kf_plan *plan, struct kf_consumer_section *section)
{
    struct kf_supervised_consumer *old = child_of(plan, section->section.name);
    if (old && !old->generation) {
        kf_findings_add(&plan->findings, "%s: the program has a consumer of that name",
                        section->section.origin ? section->section.origin : section->section.path);
        return;
    }
    if (old && plan->same_producer && is_same_consumer(plan, old, section)) {
        old->is_kept = true;
        plan->kept_count++;
        return;
    }
    plan->changed_count += old != NULL;
    plan->added_count += old == NULL;
    plan_new(plan, section);
}

static void plan_all(struct kf_plan *plan)
{
    kaffe_config *config = plan->generation->config;
    plan->loaded_before = config->modules;
    config->versions = &plan->supervisor->versions;
    plan_producer(plan);
    for (struct kf_supervised_consumer *c = plan->supervisor->consumers; c; c = c->next)
        c->is_kept = c->generation == NULL;
    for (size_t i = 0; i < config->consumer_count; i++)
        plan_consumer(plan, config->consumers[i]);
    for (struct kf_supervised_consumer *c = plan->supervisor->consumers; c; c = c->next)
        plan->removed_count += !c->is_kept;
    plan->removed_count -= plan->changed_count;
}

void kf_plan_drop(struct kf_plan *plan)
{
    kaffe_config *config = plan->generation->config;
    while (plan->added) {
        struct kf_supervised_consumer *child = plan->added;
        plan->added = child->next;
        kf_supervised_consumer_free(child);
    }
    kf_modules_unload(config, plan->loaded_before);
    config->versions = &config->own_versions;
    free(plan->generation);
}

kaffe_status kf_plan_make(struct kf_plan *plan, kaffe_config *config, kaffe_error *err)
{
    if (atomic_load(&plan->supervisor->stop_requested))
        return kf_error_set(err, KAFFE_CLOSED, "the supervisor stops");
    plan->generation = calloc(1, sizeof *plan->generation);
    if (!plan->generation)
        return kf_error_no_memory(err);
    *plan->generation = (struct kf_generation){ .config = config, .users = 1 };
    plan_all(plan);
    kaffe_status status = kf_findings_status(&plan->findings, err);
    kf_findings_fini(&plan->findings);
    if (status != KAFFE_OK)
        kf_plan_drop(plan);
    return status;
}
