/* SPDX-License-Identifier: MIT */
/* Its handler is hidden, and it closes what nobody opened. */
#include <kaffe_service.h>

KAFFE_MODULE;

KAFFE_API kaffe_status half_handle_message(const kaffe_message *m, void *ctx);
KAFFE_API kaffe_status half_handle_message(const kaffe_message *m, void *ctx)
{
    (void)m, (void)ctx;
    return KAFFE_OK;
}

KAFFE_API void half_worker_close(void *ctx, void *worker_ctx);
KAFFE_API void half_worker_close(void *ctx, void *worker_ctx)
{
    (void)ctx, (void)worker_ctx;
}
