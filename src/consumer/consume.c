/* SPDX-License-Identifier: MIT
 * kaffe_consume and kaffe_read: the calls that touch signals. */
#include "consumer_state.h"
#include "error.h"
#include "kaffe.h"
#include "signals.h"

static void stop(void *consumer)
{
    kaffe_consumer_stop(consumer);
}

/* @param consumer  NULL: it could not be made, *why says why not; freed in any case */
static kaffe_status run(kaffe_consumer *consumer, kaffe_error *why)
{
    struct kf_signals signals = { .stop = stop, .ctx = consumer };
    if (!consumer)
        return why->status;
    if (!kf_signals_take(&signals)) {
        kaffe_consumer_free(consumer);
        return kf_error_set(why, KAFFE_INVALID,
                            "kaffe_consume or kaffe_read already runs in this process: use "
                            "kaffe_consumer_new or kaffe_reader_new, and kaffe_consumer_start, for "
                            "more than one");
    }
    kaffe_status status = kaffe_consumer_start(consumer, why);
    if (status == KAFFE_OK)
        status = kaffe_consumer_wait(consumer, KAFFE_NONE, why);
    kf_signals_give_back(&signals);
    if (kaffe_consumer_free(consumer) != KAFFE_OK && status == KAFFE_OK)
        status = kf_error_set_kafka(why, KAFFE_TIMED_OUT, 0, KAFFE_ERROR_FATAL,
                                    "stopped, but a handler has not returned within "
                                    "shutdown_timeout_ms");
    return status;
}

/* @return the consumer; NULL: nobody could acknowledge anything, or there was none */
static kaffe_consumer *without_acks(kaffe_consumer *consumer, kaffe_error *why)
{
    if (!consumer || !consumer->settings.options.async_message_ack)
        return consumer;
    kaffe_consumer_free(consumer);
    kf_error_set(why, KAFFE_INVALID,
                 "async_message_ack = true: kaffe_consume has no handle that kaffe_ack could be "
                 "called with: use kaffe_consumer_new and kaffe_consumer_start");
    return NULL;
}

kaffe_status kaffe_consume_sized(const kaffe_consumer_options *options, size_t options_size,
                                 kaffe_error *err)
{
    kaffe_error why;
    kaffe_consumer *consumer = kaffe_consumer_new_sized(options, options_size, &why);
    kaffe_status status = run(without_acks(consumer, &why), &why);
    if (err)
        *err = why;
    return status;
}

kaffe_status kaffe_read_sized(const kaffe_reader_options *options, size_t options_size,
                              kaffe_error *err)
{
    kaffe_error why;
    kaffe_status status = run(kaffe_reader_new_sized(options, options_size, &why), &why);
    if (err)
        *err = why;
    return status;
}
