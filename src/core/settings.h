/* SPDX-License-Identifier: MIT
 * Options as the library works with them: copied, complete, every default filled in from the option
 * table, every problem reported. */
#ifndef KF_SETTINGS_H
#define KF_SETTINGS_H

#include "endpoints.h"
#include "kaffe.h"
#include "log.h"
#include "security_settings.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kf_problems;

enum kf_reset_policy {
    KF_RESET_EARLIEST,
    KF_RESET_LATEST,
    KF_RESET_STOP
};

/* Numbers in `options` are final: defaults filled in, KAFFE_NONE turned into 0. Strings are copies
 * of our own; those with a default are never NULL. */
struct kf_consumer_settings {
    kaffe_consumer_options options;
    struct kf_endpoint_list endpoints;
    struct kf_text_list topics;
    struct kf_security_settings security; /* for both planes */
    enum kf_reset_policy offset_reset_policy;
    int64_t max_poll_interval_ms; /* rebalance_delay_ms + 30 s, at least 300 s and the session */
    struct kf_log log;
};

struct kf_producer_settings {
    kaffe_producer_options options;
    struct kf_endpoint_list endpoints;
    struct kf_text_list topics;
    struct kf_security_settings security;
    struct kf_log log;
};

/* What a client's options become, step by step: client_settings.h takes all of them. */

/** Checks what the table can not say: functions, lists, names; for settings whose options have been
 *  imported, and whose security has been read. @return false: out of memory */
bool kf_consumer_settings_read(struct kf_consumer_settings *settings, struct kf_problems *problems);
bool kf_producer_settings_read(struct kf_producer_settings *settings, struct kf_problems *problems);

/** What all checks came to. @param memory  false: out of memory
 *  @return KAFFE_OK: settings need a fini; KAFFE_INVALID, KAFFE_NO_MEMORY: they do not */
kaffe_status kf_consumer_settings_settle(struct kf_consumer_settings *settings, bool memory,
                                         const struct kf_problems *problems, kaffe_error *err);
kaffe_status kf_producer_settings_settle(struct kf_producer_settings *settings, bool memory,
                                         const struct kf_problems *problems, kaffe_error *err);

void kf_consumer_settings_fini(struct kf_consumer_settings *settings);
void kf_producer_settings_fini(struct kf_producer_settings *settings);

#endif
