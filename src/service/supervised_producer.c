/* SPDX-License-Identifier: MIT
 * A producer under a supervisor. It mends itself, so all there is to supervise is its end. */
#include "supervisor_state.h"

#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "error.h"

struct kf_supervised_producer *kf_supervised_producer_new(const char *name,
                                                          const kaffe_producer_options *options,
                                                          kaffe_error *err)
{
    struct kf_supervised_producer *child = calloc(1, sizeof *child);
    if (!child) {
        kf_error_no_memory(err);
        return NULL;
    }
    snprintf(child->name, sizeof child->name, "%s", name);
    child->since_ms = kf_clock_date_ms();
    child->producer = kaffe_producer_new(options, err);
    if (child->producer)
        return child;
    free(child);
    return NULL;
}

void kf_supervised_producer_close(kaffe_supervisor *supervisor,
                                  struct kf_supervised_producer *child, bool keep)
{
    kaffe_error why;
    pthread_mutex_lock(&supervisor->lock);
    kaffe_producer *producer = child->producer;
    child->producer = NULL;
    pthread_mutex_unlock(&supervisor->lock);
    if (!producer)
        return;
    kaffe_status status =
        keep ? kaffe_producer_flush(producer, NULL, &why) : kaffe_producer_free(producer);
    if (status == KAFFE_OK)
        return;
    kf_error_set(&why, KAFFE_NOT_WRITTEN,
                 "left behind: records that are not written: the log says how many");
    pthread_mutex_lock(&supervisor->lock);
    child->last_error = why;
    pthread_mutex_unlock(&supervisor->lock);
}
