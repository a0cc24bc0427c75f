/* SPDX-License-Identifier: MIT
 * Two consumers and a producer under one supervisor: greetings are answered, answers are printed.
 * A consumer that fails is started again; SIGINT or SIGTERM stops all in order, answers last.
 *
 *     13_supervisor [ENDPOINTS] */
#include <kaffe_service.h>
#include <stdio.h>

static kaffe_status answer_greeting(const kaffe_message *m, void *ctx)
{
    kaffe_producer *answers = ctx;
    kaffe_error err;
    kaffe_record answer = { .key = m->key, .value = kaffe_text("to you, too") };
    if (kaffe_produce_sync(answers, &answer, &err) != KAFFE_OK)
        return kaffe_fail(m, "%s", err.message);
    return KAFFE_OK;
}

static kaffe_status print_answer(const kaffe_message *m, void *ctx)
{
    (void)ctx;
    printf("%.*s: %.*s\n", KAFFE_TEXT(m->key), KAFFE_TEXT(m->value));
    return KAFFE_OK;
}

static kaffe_status add_all(kaffe_supervisor *supervisor, const char *endpoints, kaffe_error *err)
{
    kaffe_producer_options to = { .endpoints = endpoints, .topics = "answers" };
    kaffe_consumer_options from = {
        .endpoints = endpoints,
        .topics = "greetings",
        .consumer_group = "greeters",
        .start_with_earliest_message = true,
        .max_attempts = 5, /* then the consumer ends, and the supervisor starts it again */
        .handle_message = answer_greeting,
    };
    from.ctx = kaffe_supervisor_add_producer(supervisor, "answers", &to, err);
    if (!from.ctx || kaffe_supervisor_add_consumer(supervisor, "greetings", &from, err) != KAFFE_OK)
        return err->status;
    from.topics = "answers";
    from.consumer_group = "answer-readers";
    from.handle_message = print_answer;
    return kaffe_supervisor_add_consumer(supervisor, "printer", &from, err);
}

int main(int argc, char **argv)
{
    kaffe_error err;
    kaffe_supervisor_options options = { .max_restarts = 10, .max_seconds = 300 };
    kaffe_supervisor *supervisor = kaffe_supervisor_new(&options, &err);
    if (!supervisor) {
        fprintf(stderr, "%s: %s\n", argv[0], err.message);
        return 1;
    }
    kaffe_status status = add_all(supervisor, argc > 1 ? argv[1] : "localhost:9092", &err);
    if (status == KAFFE_OK)
        status = kaffe_supervisor_run(supervisor, &err); /* until SIGINT or SIGTERM */
    if (status != KAFFE_OK)
        fprintf(stderr, "%s: %s\n", argv[0], err.message);
    kaffe_supervisor_free(supervisor);
    return status != KAFFE_OK;
}
