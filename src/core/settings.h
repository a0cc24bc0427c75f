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

/**
 * Imports a caller's options of whatever size (an older program's struct is shorter, a newer one's
 * longer: its unknown bytes must be zero) and checks all of them.
 * Every problem goes to `report`, if given; err's message holds as many as fit.
 * @return KAFFE_OK: settings need a fini; KAFFE_INVALID, KAFFE_NO_MEMORY: they do not
 */
kaffe_status kf_consumer_settings_init(struct kf_consumer_settings *settings,
                                       const kaffe_consumer_options *options, size_t options_size,
                                       kaffe_report_fn report, void *ctx, kaffe_error *err);

/* The two halves behind the import and the table's checks; a reader's are its own. */

/** Checks what the table can not say: functions, lists, names. @return false: out of memory */
bool kf_consumer_settings_read(struct kf_consumer_settings *settings, struct kf_problems *problems);
/** What all checks came to. @param memory  false: out of memory
 *  @return as kf_consumer_settings_init */
kaffe_status kf_consumer_settings_settle(struct kf_consumer_settings *settings, bool memory,
                                         const struct kf_problems *problems, kaffe_error *err);
void kf_consumer_settings_fini(struct kf_consumer_settings *settings);

kaffe_status kf_producer_settings_init(struct kf_producer_settings *settings,
                                       const kaffe_producer_options *options, size_t options_size,
                                       kaffe_report_fn report, void *ctx, kaffe_error *err);
void kf_producer_settings_fini(struct kf_producer_settings *settings);

#endif
