/* SPDX-License-Identifier: MIT
 * Lists of partitions, each owned by the control thread. */
#include "consumer_state.h"

#include <stdlib.h>
#include <string.h>

bool kf_partition_vector_add(struct kf_partition_vector *vector, struct kf_partition *partition)
{
    if (vector->count == vector->capacity) {
        size_t capacity = vector->capacity ? vector->capacity * 2 : 16;
        struct kf_partition **items = realloc(vector->items, capacity * sizeof(*items));
        if (!items)
            return false;
        vector->items = items;
        vector->capacity = capacity;
    }
    vector->items[vector->count++] = partition;
    return true;
}

void kf_partition_vector_remove(struct kf_partition_vector *vector, size_t index)
{
    memmove(vector->items + index, vector->items + index + 1,
            (--vector->count - index) * sizeof(*vector->items));
}
