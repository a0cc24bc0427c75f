/* SPDX-License-Identifier: MIT */
#include "dead_letter_copy.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void add(struct kf_dead_letter_copy *copy, const char *name, const char *value)
{
    if (value)
        copy->headers[copy->record.header_count++] =
            (kaffe_header){ .name = kaffe_text(name), .value = kaffe_text(value) };
}

/* Behind the message's own: if it was a dead letter before, its older story comes first. */
static void add_story(struct kf_dead_letter_copy *copy, const kaffe_message *m,
                      const struct kf_dead_letter_about *about)
{
    snprintf(copy->partition, sizeof copy->partition, "%" PRId32, m->partition);
    snprintf(copy->offset, sizeof copy->offset, "%" PRId64, m->offset);
    snprintf(copy->attempts, sizeof copy->attempts, "%" PRId32, about->attempts);
    snprintf(copy->date, sizeof copy->date, "%" PRId64, about->date_ms);
    add(copy, "__dlq.errors.topic", m->topic);
    add(copy, "__dlq.errors.partition", copy->partition);
    add(copy, "__dlq.errors.offset", copy->offset);
    add(copy, "__dlq.errors.group", about->group);
    add(copy, "__dlq.errors.delivery.count", copy->attempts);
    add(copy, "__dlq.errors.message", about->reason);
    add(copy, "__dlq.errors.timestamp", copy->date); /* not Kafka's, but in its style */
}

bool kf_dead_letter_copy_init(struct kf_dead_letter_copy *copy, const kaffe_message *m,
                              const struct kf_dead_letter_about *about)
{
    size_t count = kaffe_message_header_count(m);
    *copy = (struct kf_dead_letter_copy){ .record = { .key = m->key, .value = m->value } };
    copy->headers = calloc(count + KF_DEAD_LETTER_HEADERS, sizeof *copy->headers);
    if (!copy->headers)
        return false;
    while (copy->record.header_count < count &&
           kaffe_message_header_at(m, copy->record.header_count,
                                   &copy->headers[copy->record.header_count]))
        copy->record.header_count++;
    add_story(copy, m, about);
    copy->record.headers = copy->headers;
    /* librdkafka can not write 1970's first millisecond, nor what lies before: that becomes now. */
    copy->record.timestamp_ms = m->timestamp_ms > 0 ? m->timestamp_ms : 0;
    return true;
}

void kf_dead_letter_copy_fini(struct kf_dead_letter_copy *copy)
{
    free(copy->headers);
    copy->headers = NULL;
}
