/* SPDX-License-Identifier: MIT */
#include "document.h"

#include <stdlib.h>
#include <string.h>

static int check(const char *path, const char *expected, size_t expected_size)
{
    FILE *file = fopen(path, "r");
    char *found = calloc(1, expected_size + 2); /* one byte more, to see a longer file */
    int same = 0;
    if (file && found)
        same = fread(found, 1, expected_size + 1, file) == expected_size &&
               memcmp(found, expected, expected_size) == 0;
    free(found);
    if (file)
        fclose(file);
    if (!same)
        fprintf(stderr, "%s is not what the tables say: build the target docs_options\n", path);
    return same ? EXIT_SUCCESS : EXIT_FAILURE;
}

int document_main(int argc, char **argv, void (*print)(FILE *out))
{
    if (argc != 1 && (argc != 3 || strcmp(argv[1], "--check") != 0)) {
        fprintf(stderr, "usage: %s [--check FILE]\n", argv[0]);
        return 2;
    }
    char *document = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&document, &size);
    if (!out)
        return EXIT_FAILURE;
    print(out);
    fclose(out);
    int status = EXIT_SUCCESS;
    if (argc == 3)
        status = check(argv[2], document, size);
    else
        fwrite(document, 1, size, stdout);
    free(document);
    return status;
}
