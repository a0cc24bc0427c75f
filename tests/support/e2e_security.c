/* SPDX-License-Identifier: MIT */
#include "e2e_security.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

bool e2e_security_missing(void)
{
    const char *folder = getenv("KAFFE_TEST_SECURITY");
    if (folder && *folder)
        return false;
    print_message("KAFFE_TEST_SECURITY is not set: ./dev test e2e sets it for its own Kafka\n");
    return true;
}

const char *e2e_pem(const char *file)
{
    static char paths[8][512];
    static unsigned next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", getenv("KAFFE_TEST_SECURITY"), file);
    return path;
}

char *e2e_pem_text(const char *file)
{
    size_t size = 0;
    char *text = calloc(1, 65536);
    FILE *in = fopen(e2e_pem(file), "r");
    assert_non_null(text);
    assert_non_null(in);
    size = fread(text, 1, 65535, in);
    assert_true(size > 0);
    fclose(in);
    return text;
}

static void end_line(char *line)
{
    line[strcspn(line, "\n")] = '\0';
}

const char *e2e_listener(const char *name)
{
    static char lines[16][96];
    static size_t count;
    size_t name_size = strlen(name);
    if (count == 0) {
        FILE *in = fopen(e2e_pem("endpoints"), "r");
        assert_non_null(in);
        while (count < 16 && fgets(lines[count], sizeof lines[0], in))
            end_line(lines[count++]);
        fclose(in);
    }
    for (size_t i = 0; i < count; i++)
        if (strncmp(lines[i], name, name_size) == 0 && lines[i][name_size] == '=')
            return lines[i] + name_size + 1;
    fail_msg("no listener %s", name);
    return NULL;
}
