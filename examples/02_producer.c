/* SPDX-License-Identifier: MIT
 * Three ways to produce one record and wait until it is written, and what can become of it.
 *
 *     02_producer [host:port]      writes three records to the topic greetings */
#include <kaffe.h>
#include <stdio.h>

static void tell(const char *what, kaffe_status status, const kaffe_error *err)
{
    if (status == KAFFE_OK)
        printf("%s: written\n", what);
    else if (status == KAFFE_MAYBE_WRITTEN) /* no answer came: a second try may write it twice */
        printf("%s: perhaps written: %s\n", what, err->message);
    else
        printf("%s: not written: %s\n", what, err->message);
}

int main(int argc, char **argv)
{
    kaffe_error err;
    kaffe_producer_options options = {
        .endpoints = argc > 1 ? argv[1] : "localhost:9092",
        .topics = "greetings", /* the first one is the default topic */
    };
    kaffe_producer *producer = kaffe_producer_new(&options, &err);
    if (!producer) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    kaffe_record record = { .key = kaffe_text("en"), .value = kaffe_text("hello") };
    kaffe_status status = kaffe_produce_sync(producer, &record, &err);
    tell("default topic", status, &err);

    record.key = kaffe_text("sv");
    record.value = kaffe_text("hej");
    status = kaffe_produce_sync_to(producer, "greetings", &record, &err);
    tell("topic", status, &err);

    const kaffe_header headers[] = { { kaffe_text("origin"), kaffe_text("example") } };
    record = (kaffe_record){
        .key = kaffe_text("de"), .value = kaffe_text("hallo"), .headers = headers, .header_count = 1
    };
    status = kaffe_produce_sync_to_partition(producer, "greetings", 0, &record, &err);
    tell("topic and partition", status, &err);
    return kaffe_producer_free(producer) != KAFFE_OK;
}
