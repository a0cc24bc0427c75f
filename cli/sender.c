/* SPDX-License-Identifier: MIT
 * The lock guards the counts and the first failure; callbacks come from the producer's threads. */
#include "sender.h"

#include "complain.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    NO_LATER_THAN_MS = 100 /* a full queue is tried again */
};

struct cli_sender {
    kaffe_producer *producer;
    const char *topic;
    pthread_mutex_t lock;
    pthread_cond_t some_ended;
    int64_t accepted, ended, refused, failed;
    int64_t wake_at; /* of `ended`: then there is room again; 0: nobody waits */
    struct cli_place first_place; /* of what was not written */
    kaffe_error first;
};

/* Beside each record, until it ends. */
struct sent {
    struct cli_sender *sender;
    struct cli_place place;
};

struct cli_sender *cli_sender_new(kaffe_producer *producer, const char *topic, kaffe_error *err)
{
    struct cli_sender *sender = calloc(1, sizeof *sender);
    if (sender) {
        *sender = (struct cli_sender){ .producer = producer, .topic = topic };
        pthread_mutex_init(&sender->lock, NULL);
        pthread_cond_init(&sender->some_ended, NULL);
    } else {
        cli_complain(err, KAFFE_NO_MEMORY, "no memory to produce");
    }
    return sender;
}

void cli_sender_free(struct cli_sender *sender)
{
    if (!sender)
        return;
    pthread_cond_destroy(&sender->some_ended);
    pthread_mutex_destroy(&sender->lock);
    free(sender);
}

static void keep_first(struct cli_sender *sender, struct cli_place place, const kaffe_error *err)
{
    if (sender->refused + sender->failed > 0)
        return;
    sender->first = *err;
    sender->first_place = place;
}

void cli_sender_refuse(struct cli_sender *sender, struct cli_place place, const kaffe_error *err)
{
    pthread_mutex_lock(&sender->lock);
    keep_first(sender, place, err);
    sender->refused++;
    pthread_mutex_unlock(&sender->lock);
}

static void say_why(const kaffe_result *result, kaffe_error *err)
{
    enum {
        TOO_LARGE = 10, /* Kafka's MESSAGE_TOO_LARGE */
        INVALID = 87 /* Kafka's INVALID_RECORD */
    };
    if (result->kafka_code == TOO_LARGE)
        cli_complain(err, result->status,
                     "larger than the topic allows: raise its max.message.bytes");
    else if (result->kafka_code == INVALID)
        cli_complain(err, result->status,
                     "refused by the broker as invalid: a compacted topic wants a key, and a time "
                     "must be near");
    else if (result->kafka_code != 0)
        cli_complain(err, result->status, "%s (Kafka's error %" PRId32 ")",
                     kaffe_status_text(result->status), result->kafka_code);
    else
        cli_complain(err, result->status, "%s", kaffe_status_text(result->status));
}

static void delivered(const kaffe_result *result, void *ctx)
{
    struct sent *sent = ctx;
    struct cli_sender *sender = sent->sender;
    kaffe_error err;
    pthread_mutex_lock(&sender->lock);
    sender->ended++;
    if (result->status != KAFFE_OK) {
        say_why(result, &err);
        keep_first(sender, sent->place, &err);
        sender->failed++;
    }
    if (sender->wake_at > 0 && sender->ended >= sender->wake_at)
        pthread_cond_signal(&sender->some_ended);
    pthread_mutex_unlock(&sender->lock);
    free(sent);
}

/* Until half of what waits has ended: to be woken for each record would cost more than the record.
 */
static void wait_for_room(struct cli_sender *sender)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += NO_LATER_THAN_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    pthread_mutex_lock(&sender->lock);
    sender->wake_at = sender->ended + (sender->accepted - sender->ended + 1) / 2;
    if (sender->ended < sender->wake_at)
        pthread_cond_timedwait(&sender->some_ended, &sender->lock, &until);
    sender->wake_at = 0;
    pthread_mutex_unlock(&sender->lock);
}

/* Counted before it is handed over: it may end before the call returns. */
static bool count_one_more(struct cli_sender *sender)
{
    pthread_mutex_lock(&sender->lock);
    bool goes_on = sender->refused + sender->failed == 0;
    sender->accepted += goes_on;
    pthread_mutex_unlock(&sender->lock);
    return goes_on;
}

static void not_accepted(struct cli_sender *sender)
{
    pthread_mutex_lock(&sender->lock);
    sender->accepted--;
    pthread_mutex_unlock(&sender->lock);
}

static kaffe_status hand_over(struct cli_sender *sender, struct sent *sent, int32_t partition,
                              const kaffe_record *record, kaffe_error *err)
{
    kaffe_status status = KAFFE_QUEUE_FULL;
    while (status == KAFFE_QUEUE_FULL && count_one_more(sender)) {
        status =
            kaffe_produce(sender->producer, sender->topic, partition, record, delivered, sent, err);
        if (status != KAFFE_OK)
            not_accepted(sender);
        if (status == KAFFE_QUEUE_FULL)
            wait_for_room(sender);
    }
    return status;
}

bool cli_sender_send(struct cli_sender *sender, struct cli_place place, int32_t partition,
                     const kaffe_record *record)
{
    kaffe_error err;
    struct sent *sent = malloc(sizeof *sent);
    if (!sent) {
        cli_complain(&err, KAFFE_NO_MEMORY, "no memory");
        cli_sender_refuse(sender, place, &err);
        return false;
    }
    *sent = (struct sent){ sender, place };
    kaffe_status status = hand_over(sender, sent, partition, record, &err);
    if (status == KAFFE_OK)
        return true;
    if (status == KAFFE_QUEUE_FULL)
        cli_complain(&err, status, "not tried: one before it was not written");
    cli_sender_refuse(sender, place, &err);
    free(sent);
    return false;
}

static void complain(const struct cli_sender *sender, const char *command, int64_t unwritten)
{
    int64_t all = sender->accepted + sender->refused;
    const struct cli_place *place = &sender->first_place;
    fprintf(stderr, "kaffe %s: %" PRId64 " of %" PRId64 " not written%s: ", command, unwritten, all,
            unwritten > 1 ? ", the first" : "");
    if (place->file)
        fprintf(stderr, "%s%s", place->file, place->line > 0 ? ", " : "");
    if (place->line > 0)
        fprintf(stderr, "line %" PRId64, place->line);
    else if (!place->file)
        fputs("stdin", stderr);
    fprintf(stderr, ": %s\n", sender->first.message);
}

bool cli_sender_finish(struct cli_sender *sender, const char *command)
{
    pthread_mutex_lock(&sender->lock);
    sender->wake_at = sender->accepted;
    while (sender->ended < sender->accepted)
        pthread_cond_wait(&sender->some_ended, &sender->lock);
    int64_t unwritten = sender->refused + sender->failed;
    if (unwritten > 0)
        complain(sender, command, unwritten);
    pthread_mutex_unlock(&sender->lock);
    return unwritten == 0;
}
