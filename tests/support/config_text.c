/* SPDX-License-Identifier: MIT */
#include "config_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

int config_text_begin(void **state)
{
    char *folder = strdup("/tmp/kaffe-config-XXXXXX");
    *state = folder;
    return !folder || !mkdtemp(folder) || chdir(folder) != 0;
}

int config_text_end(void **state)
{
    unlink("kaffe.yaml");
    int failed = chdir("/") != 0 || rmdir(*state) != 0;
    free(*state);
    return failed;
}

static void write_file(const char *yaml)
{
    FILE *file = fopen("kaffe.yaml", "w");
    assert_non_null(file);
    assert_int_equal(fwrite(yaml, 1, strlen(yaml), file), strlen(yaml));
    assert_int_equal(fclose(file), 0);
}

kaffe_config *config_text_load(const char *yaml, const kaffe_config_sources *sources,
                               struct problem_lines *lines)
{
    kaffe_error err;
    kaffe_config_sources all = { 0 };
    if (sources)
        all = *sources;
    if (yaml) {
        write_file(yaml);
        all.file = "kaffe.yaml";
    }
    kaffe_config *config = kaffe_config_load(&all, problem_lines_collect, lines, &err);
    assert_int_equal(err.status, config ? KAFFE_OK : KAFFE_INVALID);
    assert_int_equal(lines->count > 0, config == NULL);
    return config;
}

void config_text_requires(const char *yaml, const kaffe_config_sources *sources,
                          const char *problems)
{
    struct problem_lines lines = { 0 };
    kaffe_config *config = config_text_load(yaml, sources, &lines);
    kaffe_config_free(config);
    assert_string_equal(lines.text, problems);
}
