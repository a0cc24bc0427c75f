/* SPDX-License-Identifier: MIT */
#include "findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "error.h"

enum {
    LINE_MAX_BYTES = 1024
};

void kf_findings_add(struct kf_findings *findings, const char *line, ...)
{
    char text[LINE_MAX_BYTES];
    va_list args;
    if (findings->no_memory) /* what is missing may be so for want of memory alone */
        return;
    va_start(args, line);
    vsnprintf(text, sizeof text, line, args);
    va_end(args);
    if (kf_text_list_has(&findings->said, text))
        return;
    if (!kf_text_list_add(&findings->said, text, strlen(text)))
        findings->no_memory = true;
    kf_problems_add(&findings->problems, "%s", text);
}

kaffe_status kf_findings_status(const struct kf_findings *findings, kaffe_error *err)
{
    if (findings->no_memory)
        return kf_error_no_memory(err);
    return kf_problems_status(&findings->problems, err);
}

void kf_findings_fini(struct kf_findings *findings)
{
    kf_text_list_fini(&findings->said);
}
