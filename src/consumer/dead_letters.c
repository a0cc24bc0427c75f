/* SPDX-License-Identifier: MIT */
#include "dead_letters.h"

#include "error.h"
#include "memory_plan.h"
#include "produce_at_once.h"

#include <stdio.h>
#include <stdlib.h>

struct kf_dead_letter {
    struct kf_dead_letters *letters;
    struct kf_dead_letter_waker waker;
    bool ended;
    bool dropped;
    kaffe_result result;
    size_t bytes; /* of the record */
    char topic[256];
};

int kf_dead_letters_init(struct kf_dead_letters *letters,
                         const struct kf_consumer_settings *settings)
{
    *letters = (struct kf_dead_letters){ .settings = settings, .produce = kf_produce_at_once };
    return pthread_mutex_init(&letters->lock, NULL);
}

void kf_dead_letters_fini(struct kf_dead_letters *letters)
{
    kaffe_producer_free(letters->producer); /* after its last callback: no letter is left */
    pthread_mutex_destroy(&letters->lock);
}

/* Whether a letter is too large is the topic's to say, of what is left after compression, as it was
 * for the message. And nobody waits for company: a letter holds up its partition. */
static kaffe_producer *make_producer(const struct kf_consumer_settings *settings, kaffe_error *err)
{
    const kaffe_consumer_options *consumer = &settings->options;
    int64_t letters_bytes = kf_memory_plan_of(consumer, 1).dead_letters_bytes;
    const kaffe_producer_options options = { .endpoints = consumer->endpoints,
                                             .partition_strategy = kaffe_partition_round_robin,
                                             .log = consumer->log,
                                             .log_ctx = consumer->log_ctx,
                                             .log_format = consumer->log_format,
                                             .compression = "lz4",
                                             .client_id = consumer->client_id,
                                             .delivery_timeout_ms = 30000,
                                             .linger_ms = KAFFE_NONE,
                                             .max_message_bytes = letters_bytes < 1000000000
                                                                      ? letters_bytes
                                                                      : 1000000000,
                                             .queue_max_bytes = letters_bytes,
                                             .shutdown_timeout_ms = 100,
                                             .kafka = consumer->kafka,
                                             .kafka_count = consumer->kafka_count };
    return kf_producer_new_secured(&options, &settings->security, err);
}

static kaffe_producer *find_producer(struct kf_dead_letters *letters, kaffe_error *err)
{
    pthread_mutex_lock(&letters->lock);
    if (!letters->producer)
        letters->producer = make_producer(letters->settings, err);
    kaffe_producer *producer = letters->producer;
    pthread_mutex_unlock(&letters->lock);
    return producer;
}

const char *kf_dead_letter_topic(const struct kf_consumer_settings *settings, const char *topic,
                                 char *out, size_t out_size)
{
    const char *named = settings->options.dead_letter_topic;
    snprintf(out, out_size, "%s%s", named ? named : topic, named ? "" : ".dlq");
    return out;
}

/* The producer's thread. */
static void on_delivered(const kaffe_result *result, void *ctx)
{
    struct kf_dead_letter *letter = ctx;
    struct kf_dead_letters *letters = letter->letters;
    pthread_mutex_lock(&letters->lock);
    bool dropped = letter->dropped;
    letter->ended = true;
    letter->result = *result;
    if (!dropped)
        letter->waker.wake(letter->waker.ctx); /* inside: who drops a letter may be gone after it */
    pthread_mutex_unlock(&letters->lock);
    if (dropped)
        free(letter);
}

static size_t size_of(const kaffe_record *record)
{
    size_t bytes = record->key.size + record->value.size;
    for (size_t i = 0; i < record->header_count; i++)
        bytes += record->headers[i].name.size + record->headers[i].value.size;
    return bytes;
}

struct kf_dead_letter *kf_dead_letter_send(struct kf_dead_letters *letters, const kaffe_message *m,
                                           const struct kf_dead_letter_about *about,
                                           const struct kf_dead_letter_waker *waker,
                                           kaffe_error *err)
{
    struct kf_dead_letter_copy copy;
    kaffe_producer *producer = find_producer(letters, err);
    if (!producer)
        return NULL;
    struct kf_dead_letter *letter = calloc(1, sizeof *letter);
    if (!letter || !kf_dead_letter_copy_init(&copy, m, about)) {
        free(letter);
        kf_error_no_memory(err);
        return NULL;
    }
    letter->letters = letters;
    letter->waker = *waker;
    letter->bytes = size_of(&copy.record);
    kf_dead_letter_topic(letters->settings, m->topic, letter->topic, sizeof letter->topic);
    if (letters->settings->options.dead_letter_topic_create)
        kf_produce_make_like(producer, letter->topic, m->topic, NULL);
    kaffe_status status = letters->produce(producer, letter->topic, m->partition, &copy.record,
                                           on_delivered, letter, err);
    kf_dead_letter_copy_fini(&copy);
    if (status == KAFFE_OK)
        return letter;
    free(letter);
    return NULL;
}

bool kf_dead_letter_ended(struct kf_dead_letter *letter, kaffe_error *err)
{
    pthread_mutex_lock(&letter->letters->lock);
    bool ended = letter->ended;
    pthread_mutex_unlock(&letter->letters->lock);
    if (ended) /* nobody changes it any more */
        kf_produce_outcome(letter->letters->producer, letter->topic, letter->bytes, &letter->result,
                           err);
    return ended;
}

void kf_dead_letter_drop(struct kf_dead_letter *letter)
{
    if (!letter)
        return;
    struct kf_dead_letters *letters = letter->letters;
    pthread_mutex_lock(&letters->lock);
    bool ended = letter->ended;
    letter->dropped = true;
    pthread_mutex_unlock(&letters->lock);
    if (ended)
        free(letter);
}
