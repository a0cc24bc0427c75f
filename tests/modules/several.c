/* SPDX-License-Identifier: MIT */
/* Two handlers, of which one has to be named, and a strategy. */
#include <kaffe_service.h>

KAFFE_MODULE;

KAFFE_API kaffe_status handle_message(const kaffe_message *m, void *ctx);
KAFFE_API kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    (void)m, (void)ctx;
    return KAFFE_OK;
}

KAFFE_API kaffe_status handle_messages(const kaffe_batch *batch, void *ctx);
KAFFE_API kaffe_status handle_messages(const kaffe_batch *batch, void *ctx)
{
    (void)batch, (void)ctx;
    return KAFFE_OK;
}

KAFFE_API kaffe_status late_handle_messages(const kaffe_batch *batch, void *ctx);
KAFFE_API kaffe_status late_handle_messages(const kaffe_batch *batch, void *ctx)
{
    (void)batch, (void)ctx;
    return KAFFE_OK;
}

KAFFE_API kaffe_status late_worker_open(void *ctx, void **worker_ctx, kaffe_error *err);
KAFFE_API kaffe_status late_worker_open(void *ctx, void **worker_ctx, kaffe_error *err)
{
    (void)err;
    *worker_ctx = ctx;
    return KAFFE_OK;
}

KAFFE_API int32_t last(const char *topic, int32_t current_partition, int32_t partition_count,
                       kaffe_bytes key, kaffe_bytes value, void *ctx);
KAFFE_API int32_t last(const char *topic, int32_t current_partition, int32_t partition_count,
                       kaffe_bytes key, kaffe_bytes value, void *ctx)
{
    (void)topic, (void)current_partition, (void)key, (void)value, (void)ctx;
    return partition_count - 1;
}
