/* SPDX-License-Identifier: MIT
 * A configuration file of whatever bytes: it is read, or something is said about it, and what came
 * of it can be asked for. */
#include "checking.h"
#include "configuration.h"
#include "frames.h"
#include "fuzz.h"
#include "yaml_file.h"

#include <string.h>

static void touch_text(const char *text)
{
    if (text)
        fuzz_touch(kaffe_text(text));
}

static void touch_section(struct kf_section *section, struct kf_findings *findings)
{
    kaffe_consumer_options options;
    for (size_t i = 0; i < section->table->count; i++)
        touch_text(section->values[i].text);
    for (size_t i = 0; i < section->property_count; i++)
        touch_text(section->properties[i].value);
    if (section->table->client == KF_CLIENT_CONSUMER)
        kf_section_fill(section, &options);
    if (section->present)
        kf_checking_section(section, findings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    kaffe_config config = { 0 };
    struct kf_findings findings = { 0 };
    struct kf_section *section;
    void *copy = exact_copy(data, size);
    fuzz_require(kf_configuration_init(&config, "folder/kaffe.yaml"));
    kf_yaml_parse(&config, "kaffe.yaml", copy, size, &findings);
    for (size_t i = 0; (section = kf_configuration_section(&config, i)) != NULL; i++)
        touch_section(section, &findings);
    for (size_t i = 0; i < findings.said.count; i++)
        fuzz_require(*findings.said.items[i] && !strchr(findings.said.items[i], '\n'));
    kf_configuration_fini(&config);
    kf_findings_fini(&findings);
    free(copy);
    return 0;
}
