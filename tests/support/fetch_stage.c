/* SPDX-License-Identifier: MIT */
#include "fetch_stage.h"

#include <stdlib.h>

struct fetch_stage *fetch_stage_raise(int partition_count)
{
    struct fetch_stage *stage = calloc(1, sizeof *stage);
    if (!stage)
        abort();
    stage->broker = fake_broker_start(1, "127.0.0.1");
    fake_broker_topic(stage->broker, "orders", partition_count);
    fetch_reader_init(&stage->reader, fake_broker_endpoint(stage->broker));
    return stage;
}

void fetch_stage_strike(struct fetch_stage *stage)
{
    fetch_reader_stop(&stage->reader);
    fake_broker_stop(stage->broker);
    free(stage);
}

struct kf_request fetch_stage_answer(int32_t partition, int16_t error, const void *records,
                                     size_t size)
{
    struct kf_request body = { 0 };
    const int8_t *bytes = records;
    kf_write_int32(&body, 0); /* throttle */
    kf_write_int16(&body, 0);
    kf_write_int32(&body, 0); /* session */
    kf_write_int32(&body, 1);
    kf_write_string(&body, "orders");
    kf_write_int32(&body, 1);
    kf_write_int32(&body, partition);
    kf_write_int16(&body, error);
    for (int i = 0; i < 3; i++)
        kf_write_int64(&body, 100); /* high watermark, last stable, log start */
    kf_write_int32(&body, -1); /* aborted transactions */
    kf_write_int32(&body, -1); /* preferred replica */
    kf_write_int32(&body, (int32_t)size);
    for (size_t i = 0; i < size; i++)
        kf_write_int8(&body, bytes[i]);
    return body;
}

struct kf_request fetch_stage_batch(int64_t offset, size_t size)
{
    struct kf_request batch = { 0 };
    kf_write_int64(&batch, offset);
    kf_write_int32(&batch, (int32_t)size - 12);
    kf_write_int32(&batch, 0);
    kf_write_int8(&batch, 2);
    kf_write_int32(&batch, 0);
    kf_write_int16(&batch, 0);
    kf_write_int32(&batch, 0); /* last offset delta */
    for (int i = 0; i < 3; i++)
        kf_write_int64(&batch, -1);
    kf_write_int16(&batch, -1);
    kf_write_int32(&batch, -1);
    kf_write_int32(&batch, 1);
    while (batch.size < size)
        kf_write_int8(&batch, 0);
    return batch;
}
