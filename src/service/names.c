/* SPDX-License-Identifier: MIT */
#include "names.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kafka_properties.h"
#include "log.h"
#include "word.h"

enum {
    NAME_SIZE = 256
};

static const char prefix[] = "KAFFE_";

/* One thing said. */
struct saying {
    const char *name; /* of a variable: what stands behind KAFFE_ */
    const char *value;
    const char *origin;
    bool is_variable;
};

/* Variables have capitals, and underscores for everything else. */
static char letter_of(const struct saying *saying, char c)
{
    if (!saying->is_variable)
        return c;
    return isalnum((unsigned char)c) ? (char)toupper((unsigned char)c) : '_';
}

/* @return how much of `text` the name begins with; 0: not with all of it */
static size_t begins_with(const struct saying *saying, const char *name, const char *text)
{
    size_t i = 0;
    while (text[i] && name[i] == letter_of(saying, text[i]))
        i++;
    return text[i] ? 0 : i;
}

/* --- one section -------------------------------------------------------------------------- */

static const struct kf_known_property *property_in(const struct kf_property_table *table,
                                                   const struct saying *saying, const char *name)
{
    for (size_t i = 0; i < table->count; i++) {
        size_t size = begins_with(saying, name, table->properties[i].name);
        if (size > 0 && name[size] == '\0')
            return &table->properties[i];
    }
    return NULL;
}

/* KAFKA_SOCKET_TIMEOUT_MS is kafka.socket.timeout.ms. @return NULL: nobody knows it */
static const struct kf_known_property *property_of(const struct saying *saying, const char *name)
{
    const struct kf_known_property *property = property_in(&kf_kafka_property_table, saying, name);
    return property ? property : property_in(&kf_security_property_table, saying, name);
}

static bool is_for(const struct kf_known_property *property, const struct kf_section *section)
{
    return kf_known_property_way(property, section->table->client, NULL) != KF_PROPERTY_REFUSED;
}

/* One that no client takes is put where the check will tell why. */
static bool is_for_any(const struct kf_known_property *property)
{
    for (int client = 0; client < KF_CLIENTS; client++)
        if (kf_known_property_way(property, (enum kf_client)client, NULL) != KF_PROPERTY_REFUSED)
            return true;
    return false;
}

/* A setting is a flag: what stands on a command line, everybody on the machine can read. */
static bool refuse_secret(const struct saying *saying, const char *name, bool secret,
                          struct kf_findings *findings)
{
    if (!secret || saying->is_variable)
        return false;
    char variable[NAME_SIZE];
    snprintf(variable, sizeof variable, "%s", name);
    for (char *c = variable; *c; c++)
        *c = isalnum((unsigned char)*c) ? (char)toupper((unsigned char)*c) : '_';
    kf_findings_add(findings,
                    "%s: a secret is no flag, others can read a command line: write it into the "
                    "file, or into the variable %s%s",
                    saying->origin, prefix, variable);
    return true;
}

/* @param general  said of all sections: those that can not have it are not meant
 *  @return is there such a property? */
static bool set_property(const struct saying *saying, const char *name, bool general,
                         struct kf_section *section, struct kf_findings *findings)
{
    const struct kf_known_property *property = property_of(saying, name);
    if (!property && saying->is_variable)
        return false;
    char path[NAME_SIZE];
    snprintf(path, sizeof path, "kafka.%s", name);
    if (property && refuse_secret(saying, path, kf_known_property_is_secret(property), findings))
        return true;
    if (general && property && !is_for(property, section) && is_for_any(property))
        return true;
    kf_section_set_property(section, property ? property->name : name, saying->value,
                            saying->origin, findings);
    return true;
}

/* @param rest  the name behind the section's path; general: all of the name
 *  @return is there such an option? */
static bool set(const struct saying *saying, const char *rest, struct kf_section *section,
                struct kf_findings *findings)
{
    bool general = rest == saying->name;
    for (size_t i = 0; i < section->table->count; i++) {
        const struct kf_option *option = &section->table->options[i];
        size_t size = begins_with(saying, rest, option->name);
        if (size == 0)
            continue;
        if (option->type == KF_OPTION_PROPERTIES && rest[size] == letter_of(saying, '.'))
            return set_property(saying, rest + size + 1, general, section, findings);
        if (rest[size] == '\0') {
            if (refuse_secret(saying, option->name, option->secret, findings))
                return true;
            kf_section_set(section, i, saying->value, saying->origin, findings);
            return true;
        }
    }
    return false;
}

/* @return the name behind "consumers.orders."; NULL: it is not of this section */
static const char *behind_path(const struct saying *saying, const struct kf_section *section)
{
    size_t size = begins_with(saying, saying->name, section->path);
    return size > 0 && saying->name[size] == letter_of(saying, '.') ? saying->name + size + 1
                                                                    : NULL;
}

/* --- all sections ------------------------------------------------------------------------- */

static bool set_general(kaffe_config *config, const struct saying *saying,
                        struct kf_findings *findings)
{
    bool known = false;
    struct kf_section *section;
    for (size_t i = 0; (section = kf_configuration_section(config, i)) != NULL; i++)
        known = set(saying, saying->name, section, findings) || known;
    return known;
}

/* A setting makes the section that it names. A variable does not: it is there for all programs that
 * are started from one shell, also for those that have no such section. */
static bool set_specific(kaffe_config *config, const struct saying *saying,
                         struct kf_findings *findings)
{
    bool known = false;
    struct kf_section *section;
    for (size_t i = 0; (section = kf_configuration_section(config, i)) != NULL; i++) {
        const char *rest = behind_path(saying, section);
        if (rest && set(saying, rest, section, findings)) {
            section->present = section->present || !saying->is_variable;
            known = true;
        }
    }
    return known;
}

/* --- what nobody knows -------------------------------------------------------------------- */

/* The name that takes the fewest changed letters, as the user would write it. */
struct nearest {
    char name[NAME_SIZE];
    size_t steps;
};

static void try_name(struct nearest *nearest, const struct saying *saying, const char *path,
                     const char *option)
{
    char name[NAME_SIZE];
    snprintf(name, sizeof name, "%s%s%s", path, *path ? "." : "", option);
    for (char *c = name; *c; c++)
        *c = letter_of(saying, *c);
    size_t steps = kf_word_steps(saying->name, name);
    if (steps >= nearest->steps)
        return;
    nearest->steps = steps;
    memcpy(nearest->name, name, sizeof name);
}

static void try_properties(struct nearest *nearest, const struct saying *saying,
                           const struct kf_property_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        try_name(nearest, saying, "kafka", table->properties[i].name);
}

static struct nearest nearest_to(kaffe_config *config, const struct saying *saying)
{
    struct nearest nearest = { .steps = SIZE_MAX };
    const struct kf_section *section;
    for (size_t i = 0; (section = kf_configuration_section(config, i)) != NULL; i++) {
        for (size_t k = 0; k < section->table->count; k++) {
            try_name(&nearest, saying, "", section->table->options[k].name);
            try_name(&nearest, saying, section->path, section->table->options[k].name);
        }
    }
    try_properties(&nearest, saying, &kf_kafka_property_table);
    try_properties(&nearest, saying, &kf_security_property_table);
    return nearest;
}

/* Its section is known: the rest of the name is what is wrong. @return false: it is not */
static bool say_unknown_in_section(kaffe_config *config, const struct saying *saying,
                                   const char *shown, struct kf_findings *findings)
{
    char near[64];
    struct kf_section *section;
    for (size_t i = 0; (section = kf_configuration_section(config, i)) != NULL; i++) {
        const char *rest = behind_path(saying, section);
        if (!rest)
            continue;
        if (*kf_section_nearest(section, rest, near, sizeof near))
            kf_findings_add(findings, "%s: no such option: did you mean %s.%s?", shown,
                            section->path, near);
        else
            kf_findings_add(findings, "%s: no such option: kaffe options %s lists them", shown,
                            section->table->section);
        return true;
    }
    return false;
}

static void say_unknown(kaffe_config *config, const struct saying *saying,
                        struct kf_findings *findings)
{
    char shown[96];
    kf_log_quote(shown, sizeof shown, saying->origin);
    if (say_unknown_in_section(config, saying, shown, findings))
        return;
    struct nearest nearest = nearest_to(config, saying);
    if (nearest.steps <= strlen(nearest.name) / 3)
        kf_findings_add(findings, "%s: no such option: did you mean %s?", shown, nearest.name);
    else
        kf_findings_add(findings, "%s: no such option: kaffe options lists them", shown);
}

/* Variables of other programs may begin with KAFFE_ too: only one that is misspelt is a mistake. */
static void suspect(kaffe_config *config, const struct saying *saying, struct kf_findings *findings)
{
    struct nearest nearest = nearest_to(config, saying);
    if (nearest.steps > 0 && nearest.steps <= 2 && strlen(nearest.name) > 4)
        kf_findings_add(findings, "%s: no such option: did you mean %s%s?", saying->origin, prefix,
                        nearest.name);
}

/* --- settings ----------------------------------------------------------------------------- */

static struct saying of_setting(const kaffe_setting *setting)
{
    return (struct saying){ .name = setting->name,
                            .value = setting->value,
                            .origin = setting->origin ? setting->origin : setting->name };
}

void kf_names_settings(kaffe_config *config, const kaffe_setting *settings, size_t count,
                       struct kf_findings *findings)
{
    bool *known = calloc(count + 1, sizeof *known);
    if (!known) {
        findings->no_memory = true;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct saying saying = of_setting(&settings[i]);
        known[i] = set_general(config, &saying, findings);
    }
    for (size_t i = 0; i < count; i++) {
        struct saying saying = of_setting(&settings[i]);
        known[i] = set_specific(config, &saying, findings) || known[i];
        if (!known[i])
            say_unknown(config, &saying, findings);
    }
    free(known);
}

/* --- environment -------------------------------------------------------------------------- */

/* @param name  room for the variable's name. @return false: it is none of ours, or empty */
static bool of_variable(const char *variable, char name[NAME_SIZE], struct saying *saying)
{
    const char *equals = strchr(variable, '=');
    if (strncmp(variable, prefix, strlen(prefix)) != 0 || !equals || equals[1] == '\0' ||
        equals - variable >= NAME_SIZE)
        return false;
    snprintf(name, NAME_SIZE, "%.*s", (int)(equals - variable), variable);
    *saying = (struct saying){
        .name = name + strlen(prefix), .value = equals + 1, .origin = name, .is_variable = true
    };
    return true;
}

void kf_names_environment(kaffe_config *config, const char *const *environment,
                          struct kf_findings *findings)
{
    char name[NAME_SIZE];
    struct saying saying;
    for (size_t i = 0; environment[i]; i++)
        if (of_variable(environment[i], name, &saying))
            (void)set_general(config, &saying, findings);
    for (size_t i = 0; environment[i]; i++)
        if (of_variable(environment[i], name, &saying) && !set_specific(config, &saying, findings))
            suspect(config, &saying, findings);
}
