/* SPDX-License-Identifier: MIT
 * The batch accessors of kaffe.h. */
#include "batch.h"

const char *kaffe_batch_topic(const kaffe_batch *batch)
{
    return batch->items[0]->view.topic;
}

int32_t kaffe_batch_partition(const kaffe_batch *batch)
{
    return batch->items[0]->view.partition;
}

size_t kaffe_batch_count(const kaffe_batch *batch)
{
    return batch->count;
}

const kaffe_message *kaffe_batch_at(const kaffe_batch *batch, size_t index)
{
    return index < batch->count ? &batch->items[index]->view : NULL;
}

kaffe_status kaffe_batch_commit_up_to(const kaffe_batch *batch, int64_t offset)
{
    if (!batch->commit_end || offset < 0 || offset > batch->items[batch->count - 1]->view.offset)
        return KAFFE_INVALID;
    *batch->commit_end = offset + 1;
    return KAFFE_OK;
}

void kaffe_batch_commit_later(const kaffe_batch *batch)
{
    if (batch->commit_end)
        *batch->commit_end = -1;
}

kaffe_ack_token kaffe_batch_ack_token(const kaffe_batch *batch)
{
    return batch->token;
}
