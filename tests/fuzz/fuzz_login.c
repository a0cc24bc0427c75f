/* SPDX-License-Identifier: MIT
 * What others say while a client logs in: a SCRAM server's two messages, a line each, and what a
 * token command prints. The first byte says which. */
#include "frames.h"
#include "fuzz.h"
#include "scram.h"
#include "token_text.h"

#include <string.h>

static void log_in(kaffe_bytes first, kaffe_bytes final)
{
    struct kf_scram scram;
    kaffe_error err = { .status = KAFFE_OK };
    kf_scram_init(&scram, KF_SCRAM_SHA_256, "user", "pencil", "rOprNGfwEbeRWgbNEkqO");
    char *said = kf_scram_first(&scram, &err);
    fuzz_require(said != NULL);
    free(said);
    said = kf_scram_final(&scram, first, &err);
    if (said)
        kf_scram_verify(&scram, final, &err);
    free(said);
    kf_scram_fini(&scram);
}

static void read_token(kaffe_bytes text)
{
    struct kaffe_token token = { 0 };
    kaffe_error err = { .status = KAFFE_OK };
    if (kf_token_read(&token, text.data, text.size, 1700000000000, &err) == KAFFE_OK &&
        kf_token_complete(&token, 1700000000000, &err) == KAFFE_OK)
        fuzz_require(token.value && *token.value);
    else
        fuzz_require(*err.message && !strchr(err.message, '\n'));
    kf_token_fini(&token);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    char *copy = exact_copy(data + 1, size - 1);
    const char *end = memchr(copy, '\n', size - 1);
    size_t first = end ? (size_t)(end - copy) : size - 1;
    if (data[0] % 2 == 0)
        read_token((kaffe_bytes){ copy, size - 1 });
    else
        log_in((kaffe_bytes){ copy, first },
               (kaffe_bytes){ end ? end + 1 : copy, end ? size - 2 - first : 0 });
    free(copy);
    return 0;
}
