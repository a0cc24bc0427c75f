/* SPDX-License-Identifier: MIT
 * From a caller's options to settings that a client works with: imported, completed by other names
 * and by Heroku's variables, checked down to the certificates in the files that they name. */
#ifndef KF_CLIENT_SETTINGS_H
#define KF_CLIENT_SETTINGS_H

#include "reader_settings.h"
#include "settings.h"

/**
 * Takes a caller's options of whatever size (an older program's struct is shorter, a newer one's
 * longer: its unknown bytes must be zero) and checks all of them.
 * Every problem goes to `report`, if given; err's message holds as many as fit.
 * @return KAFFE_OK: settings need a fini; KAFFE_INVALID, KAFFE_NO_MEMORY: they do not
 */
kaffe_status kf_consumer_settings_init(struct kf_consumer_settings *settings,
                                       const kaffe_consumer_options *options, size_t options_size,
                                       kaffe_report_fn report, void *ctx, kaffe_error *err);
kaffe_status kf_producer_settings_init(struct kf_producer_settings *settings,
                                       const kaffe_producer_options *options, size_t options_size,
                                       kaffe_report_fn report, void *ctx, kaffe_error *err);
/** A producer's, for what belongs to another client: `security` is copied, options say none. */
kaffe_status kf_producer_settings_init_secured(struct kf_producer_settings *settings,
                                               const kaffe_producer_options *options,
                                               const struct kf_security_settings *security,
                                               kaffe_error *err);
/** Fills in a consumer's settings beside a reader's own. Both need a fini then. */
kaffe_status kf_reader_settings_init(struct kf_reader_settings *reader,
                                     struct kf_consumer_settings *settings,
                                     const kaffe_reader_options *options, size_t options_size,
                                     kaffe_report_fn report, void *ctx, kaffe_error *err);

#endif
