/* SPDX-License-Identifier: MIT
 * A configuration: its sections, and the modules that were loaded through it. */
#ifndef KF_CONFIGURATION_H
#define KF_CONFIGURATION_H

#include "kaffe_service.h"
#include "module_versions.h"
#include "section.h"

/* A loaded shared object. */
struct kf_module {
    struct kf_module *next;
    struct kf_module_version *version;
    void *handle;
};

/* A consumer's section, and what its module's functions get. */
struct kf_consumer_section {
    struct kf_section section;
    kaffe_module_context module;
};

struct kaffe_config {
    struct kf_consumer_section **consumers; /* [consumer_count] in the file's order */
    size_t consumer_count;
    struct kf_section producer;
    struct kf_section reader;
    struct kf_section supervisor;
    char *folder; /* that relative paths begin at; "": the working directory */
    struct kf_module *modules;
    struct kf_module_versions *versions; /* a supervisor's, or its own */
    struct kf_module_versions own_versions;
};

/** @param file  whose folder relative paths begin at; NULL: the working directory
 *  @return false: out of memory; it needs a fini anyway */
bool kf_configuration_init(kaffe_config *config, const char *file);
void kf_configuration_fini(kaffe_config *config);

/** Can a consumer be called that? */
bool kf_configuration_is_name(const char *name);
extern const char kf_configuration_names[]; /* the rule, in words */

/** @return NULL: there is none of that name */
struct kf_consumer_section *kf_configuration_consumer(const kaffe_config *config, const char *name);
/** The same, made if there is none. @return NULL: out of memory */
struct kf_consumer_section *kf_configuration_add_consumer(kaffe_config *config, const char *name);

/** Section `index`: the consumers, the producer, the reader, the supervisor. @return NULL: there
 * are no more */
struct kf_section *kf_configuration_section(kaffe_config *config, size_t index);

#endif
