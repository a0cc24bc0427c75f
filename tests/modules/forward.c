/* SPDX-License-Identifier: MIT
 * Produces what it gets to the first topic of the file's producer, and refuses poison. */
#include <kaffe_service.h>
#include <string.h>

KAFFE_MODULE;

KAFFE_API kaffe_status handle_message(const kaffe_message *m, void *ctx);
KAFFE_API kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    const kaffe_module_context *context = ctx;
    kaffe_record record = { .key = m->key, .value = m->value };
    kaffe_error err;
    if (m->value.size == strlen("poison") && memcmp(m->value.data, "poison", m->value.size) == 0)
        return kaffe_fail(m, "poison");
    if (kaffe_produce_sync(context->producer, &record, &err) != KAFFE_OK)
        return kaffe_fail(m, "%s", err.message);
    return KAFFE_OK;
}
