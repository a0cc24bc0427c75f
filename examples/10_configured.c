/* SPDX-License-Identifier: MIT
 * A program that is configured: the file says what is consumed, the program what is done with it.
 *
 *     10_configured [FILE]      runs the consumer "greetings" of 10_configured.yaml
 *
 * KAFFE_ENDPOINTS=host:port, and any other option as a variable, is stronger than the file. */
#include <kaffe_service.h>
#include <stdio.h>

extern char **environ;

static kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    (void)ctx;
    printf("%.*s: %.*s\n", KAFFE_TEXT(m->key), KAFFE_TEXT(m->value));
    return KAFFE_OK;
}

/* All that is wrong with file and environment, a line each, before anything connects. */
static void report(const char *problem, void *ctx)
{
    fprintf(stderr, "%s: %s\n", (const char *)ctx, problem);
}

int main(int argc, char **argv)
{
    kaffe_error err;
    kaffe_consumer_options options;
    kaffe_config_sources sources = {
        .file = argc > 1 ? argv[1] : "10_configured.yaml",
        .environment = (const char *const *)environ,
    };
    kaffe_config *config = kaffe_config_load(&sources, report, argv[0], &err);
    if (!config)
        return 2;
    kaffe_status status = kaffe_config_consumer(config, "greetings", &options, &err);
    if (status == KAFFE_OK) {
        options.handle_message = handle_message;
        status = kaffe_consume(&options, &err);
    }
    if (status != KAFFE_OK)
        fprintf(stderr, "%s: %s\n", argv[0], err.message);
    kaffe_config_free(config);
    return status != KAFFE_OK;
}
