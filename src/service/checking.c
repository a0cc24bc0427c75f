/* SPDX-License-Identifier: MIT */
#include "checking.h"

#include <stdio.h>
#include <string.h>

#include "kaffe_service.h"
#include "log.h"
#include "module_name.h"
#include "word.h"

/* Who reports, and whose words those are. */
struct report {
    const struct kf_section *section;
    struct kf_findings *findings;
};

/* --- from an option's name to its origin -------------------------------------------------- */

/* "kafka.socket.timeout.ms: ..." @return the property that the line is about; NULL: none */
static const char *origin_of_property(const struct kf_section *section, const char *line,
                                      size_t *size)
{
    static const char kafka[] = "kafka.";
    if (strncmp(line, kafka, strlen(kafka)) != 0)
        return NULL;
    for (size_t i = 0; i < section->property_count; i++) {
        const char *name = section->properties[i].name;
        size_t name_size = strlen(name);
        const char *behind = line + strlen(kafka) + name_size;
        if (strncmp(line + strlen(kafka), name, name_size) == 0 && strchr(":= ", *behind)) {
            *size = strlen(kafka) + name_size;
            return section->property_origins[i];
        }
    }
    return NULL;
}

/* Every line begins with the name of the option that it is about. */
static void tell(const char *line, void *ctx)
{
    const struct report *report = ctx;
    const struct kf_section *section = report->section;
    size_t size = strspn(line, "abcdefghijklmnopqrstuvwxyz_");
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)size, line);
    const struct kf_value *value = kf_section_value(section, name);
    const char *origin = origin_of_property(section, line, &size);
    if (value && value->wrong)
        return;
    if (!origin && value && value->text)
        origin = value->origin;
    if (origin)
        kf_findings_add(report->findings, "%s%s", origin, line + size);
    else if (section->origin)
        kf_findings_add(report->findings, "%s.%s", section->origin, line);
    else
        kf_findings_add(report->findings, "%s", line);
}

/* --- functions ---------------------------------------------------------------------------- */

static void check_strategy(const struct kf_section *section, struct kf_findings *findings)
{
    const struct kf_value *value = kf_section_value(section, "partition_strategy");
    if (!value || !value->text || value->wrong || kaffe_partition_strategy(value->text) ||
        kf_module_symbol(value->text))
        return;
    char shown[96];
    char nearest[32];
    const char *choices = kf_option_find(section->table, "partition_strategy")->choices;
    kf_word_nearest(choices, value->text, nearest, sizeof nearest);
    kf_findings_add(findings, "%s = \"%s\": must be one of %s, or ./module.so:symbol%s%s%s",
                    value->origin, kf_log_quote(shown, sizeof shown, value->text), choices,
                    *nearest ? " (did you mean " : "", nearest, *nearest ? "?)" : "");
}

static void check_handler(const struct kf_section *section, struct kf_findings *findings)
{
    const struct kf_value *value = kf_section_value(section, "message_handler");
    const char *symbol = value && value->text ? kf_module_symbol(value->text) : NULL;
    if (symbol && !kf_module_is_handler(symbol, NULL)) {
        char shown[96];
        kf_findings_add(findings,
                        "%s = \"%s\": a handler's symbol ends in handle_message or handle_messages",
                        value->origin, kf_log_quote(shown, sizeof shown, value->text));
    }
}

/* --- whole sections ----------------------------------------------------------------------- */

/* A configuration has no functions, and the check wants one. */
static kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    (void)m, (void)ctx;
    return KAFFE_OK;
}

void kf_checking_section(const struct kf_section *section, struct kf_findings *findings)
{
    struct report report = { .section = section, .findings = findings };
    kaffe_consumer_options consumer;
    kaffe_producer_options producer;
    kaffe_reader_options reader;
    kaffe_supervisor_options supervisor;
    kaffe_status told = KAFFE_OK; /* each problem comes as a line, too */
    switch (section->table->client) {
    case KF_CLIENT_CONSUMER:
        kf_section_fill(section, &consumer);
        consumer.handle_message = handle_message;
        told = kaffe_consumer_options_check(&consumer, tell, &report);
        check_handler(section, findings);
        break;
    case KF_CLIENT_PRODUCER:
        kf_section_fill(section, &producer);
        told = kaffe_producer_options_check(&producer, tell, &report);
        check_strategy(section, findings);
        break;
    case KF_CLIENT_READER:
        kf_section_fill(section, &reader);
        reader.handle_message = handle_message;
        told = kaffe_reader_options_check(&reader, tell, &report);
        break;
    case KF_CLIENT_SUPERVISOR:
        kf_section_fill(section, &supervisor);
        told = kaffe_supervisor_options_check(&supervisor, tell, &report);
        break;
    }
    findings->no_memory = findings->no_memory || told == KAFFE_NO_MEMORY;
}
