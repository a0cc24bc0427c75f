/* SPDX-License-Identifier: MIT
 * A handler without a main(): a shared object that `kaffe run` loads. It answers each greeting,
 * with the producer of the same file.
 *
 *     cc -shared -fPIC -o 11_module.so 11_module.c $(pkg-config --cflags kaffe-service)
 *     kaffe run 11_module.yaml */
#include <kaffe_service.h>
#include <stdio.h>

KAFFE_MODULE;

KAFFE_API kaffe_status handle_message(const kaffe_message *m, void *ctx);

kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    const kaffe_module_context *context = ctx;
    char text[200];
    kaffe_error err;
    snprintf(text, sizeof text, "%.*s to you, too", KAFFE_TEXT(m->value));
    kaffe_record answer = { .key = m->key, .value = kaffe_text(text) };
    if (kaffe_produce_sync(context->producer, &answer, &err) != KAFFE_OK)
        return kaffe_fail(m, "%s", err.message); /* it comes again, and so does its answer */
    return KAFFE_OK;
}
