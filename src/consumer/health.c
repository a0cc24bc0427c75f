/* SPDX-License-Identifier: MIT */
#include "health.h"

#include "consumer_state.h"
#include "error.h"

int kf_health_init(struct kf_health *health)
{
    kf_error_set(&health->causes[KF_HEALTH_END], KAFFE_CLOSED, "the consumer was never started");
    return pthread_mutex_init(&health->lock, NULL);
}

void kf_health_fini(struct kf_health *health)
{
    pthread_mutex_destroy(&health->lock);
}

void kf_health_begin(struct kf_health *health)
{
    kf_health_set(health, KF_HEALTH_END, NULL);
}

void kf_health_end(struct kf_health *health, const kaffe_error *err)
{
    pthread_mutex_lock(&health->lock);
    if (health->causes[KF_HEALTH_END].status == KAFFE_OK)
        health->causes[KF_HEALTH_END] = *err;
    pthread_mutex_unlock(&health->lock);
}

void kf_health_set(struct kf_health *health, enum kf_health_cause cause, const kaffe_error *err)
{
    pthread_mutex_lock(&health->lock);
    if (err)
        health->causes[cause] = *err;
    else
        kf_error_ok(&health->causes[cause]);
    pthread_mutex_unlock(&health->lock);
}

kaffe_status kaffe_consumer_health(kaffe_consumer *consumer, kaffe_error *err)
{
    kaffe_error found;
    struct kf_health *health = &consumer->health;
    kf_error_ok(&found);
    pthread_mutex_lock(&health->lock);
    for (size_t i = KF_HEALTH_CAUSES; i-- > 0;)
        if (health->causes[i].status != KAFFE_OK)
            found = health->causes[i];
    pthread_mutex_unlock(&health->lock);
    if (err)
        *err = found;
    return found.status;
}
