/* SPDX-License-Identifier: MIT
 * Properties of librdkafka, "name=value" a line: taken or refused in a line that does not show the
 * value, and what is taken can be asked for. */
#include "connection_settings.h"
#include "fuzz.h"
#include "kafka_properties.h"

#include <string.h>

#define MOST 32

static void hear(const char *problem, void *ctx)
{
    (void)ctx;
    fuzz_require(*problem && !strchr(problem, '\n'));
}

static size_t split(char *text, kaffe_property *properties)
{
    size_t count = 0;
    for (char *line = strtok_r(text, "\n", &text); line && count < MOST;
         line = strtok_r(NULL, "\n", &text)) {
        char *value = strchr(line, '=');
        if (value)
            *value++ = '\0';
        properties[count++] = (kaffe_property){ .name = line, .value = value };
    }
    return count;
}

static void try_as(const struct kf_option_table *table, const kaffe_property *properties,
                   size_t count)
{
    char text[256] = "a line with sasl.password=secret and more";
    struct kf_problems problems = { .report = hear };
    kf_kafka_properties_check(properties, count, table, "2.0.2", &problems);
    if (problems.count > 0)
        return;
    for (size_t i = 0; i < count; i++)
        kf_kafka_property_value(properties, count, properties[i].name);
    kf_kafka_properties_hide(properties, count, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    kaffe_property properties[MOST];
    char *text = strndup((const char *)data, size);
    fuzz_require(text != NULL);
    size_t count = split(text, properties);
    try_as(&kf_consumer_option_table, properties, count);
    try_as(&kf_reader_option_table, properties, count);
    try_as(&kf_producer_option_table, properties, count);
    free(text);
    return 0;
}
