/* SPDX-License-Identifier: MIT
 * Certificates and keys as text, as files have them or as Heroku's variables write them: it is
 * something, or it is said what is wrong, in a line. The first line is the password. */
#include "fuzz.h"
#include "heroku.h"
#include "pem.h"

#include <string.h>

static void hear(const char *problem, void *ctx)
{
    (void)ctx;
    fuzz_require(*problem && !strchr(problem, '\n'));
}

static void check(const char *text, const char *password)
{
    struct kf_problems problems = { .report = hear };
    const struct kf_pem_text pem = { .name = "here", .text = text };
    kf_pem_check_trusted(&pem, &problems);
    kf_pem_check_identity(&pem, &pem, password, 1700000000, &problems);
}

static void read_variables(const char *text)
{
    struct kf_problems problems = { .report = hear };
    struct kf_heroku heroku = { 0 };
    const struct kf_heroku_variables variables = { .url = "kafka+ssl://a:9096",
                                                   .trusted_cert = text,
                                                   .client_cert = text,
                                                   .client_cert_key = text };
    fuzz_require(kf_heroku_read(&heroku, &variables, &problems));
    kf_heroku_fini(&heroku);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *password = strndup((const char *)data, size);
    fuzz_require(password != NULL);
    char *text = strchr(password, '\n');
    if (text) {
        *text++ = '\0';
        char *plain = kf_heroku_pem(text);
        fuzz_require(plain != NULL);
        check(text, password);
        check(plain, NULL);
        read_variables(text);
        free(plain);
    }
    free(password);
    return 0;
}
