/* SPDX-License-Identifier: MIT
 * kaffe_config: the sources in the order of their strength, and what the caller gets of it all. */
#include "checking.h"
#include "configuration.h"
#include "error.h"
#include "log.h"
#include "module.h"
#include "names.h"
#include "yaml_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- loading ------------------------------------------------------------------------------ */

static void add_consumer(kaffe_config *config, const char *name, struct kf_findings *findings)
{
    char shown[96];
    if (!kf_configuration_is_name(name)) {
        kf_findings_add(findings, "consumer \"%s\": %s", kf_log_quote(shown, sizeof shown, name),
                        kf_configuration_names);
        return;
    }
    struct kf_consumer_section *consumer = kf_configuration_add_consumer(config, name);
    if (consumer)
        consumer->section.present = true;
    else
        findings->no_memory = true;
}

static void read_sources(kaffe_config *config, const kaffe_config_sources *sources,
                         struct kf_findings *findings)
{
    struct kf_section *section;
    if (!kf_configuration_init(config, sources->file)) {
        findings->no_memory = true;
        return;
    }
    if (sources->consumer)
        add_consumer(config, sources->consumer, findings);
    if (sources->file)
        kf_yaml_read(config, sources->file, findings);
    if (sources->environment)
        kf_names_environment(config, sources->environment, findings);
    if (sources->settings)
        kf_names_settings(config, sources->settings, sources->setting_count, findings);
    for (size_t i = 0; (section = kf_configuration_section(config, i)) != NULL; i++)
        if (section->present)
            kf_checking_section(section, findings);
}

/* A newer program says something that this library does not know. */
static bool knows_more(const kaffe_config_sources *sources, size_t sources_size)
{
    const unsigned char *bytes = (const unsigned char *)sources;
    for (size_t i = sizeof *sources; i < sources_size; i++)
        if (bytes[i] != 0)
            return true;
    return false;
}

kaffe_config *kaffe_config_load_sized(const kaffe_config_sources *sources, size_t sources_size,
                                      kaffe_report_fn report, void *ctx, kaffe_error *err)
{
    kaffe_config_sources ours = { 0 };
    struct kf_findings findings = { .problems = { .report = report, .ctx = ctx } };
    kaffe_config *config = calloc(1, sizeof *config);
    if (!config) {
        kf_error_no_memory(err);
        return NULL;
    }
    memcpy(&ours, sources, sources_size < sizeof ours ? sources_size : sizeof ours);
    if (knows_more(sources, sources_size))
        kf_findings_add(&findings, "this program uses sources newer than libkaffe-service %s",
                        kaffe_version());
    else
        read_sources(config, &ours, &findings);
    kaffe_status status = kf_findings_status(&findings, err);
    kf_findings_fini(&findings);
    if (status == KAFFE_OK)
        return config;
    kaffe_config_free(config);
    return NULL;
}

void kaffe_config_free(kaffe_config *config)
{
    if (!config)
        return;
    kf_modules_unload(config, NULL);
    kf_configuration_fini(config);
    free(config);
}

/* --- what it says ------------------------------------------------------------------------- */

size_t kaffe_config_consumer_count(const kaffe_config *config)
{
    return config->consumer_count;
}

const char *kaffe_config_consumer_name(const kaffe_config *config, size_t index)
{
    return index < config->consumer_count ? config->consumers[index]->section.name : NULL;
}

bool kaffe_config_has_producer(const kaffe_config *config)
{
    return config->producer.present;
}

/* @return NULL with err */
static struct kf_consumer_section *wanted(const kaffe_config *config, const char *name,
                                          kaffe_error *err)
{
    char shown[96];
    struct kf_consumer_section *consumer = NULL;
    if (name)
        consumer = kf_configuration_consumer(config, name);
    else if (config->consumer_count == 1)
        consumer = config->consumers[0];
    if (consumer)
        return consumer;
    if (name)
        kf_error_set(err, KAFFE_INVALID, "the configuration has no consumer \"%s\"",
                     kf_log_quote(shown, sizeof shown, name));
    else
        kf_error_set(err, KAFFE_INVALID, "the configuration has %zu consumers: name one",
                     config->consumer_count);
    return NULL;
}

static void fill(const struct kf_section *section, void *ours, void *theirs, size_t their_size)
{
    kf_section_fill(section, ours);
    memset(theirs, 0, their_size);
    memcpy(theirs, ours,
           their_size < section->table->struct_size ? their_size : section->table->struct_size);
}

kaffe_status kaffe_config_consumer_sized(const kaffe_config *config, const char *name,
                                         kaffe_consumer_options *options, size_t options_size,
                                         kaffe_error *err)
{
    kaffe_consumer_options ours;
    const struct kf_consumer_section *consumer = wanted(config, name, err);
    if (!consumer)
        return KAFFE_INVALID;
    fill(&consumer->section, &ours, options, options_size);
    return kf_error_ok(err);
}

kaffe_status kaffe_config_reader_sized(const kaffe_config *config, kaffe_reader_options *options,
                                       size_t options_size, kaffe_error *err)
{
    kaffe_reader_options ours;
    fill(&config->reader, &ours, options, options_size);
    return kf_error_ok(err);
}

void kaffe_config_supervisor_sized(const kaffe_config *config, kaffe_supervisor_options *options,
                                   size_t options_size)
{
    kaffe_supervisor_options ours;
    fill(&config->supervisor, &ours, options, options_size);
}

kaffe_status kaffe_config_producer_sized(kaffe_config *config, kaffe_producer_options *options,
                                         size_t options_size, kaffe_error *err)
{
    kaffe_producer_options ours;
    fill(&config->producer, &ours, options, options_size);
    const struct kf_value *value = kf_section_value(&config->producer, "partition_strategy");
    if (!value->text)
        return kf_error_ok(err);
    kaffe_partition_fn strategy = kaffe_partition_strategy(value->text);
    kaffe_status status =
        strategy ? kf_error_ok(err) : kf_module_strategy(config, value, &strategy, err);
    options->partition_strategy = strategy;
    return status;
}

kaffe_status kaffe_config_load_module(kaffe_config *config, const char *name,
                                      kaffe_producer *producer, kaffe_consumer_options *options,
                                      kaffe_error *err)
{
    kaffe_error why;
    struct kf_consumer_section *consumer = wanted(config, name, &why);
    if (!consumer) {
        if (err)
            *err = why;
        return KAFFE_INVALID;
    }
    const struct kf_value *value = kf_section_value(&consumer->section, "message_handler");
    if (!value->text)
        return kf_error_set(
            err, KAFFE_INVALID, "%s.message_handler is required: the handler as ./module.so",
            consumer->section.origin ? consumer->section.origin : consumer->section.path);
    kaffe_status status = kf_module_handlers(config, value, options, &why);
    if (status == KAFFE_OK) {
        consumer->module.producer = producer;
        options->ctx = &consumer->module;
    }
    if (err)
        *err = why;
    return status;
}
