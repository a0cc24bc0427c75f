/* SPDX-License-Identifier: MIT
 * kaffe_supervisor: made, freed, and who is supervised. How that runs is supervision.c's, a
 * consumer's lives are supervised_consumer.c's, what a configuration changes applied.c's. */
#include "supervisor_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "error.h"
#include "hand.h"
#include "options.h"
#include "thread.h"

/* --- making and freeing ------------------------------------------------------------------- */

kaffe_status kaffe_supervisor_options_check_sized(const kaffe_supervisor_options *options,
                                                  size_t options_size, kaffe_report_fn report,
                                                  void *ctx)
{
    kaffe_supervisor_options ours;
    struct kf_problems problems = { .report = report, .ctx = ctx };
    if (kf_options_import(&kf_supervisor_option_table, &ours, options, options_size, &problems))
        kf_options_check(&kf_supervisor_option_table, &ours, &problems);
    return kf_problems_status(&problems, NULL);
}

static int64_t stronger_of(int64_t number, int64_t stronger)
{
    return stronger != 0 ? stronger : number;
}

void kf_supervisor_set_policy(kaffe_supervisor *supervisor,
                              const kaffe_supervisor_options *stronger)
{
    kaffe_supervisor_options sum = supervisor->options;
    const char *log_format = stronger->log_format;
    sum.max_restarts = stronger_of(sum.max_restarts, stronger->max_restarts);
    sum.max_seconds = stronger_of(sum.max_seconds, stronger->max_seconds);
    sum.restart_backoff_ms = stronger_of(sum.restart_backoff_ms, stronger->restart_backoff_ms);
    sum.restart_backoff_max_ms =
        stronger_of(sum.restart_backoff_max_ms, stronger->restart_backoff_max_ms);
    if (kf_options_complete(&kf_supervisor_option_table, &sum)) /* numbers, for us */
        kf_options_fini(&kf_supervisor_option_table, &sum);
    kf_log_set_format(&supervisor->log, log_format ? log_format : supervisor->log_format);
    pthread_mutex_lock(&supervisor->lock);
    supervisor->policy = (struct kf_restart_policy){ .max_restarts = sum.max_restarts,
                                                     .window_ms = sum.max_seconds * 1000,
                                                     .backoff_ms = sum.restart_backoff_ms,
                                                     .backoff_max_ms = sum.restart_backoff_max_ms };
    pthread_mutex_unlock(&supervisor->lock);
}

static void destroy(kaffe_supervisor *supervisor)
{
    pthread_mutex_destroy(&supervisor->lock);
    pthread_mutex_destroy(&supervisor->changing);
    pthread_cond_destroy(&supervisor->changed);
    if (supervisor->wake_fd >= 0)
        close(supervisor->wake_fd);
    if (supervisor->told_fd >= 0)
        close(supervisor->told_fd);
    kf_module_versions_fini(&supervisor->versions);
    kf_log_flush(&supervisor->log);
    kf_log_close(&supervisor->log);
    free(supervisor);
}

static kaffe_supervisor *make(const kaffe_supervisor_options *options, kaffe_error *err)
{
    kaffe_supervisor *supervisor = calloc(1, sizeof *supervisor);
    if (!supervisor) {
        kf_error_no_memory(err);
        return NULL;
    }
    supervisor->options = *options;
    supervisor->log_format = kf_log_is_json(options->log_format) ? "json" : "logfmt";
    supervisor->options.log_format = NULL; /* the caller's */
    if (!kf_log_open(&supervisor->log, options->log, options->log_ctx, options->log_format)) {
        free(supervisor);
        kf_error_no_memory(err);
        return NULL;
    }
    supervisor->log.process = options->in_hand ? options->in_hand->number : 0;
    supervisor->wake_fd = kf_wake_open();
    supervisor->told_fd = kf_wake_open();
    pthread_mutex_init(&supervisor->changing, NULL);
    pthread_mutex_init(&supervisor->lock, NULL);
    kf_cond_init(&supervisor->changed);
    kf_supervisor_set_policy(supervisor, &(kaffe_supervisor_options){ 0 });
    if (supervisor->wake_fd >= 0 && supervisor->told_fd >= 0) {
        kf_error_ok(err);
        return supervisor;
    }
    destroy(supervisor);
    kf_error_set(err, KAFFE_NO_MEMORY,
                 "no descriptor is left: raise the limit of open files (ulimit -n)");
    return NULL;
}

kaffe_supervisor *kaffe_supervisor_new_sized(const kaffe_supervisor_options *options,
                                             size_t options_size, kaffe_error *err)
{
    kaffe_supervisor_options ours;
    struct kf_problems problems = { 0 };
    if (kf_options_import(&kf_supervisor_option_table, &ours, options, options_size, &problems))
        kf_options_check(&kf_supervisor_option_table, &ours, &problems);
    return kf_problems_status(&problems, err) == KAFFE_OK ? make(&ours, err) : NULL;
}

/* What a handler that runs on may need stays, out of reach: its module and the producers. */
static void free_children(kaffe_supervisor *supervisor)
{
    while (supervisor->producers) {
        struct kf_supervised_producer *child = supervisor->producers;
        supervisor->producers = child->next;
        if (!supervisor->left_behind)
            kf_generation_release(child->generation);
        free(child);
    }
    while (supervisor->consumers) {
        struct kf_supervised_consumer *child = supervisor->consumers;
        supervisor->consumers = child->next;
        if (!supervisor->left_behind)
            kf_generation_release(child->generation);
        kf_supervised_consumer_free(child);
    }
}

kaffe_status kf_supervisor_close_producers(kaffe_supervisor *supervisor)
{
    char who[sizeof((kaffe_child *)0)->name + 16];
    kaffe_status status = KAFFE_OK;
    for (struct kf_supervised_producer *child = supervisor->producers; child; child = child->next) {
        kf_supervised_producer_close(supervisor, child, supervisor->left_behind);
        if (child->last_error.status == KAFFE_OK)
            continue;
        status = KAFFE_NOT_WRITTEN;
        snprintf(who, sizeof who, child->generation ? "%s" : "producer %s", child->name);
        kf_supervisor_fail(supervisor, who, &child->last_error);
    }
    return status;
}

kaffe_status kaffe_supervisor_free(kaffe_supervisor *supervisor)
{
    kaffe_status status = KAFFE_OK;
    if (!supervisor)
        return KAFFE_OK;
    if (supervisor->started) {
        kaffe_supervisor_stop(supervisor);
        pthread_join(supervisor->thread, NULL);
    } else {
        status = kf_supervisor_close_producers(supervisor);
    }
    if (supervisor->left_behind)
        status = KAFFE_TIMED_OUT;
    free_children(supervisor);
    destroy(supervisor);
    return status;
}

/* --- children ----------------------------------------------------------------------------- */

static bool is_taken(const kaffe_supervisor *supervisor, const char *name)
{
    for (const struct kf_supervised_producer *p = supervisor->producers; p; p = p->next)
        if (strcmp(p->name, name) == 0)
            return true;
    for (const struct kf_supervised_consumer *c = supervisor->consumers; c; c = c->next)
        if (strcmp(c->name, name) == 0)
            return true;
    return false;
}

/* With `changing`. @return KAFFE_OK: a child of that name can be added */
static kaffe_status check_name(const kaffe_supervisor *supervisor, const char *name,
                               kaffe_error *err)
{
    char shown[96];
    const char *why = NULL;
    if (supervisor->started)
        why = "the supervisor was started before";
    else if (!name || !kf_configuration_is_name(name))
        why = kf_configuration_names;
    else if (is_taken(supervisor, name))
        why = "is another child's name";
    if (!why)
        return kf_error_ok(err);
    return kf_error_set(err, KAFFE_INVALID, "child \"%s\": %s",
                        kf_log_quote(shown, sizeof shown, name ? name : ""), why);
}

kaffe_producer *kaffe_supervisor_add_producer_sized(kaffe_supervisor *supervisor, const char *name,
                                                    const kaffe_producer_options *options,
                                                    size_t options_size, kaffe_error *err)
{
    kaffe_producer_options ours;
    struct kf_supervised_producer *child = NULL;
    struct kf_problems problems = { 0 };
    if (!kf_options_import(&kf_producer_option_table, &ours, options, options_size, &problems)) {
        kf_problems_status(&problems, err);
        return NULL;
    }
    pthread_mutex_lock(&supervisor->changing);
    if (check_name(supervisor, name, err) == KAFFE_OK)
        child = kf_supervised_producer_new(name, &ours, err);
    if (child) {
        pthread_mutex_lock(&supervisor->lock);
        struct kf_supervised_producer **end = &supervisor->producers;
        while (*end)
            end = &(*end)->next;
        *end = child;
        pthread_mutex_unlock(&supervisor->lock);
    }
    pthread_mutex_unlock(&supervisor->changing);
    return child ? child->producer : NULL;
}

static kaffe_status add_consumer(kaffe_supervisor *supervisor, const char *name,
                                 const kaffe_consumer_options *options, kaffe_error *err)
{
    if (check_name(supervisor, name, err) != KAFFE_OK)
        return KAFFE_INVALID;
    struct kf_supervised_consumer *child =
        kf_supervised_consumer_new(supervisor, name, options, err);
    if (!child)
        return KAFFE_NO_MEMORY;
    pthread_mutex_lock(&supervisor->lock);
    kf_supervised_consumer_append(&supervisor->consumers, child);
    pthread_mutex_unlock(&supervisor->lock);
    return KAFFE_OK;
}

kaffe_status kaffe_supervisor_add_consumer_sized(kaffe_supervisor *supervisor, const char *name,
                                                 const kaffe_consumer_options *options,
                                                 size_t options_size, kaffe_error *err)
{
    kaffe_error why;
    kaffe_consumer_options ours;
    struct kf_problems problems = { 0 };
    if (!kf_options_import(&kf_consumer_option_table, &ours, options, options_size, &problems))
        return kf_problems_status(&problems, err);
    /* What is wrong with the options is a consumer's own to say: this one is never started. */
    kaffe_consumer *probe = kaffe_consumer_new(&ours, &why);
    kaffe_consumer_free(probe);
    kaffe_status status = why.status;
    if (probe) {
        pthread_mutex_lock(&supervisor->changing);
        status = add_consumer(supervisor, name, &ours, &why);
        pthread_mutex_unlock(&supervisor->changing);
    }
    if (err)
        *err = why;
    return status;
}

kaffe_producer *kaffe_supervisor_producer(kaffe_supervisor *supervisor, const char *name)
{
    kaffe_producer *producer = NULL;
    pthread_mutex_lock(&supervisor->lock);
    for (const struct kf_supervised_producer *p = supervisor->producers; p; p = p->next)
        if (name ? strcmp(p->name, name) == 0 : p->generation != NULL)
            producer = p->producer;
    pthread_mutex_unlock(&supervisor->lock);
    return producer;
}
