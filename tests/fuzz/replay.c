/* SPDX-License-Identifier: MIT
 * Runs a fuzz target without a fuzzer: over a folder's files, and over mutations of each that are
 * the same in every run. usage: NAME FOLDER MUTATIONS */
#include "frames.h"
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct random {
    uint64_t state;
};

static uint32_t random_below(struct random *random, size_t bound)
{
    random->state = random->state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((random->state >> 33) % bound);
}

static void overwrite(struct random *random, uint8_t *data, size_t size)
{
    static const uint8_t telling[] = { 0, 1, 0x7f, 0x80, 0xff };
    size_t at = random_below(random, size);
    switch (random_below(random, 4)) {
    case 0:
        data[at] ^= (uint8_t)(1 << random_below(random, 8));
        break;
    case 1:
        data[at] = telling[random_below(random, sizeof telling)];
        break;
    case 2:
        memset(data + at, telling[random_below(random, sizeof telling)],
               size - at < 4 ? size - at : 4);
        break;
    default:
        data[at] = (uint8_t)random_below(random, 256);
        break;
    }
}

/* Changes a few bytes, now and then cuts off the end. */
static void run_mutation(struct random *random, kaffe_bytes seed)
{
    uint8_t *data = exact_copy(seed.data, seed.size);
    size_t size = seed.size;
    for (uint32_t count = 1 + random_below(random, 4); count > 0; count--)
        overwrite(random, data, size);
    if (random_below(random, 8) == 0)
        size = random_below(random, size + 1);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
}

static void run_file(const char *folder, const char *name, long mutations)
{
    kaffe_bytes seed = frame_load(folder, name);
    struct random random = { .state = seed.size };
    LLVMFuzzerTestOneInput(seed.data, seed.size);
    for (long i = 0; i < mutations && seed.size > 0; i++)
        run_mutation(&random, seed);
    frame_free(seed);
}

int main(int argc, char **argv)
{
    DIR *folder = argc == 3 ? opendir(argv[1]) : NULL;
    if (!folder) {
        fprintf(stderr, "usage: %s FOLDER MUTATIONS\n", argv[0]);
        return 2;
    }
    long mutations = strtol(argv[2], NULL, 10);
    long files = 0;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (entry->d_name[0] == '.')
            continue;
        run_file(argv[1], entry->d_name, mutations);
        files++;
    }
    closedir(folder);
    printf("%ld files, %ld mutations of each\n", files, mutations);
    return files > 0 ? 0 : 1;
}
