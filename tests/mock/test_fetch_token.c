/* SPDX-License-Identifier: MIT
 * Fetching behind a login with access tokens, which come from a callback or a command. */
#include "clock.h"
#include "fetch_stage.h"
#include "thread.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A user's callback, and what it is to do. */
struct giver {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    const char *value; /* NULL: it has none */
    int64_t life_ms;
    bool hangs;
    int calls;
    int returns;
};

static const struct fake_login guard = { "OAUTHBEARER", "", "token-canary", 0, false };

static kaffe_status give(kaffe_token *token, void *ctx, kaffe_error *err)
{
    struct giver *giver = ctx;
    pthread_mutex_lock(&giver->lock);
    giver->calls++;
    pthread_cond_broadcast(&giver->changed);
    while (giver->hangs)
        pthread_cond_wait(&giver->changed, &giver->lock);
    const char *value = giver->value;
    int64_t expires_ms = kf_clock_date_ms() + giver->life_ms;
    giver->returns++;
    pthread_cond_broadcast(&giver->changed);
    pthread_mutex_unlock(&giver->lock);
    if (value) {
        kaffe_token_set(token, value, "alice", expires_ms);
        return KAFFE_OK;
    }
    memset(err, 0, sizeof *err);
    strncpy(err->message, "the vault is closed", sizeof err->message - 1);
    return err->status = KAFFE_FAILED;
}

static void giver_init(struct giver *giver, const char *value)
{
    *giver = (struct giver){ .value = value, .life_ms = 60000 };
    pthread_mutex_init(&giver->lock, NULL);
    assert_int_equal(kf_cond_init(&giver->changed), 0);
}

static void change(struct giver *giver, const char *value, bool hangs)
{
    pthread_mutex_lock(&giver->lock);
    giver->value = value;
    giver->hangs = hangs;
    pthread_cond_broadcast(&giver->changed);
    pthread_mutex_unlock(&giver->lock);
}

static void await(struct giver *giver, const int *counter, int least)
{
    int64_t deadline_ms = kf_clock_ms() + 30000;
    pthread_mutex_lock(&giver->lock);
    while (*counter < least)
        assert_true(kf_cond_wait_until(&giver->changed, &giver->lock, deadline_ms));
    pthread_mutex_unlock(&giver->lock);
}

static struct fetch_stage *raise_guarded(struct kf_security_settings *security, struct giver *giver)
{
    struct fetch_stage *stage = fetch_stage_raise(1);
    *security = (struct kf_security_settings){ .mechanism = KF_SASL_OAUTHBEARER,
                                               .token = giver ? give : NULL,
                                               .token_ctx = giver };
    stage->reader.settings.security = security;
    fake_broker_guard(stage->broker, &guard);
    fake_broker_append(stage->broker, 0, 5, 1, 3000);
    return stage;
}

static void reads(struct fetch_stage *stage)
{
    struct fetch_stream stream;
    fetch_stream_open(&stream, &stage->reader, "orders", 0);
    kf_stream_start(stream.stream, 0);
    assert_int_equal(fetch_stream_drain(&stream, 0, 5), 15000);
    fetch_stream_close(&stream);
}

static void a_callbacks_token_opens_the_door(void **state)
{
    (void)state;
    struct giver giver;
    struct kf_security_settings security;
    giver_init(&giver, "token-canary");
    struct fetch_stage *stage = raise_guarded(&security, &giver);
    fetch_reader_start(&stage->reader);
    reads(stage);
    fetch_stage_strike(stage);
    assert_int_equal(giver.calls, 1); /* for all connections */
}

static void a_commands_token_opens_the_door(void **state)
{
    (void)state;
    struct kf_security_settings security;
    char command[] = "echo token-canary";
    struct fetch_stage *stage = raise_guarded(&security, NULL);
    security.token_command = command;
    fetch_reader_start(&stage->reader);
    reads(stage);
    fetch_stage_strike(stage);
}

static void is_told(struct fetch_stage *stage, const char *cause)
{
    fetch_reader_await(&stage->reader, &stage->reader.unreachable, 1);
    if (!strstr(stage->reader.why, cause))
        fail_msg("\"%s\" does not say \"%s\"", stage->reader.why, cause);
    assert_null(strstr(stage->reader.why, "canary"));
    assert_int_equal(stage->reader.status, KAFFE_DENIED);
}

static void a_source_without_a_token_is_named_and_asked_again(void **state)
{
    (void)state;
    struct giver giver;
    struct kf_security_settings security;
    giver_init(&giver, NULL);
    struct fetch_stage *stage = raise_guarded(&security, &giver);
    fetch_reader_start(&stage->reader);
    is_told(stage, "sasl_oauthbearer_token: the vault is closed");
    assert_int_equal(fake_broker_connections(stage->broker), 0);
    change(&giver, "token-canary", false);
    reads(stage);
    fetch_stage_strike(stage);
}

static void a_token_that_the_broker_does_not_take_is_refused(void **state)
{
    (void)state;
    struct giver giver;
    struct kf_security_settings security;
    giver_init(&giver, "other-canary");
    struct fetch_stage *stage = raise_guarded(&security, &giver);
    fetch_reader_start(&stage->reader);
    is_told(stage, "login refused: Authentication failed");
    fetch_stage_strike(stage);
}

static void a_token_is_renewed_before_it_ends(void **state)
{
    (void)state;
    struct giver giver;
    struct kf_security_settings security;
    struct fake_login brief = guard;
    giver_init(&giver, "token-canary");
    giver.life_ms = 1500;
    brief.lifetime_ms = 1500;
    struct fetch_stage *stage = raise_guarded(&security, &giver);
    fake_broker_guard(stage->broker, &brief);
    fetch_reader_start(&stage->reader);
    reads(stage);
    await(&giver, &giver.calls, 4);
    reads(stage);
    assert_int_equal(fake_broker_intruders(stage->broker), 0);
    assert_int_equal(stage->reader.disconnected, 0);
    assert_int_equal(stage->reader.unreachable, 0);
    fetch_stage_strike(stage);
}

static void a_callback_that_hangs_is_named_and_left_behind(void **state)
{
    (void)state;
    struct giver giver;
    struct kf_security_settings security;
    giver_init(&giver, "token-canary");
    giver.hangs = true;
    struct fetch_stage *stage = raise_guarded(&security, &giver);
    stage->reader.settings.connection.connect_timeout_ms = 200;
    fetch_reader_start(&stage->reader);
    is_told(stage, "sasl_oauthbearer_token: the callback does not return");
    fetch_stage_strike(stage); /* ends all the same */
    change(&giver, "token-canary", false);
    await(&giver, &giver.returns, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_callbacks_token_opens_the_door),
        cmocka_unit_test(a_commands_token_opens_the_door),
        cmocka_unit_test(a_source_without_a_token_is_named_and_asked_again),
        cmocka_unit_test(a_token_that_the_broker_does_not_take_is_refused),
        cmocka_unit_test(a_token_is_renewed_before_it_ends),
        cmocka_unit_test(a_callback_that_hangs_is_named_and_left_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
