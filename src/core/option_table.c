/* SPDX-License-Identifier: MIT */
#include "option_table.h"

#include <string.h>

const struct kf_option_table *kf_option_table_of(enum kf_client client)
{
    switch (client) {
    case KF_CLIENT_CONSUMER:
        return &kf_consumer_option_table;
    case KF_CLIENT_PRODUCER:
        return &kf_producer_option_table;
    case KF_CLIENT_READER:
        return &kf_reader_option_table;
    case KF_CLIENT_SUPERVISOR:
        break;
    }
    return &kf_supervisor_option_table;
}

const struct kf_option *kf_option_find(const struct kf_option_table *table, const char *name)
{
    for (size_t i = 0; i < table->count; i++)
        if (strcmp(table->options[i].name, name) == 0)
            return &table->options[i];
    return NULL;
}
