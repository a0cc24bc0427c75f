/* SPDX-License-Identifier: MIT
 * "./orders.so:late_handle_message": which file, which function, and which functions beside it. */
#ifndef KF_MODULE_NAME_H
#define KF_MODULE_NAME_H

#include <stdbool.h>
#include <stddef.h>

/** What stands behind the last colon. @return NULL: nothing does */
const char *kf_module_symbol(const char *name);

/** Does the symbol end in handle_message or handle_messages? What stands before that stands before
 *  its worker_open too.
 *  @param prefix_size  of that part, may be 0; may be NULL */
bool kf_module_is_handler(const char *symbol, size_t *prefix_size);

#endif
