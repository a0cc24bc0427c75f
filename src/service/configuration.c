/* SPDX-License-Identifier: MIT */
#include "configuration.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char kf_configuration_names[] = "a name has letters, digits, - and _, at most 100";

bool kf_configuration_is_name(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "_-";
    size_t size = strlen(name);
    return size > 0 && size <= 100 && strspn(name, letters) == size;
}

struct kf_consumer_section *kf_configuration_consumer(const kaffe_config *config, const char *name)
{
    for (size_t i = 0; i < config->consumer_count; i++)
        if (strcmp(config->consumers[i]->section.name, name) == 0)
            return config->consumers[i];
    return NULL;
}

static bool append_consumer(kaffe_config *config, struct kf_consumer_section *consumer,
                            const char *name)
{
    char path[128];
    struct kf_consumer_section **consumers = realloc(
        config->consumers, (config->consumer_count + 1) * sizeof(struct kf_consumer_section *));
    if (!consumers)
        return false;
    config->consumers = consumers;
    snprintf(path, sizeof path, "consumers.%s", name);
    if (!kf_section_init(&consumer->section, KF_CLIENT_CONSUMER, path)) {
        kf_section_fini(&consumer->section);
        return false;
    }
    consumer->module.consumer = consumer->section.name;
    consumers[config->consumer_count++] = consumer;
    return true;
}

struct kf_consumer_section *kf_configuration_add_consumer(kaffe_config *config, const char *name)
{
    struct kf_consumer_section *consumer = kf_configuration_consumer(config, name);
    if (consumer)
        return consumer;
    consumer = calloc(1, sizeof *consumer);
    if (consumer && append_consumer(config, consumer, name))
        return consumer;
    free(consumer);
    return NULL;
}

struct kf_section *kf_configuration_section(kaffe_config *config, size_t index)
{
    if (index < config->consumer_count)
        return &config->consumers[index]->section;
    index -= config->consumer_count;
    struct kf_section *single[] = { &config->producer, &config->reader, &config->supervisor };
    return index < sizeof single / sizeof *single ? single[index] : NULL;
}

static char *folder_of(const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;
    if (!slash)
        return strdup("");
    return slash == path ? strdup("/.") : strndup(path, (size_t)(slash - path));
}

bool kf_configuration_init(kaffe_config *config, const char *file)
{
    config->folder = folder_of(file);
    bool producer = kf_section_init(&config->producer, KF_CLIENT_PRODUCER, "producer");
    bool reader = kf_section_init(&config->reader, KF_CLIENT_READER, "reader");
    bool supervisor = kf_section_init(&config->supervisor, KF_CLIENT_SUPERVISOR, "supervisor");
    config->versions = &config->own_versions;
    return config->folder && producer && reader && supervisor;
}

void kf_configuration_fini(kaffe_config *config)
{
    for (size_t i = 0; i < config->consumer_count; i++) {
        kf_section_fini(&config->consumers[i]->section);
        free(config->consumers[i]);
    }
    kf_section_fini(&config->producer);
    kf_section_fini(&config->reader);
    kf_section_fini(&config->supervisor);
    kf_module_versions_fini(&config->own_versions);
    free(config->consumers);
    free(config->folder);
}
