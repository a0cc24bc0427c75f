/* SPDX-License-Identifier: MIT */
#include "kaffe.h"

#include <librdkafka/rdkafka.h>

const char *kaffe_librdkafka_version(void)
{
    return rd_kafka_version_str();
}
