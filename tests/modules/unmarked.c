/* SPDX-License-Identifier: MIT */
/* No KAFFE_MODULE. */
#include <kaffe_service.h>

KAFFE_API kaffe_status handle_message(const kaffe_message *m, void *ctx);
KAFFE_API kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    (void)m, (void)ctx;
    return KAFFE_OK;
}
