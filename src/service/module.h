/* SPDX-License-Identifier: MIT
 * Shared objects with a user's functions: loaded once each, kept until the configuration goes. */
#ifndef KF_MODULE_H
#define KF_MODULE_H

#include "configuration.h"

/** Sets *options' handler and worker functions from the module that `value` names, all of them or
 *  none.
 *  @return KAFFE_OK, KAFFE_INVALID, KAFFE_NO_MEMORY */
kaffe_status kf_module_handlers(kaffe_config *config, const struct kf_value *value,
                                kaffe_consumer_options *options, kaffe_error *err);

/** The strategy that `value` names in a module. */
kaffe_status kf_module_strategy(kaffe_config *config, const struct kf_value *value,
                                kaffe_partition_fn *strategy, kaffe_error *err);

/** Is the module of that name ("./orders.so:late_handle_message") still the file that was loaded
 *  through this configuration? Also if it never was. */
bool kf_module_is_current(const kaffe_config *config, const char *name);

/** Those that were loaded after `until`; NULL: all. */
void kf_modules_unload(kaffe_config *config, const struct kf_module *until);

#endif
