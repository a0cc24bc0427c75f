/* SPDX-License-Identifier: MIT
 * A configuration, applied to a supervisor: the plan, carried out. All that can be wrong was found
 * before; the little that can go wrong here stops nothing that ran. */
#include "plan.h"

#include <stdlib.h>

#include "error.h"

/* Called with `changing`, or when nobody else has the supervisor any more. */
void kf_generation_release(struct kf_generation *generation)
{
    if (!generation || --generation->users > 0)
        return;
    kaffe_config_free(generation->config);
    free(generation);
}

/* --- carried out -------------------------------------------------------------------------- */

/* Takes out of the list who is not kept, in the order of their stop. */
static struct kf_supervised_consumer *take_out(kaffe_supervisor *supervisor)
{
    struct kf_supervised_consumer *out = NULL;
    struct kf_supervised_consumer **link = &supervisor->consumers;
    pthread_mutex_lock(&supervisor->lock);
    while (*link) {
        struct kf_supervised_consumer *child = *link;
        if (child->is_kept) {
            link = &child->next;
            continue;
        }
        *link = child->next;
        child->next = NULL;
        kf_supervised_consumer_append(&out, child);
    }
    pthread_mutex_unlock(&supervisor->lock);
    return out;
}

/* All at once, then each is waited for. Until then they are in the list, to be seen.
 * @return false: a handler has not returned */
static bool stop_old(kaffe_supervisor *supervisor)
{
    pthread_mutex_lock(&supervisor->lock);
    for (struct kf_supervised_consumer *c = supervisor->consumers; c; c = c->next)
        if (!c->is_kept)
            kf_supervised_consumer_stop_locked(c);
    pthread_cond_broadcast(&supervisor->changed);
    pthread_mutex_unlock(&supervisor->lock);
    bool left_behind = false;
    for (struct kf_supervised_consumer *c = supervisor->consumers; c; c = c->next) {
        if (c->is_kept)
            continue;
        kf_supervised_consumer_join(c);
        left_behind = left_behind || c->left_behind;
    }
    return !left_behind;
}

static void free_old(kaffe_supervisor *supervisor)
{
    struct kf_supervised_consumer *old = take_out(supervisor);
    while (old) {
        struct kf_supervised_consumer *child = old;
        old = child->next;
        kf_generation_release(child->generation);
        kf_supervised_consumer_free(child);
    }
}

/* Records that it can not write are told by the log, and are no reason to stop. */
static void replace_producer(struct kf_plan *plan, struct kf_supervised_producer *now)
{
    kaffe_supervisor *supervisor = plan->supervisor;
    struct kf_supervised_producer *old = plan->old_producer;
    struct kf_supervised_producer **link = &supervisor->producers;
    if (old)
        kf_supervised_producer_close(supervisor, old, false);
    pthread_mutex_lock(&supervisor->lock);
    while (*link && *link != old)
        link = &(*link)->next;
    if (old)
        *link = old->next;
    if (now) {
        now->next = *link;
        *link = now;
    }
    pthread_mutex_unlock(&supervisor->lock);
    if (old)
        kf_generation_release(old->generation);
    free(old);
}

static void bind_producer(const struct kf_plan *plan)
{
    const kaffe_config *config = plan->generation->config;
    kaffe_producer *producer = NULL;
    for (const struct kf_supervised_producer *p = plan->supervisor->producers; p; p = p->next)
        if (p->generation)
            producer = p->producer;
    for (size_t i = 0; i < config->consumer_count; i++)
        config->consumers[i]->module.producer = producer;
}

static void start_added(struct kf_plan *plan)
{
    kaffe_error why;
    kaffe_supervisor *supervisor = plan->supervisor;
    pthread_mutex_lock(&supervisor->lock);
    struct kf_supervised_consumer *added = plan->added;
    kf_supervised_consumer_append(&supervisor->consumers, added);
    bool start = supervisor->started && !supervisor->stopping;
    pthread_mutex_unlock(&supervisor->lock);
    plan->added = NULL;
    for (; start && added; added = added->next)
        if (kf_supervised_consumer_start(added, &why) != KAFFE_OK)
            kf_supervisor_fail(supervisor, added->name, &why);
}

static void log_applied(const struct kf_plan *plan)
{
    kf_log(&plan->supervisor->log, KAFFE_LOG_INFO, "configuration.applied",
           "kept=%zu changed=%zu added=%zu removed=%zu producer=%s", plan->kept_count,
           plan->changed_count, plan->added_count, plan->removed_count,
           plan->same_producer  ? "same"
           : plan->new_producer ? "new"
                                : "removed");
}

/* @return false with err: out of memory, or of what a producer needs */
static bool make_producer(const struct kf_plan *plan, struct kf_supervised_producer **producer,
                          kaffe_error *err)
{
    *producer = NULL;
    if (!plan->new_producer)
        return true;
    *producer = kf_supervised_producer_new("producer", &plan->producer_options, err);
    if (!*producer)
        return false;
    (*producer)->generation = plan->generation;
    return true;
}

static void use_generation(const struct kf_plan *plan)
{
    kaffe_supervisor_options numbers;
    for (const struct kf_supervised_consumer *c = plan->added; c; c = c->next)
        plan->generation->users++;
    plan->generation->users += plan->new_producer;
    kf_section_fill(&plan->generation->config->supervisor, &numbers);
    kf_supervisor_set_policy(plan->supervisor, &numbers);
}

static kaffe_status carry_out(struct kf_plan *plan, kaffe_error *err)
{
    kaffe_supervisor *supervisor = plan->supervisor;
    struct kf_supervised_producer *producer;
    if (!make_producer(plan, &producer, err))
        return err->status;
    if (!stop_old(supervisor)) { /* what it uses stays where it is; all stop */
        kaffe_producer_free(producer ? producer->producer : NULL);
        free(producer);
        return kf_error_set(err, KAFFE_CLOSED,
                            "a handler of a consumer that was to stop has not "
                            "returned: all stop");
    }
    use_generation(plan);
    free_old(supervisor);
    if (!plan->same_producer)
        replace_producer(plan, producer);
    bind_producer(plan);
    log_applied(plan);
    start_added(plan);
    return kf_error_ok(err);
}

/* --- the calls ---------------------------------------------------------------------------- */

kaffe_status kaffe_supervisor_check(kaffe_supervisor *supervisor, kaffe_config *config,
                                    kaffe_report_fn report, void *ctx, kaffe_error *err)
{
    struct kf_plan plan = { .supervisor = supervisor,
                            .findings = { .problems = { .report = report, .ctx = ctx } } };
    pthread_mutex_lock(&supervisor->changing);
    kaffe_status status = kf_plan_make(&plan, config, err);
    if (status == KAFFE_OK)
        kf_plan_drop(&plan);
    pthread_mutex_unlock(&supervisor->changing);
    return status;
}

kaffe_status kaffe_supervisor_apply(kaffe_supervisor *supervisor, kaffe_config *config,
                                    kaffe_report_fn report, void *ctx, kaffe_error *err)
{
    kaffe_error why;
    struct kf_plan plan = { .supervisor = supervisor,
                            .findings = { .problems = { .report = report, .ctx = ctx } } };
    pthread_mutex_lock(&supervisor->changing);
    kaffe_status status = kf_plan_make(&plan, config, &why);
    if (status == KAFFE_OK) {
        status = carry_out(&plan, &why);
        if (status == KAFFE_OK)
            kf_generation_release(plan.generation);
        else
            kf_plan_drop(&plan);
    }
    pthread_mutex_unlock(&supervisor->changing);
    if (err)
        *err = why;
    return status;
}
