/* SPDX-License-Identifier: MIT
 * What is handed out and not yet finished: by example, and against a model that is too simple to
 * be wrong. KAFFE_ACK_STEPS=10000000 makes the random walk a long one. */
#include "ack_window.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- by example --------------------------------------------------------------------------- */

static void hand_out(struct kf_ack_window *window, int64_t offset)
{
    assert_true(kf_ack_window_room(window) > 0);
    assert_true(kf_ack_window_reserve(window, 1));
    kf_ack_window_hand_over(window);
    kf_ack_window_add(window, offset, NULL);
}

static struct kf_ack_entry *entry_of(const struct kf_ack_window *window, int64_t offset)
{
    struct kf_ack_entry *entry = kf_ack_window_at(window, kf_ack_window_find(window, offset));
    assert_non_null(entry);
    assert_int_equal(entry->offset, offset);
    return entry;
}

static void finish(struct kf_ack_window *window, int64_t offset)
{
    kf_ack_window_finish(window, entry_of(window, offset));
}

static void only_the_finished_prefix_is_done(void **state)
{
    (void)state;
    struct kf_ack_window window;
    kf_ack_window_init(&window, 10);
    kf_ack_window_pass(&window, 5);
    assert_int_equal(kf_ack_window_done(&window), 5);
    for (int64_t offset = 5; offset < 9; offset++)
        hand_out(&window, offset);
    finish(&window, 7);
    finish(&window, 6);
    assert_int_equal(kf_ack_window_done(&window), 5);
    finish(&window, 5);
    assert_int_equal(kf_ack_window_done(&window), 8);
    kf_ack_window_pass(&window, 20); /* a gap counts when all before it is finished */
    assert_int_equal(kf_ack_window_done(&window), 8);
    finish(&window, 8);
    assert_int_equal(kf_ack_window_done(&window), 20);
    kf_ack_window_fini(&window);
}

static void the_room_is_from_the_first_unfinished_to_the_last(void **state)
{
    (void)state;
    struct kf_ack_window window;
    kf_ack_window_init(&window, 3);
    for (int64_t offset = 0; offset < 3; offset++)
        hand_out(&window, offset * 10);
    assert_int_equal(kf_ack_window_room(&window), 0);
    finish(&window, 10);
    finish(&window, 20);
    assert_int_equal(kf_ack_window_room(&window), 0);
    finish(&window, 0);
    assert_int_equal(kf_ack_window_room(&window), 3);
    kf_ack_window_fini(&window);
}

static void a_failed_one_comes_again_when_it_is_due(void **state)
{
    (void)state;
    struct kf_ack_window window;
    kf_ack_window_init(&window, 10);
    for (int64_t offset = 0; offset < 3; offset++)
        hand_out(&window, offset);
    kf_ack_window_fail(&window, entry_of(&window, 0), 300);
    kf_ack_window_fail(&window, entry_of(&window, 1), 100);
    kf_ack_window_fail(&window, entry_of(&window, 2), INT64_MAX);
    assert_int_equal(kf_ack_window_next_due_ms(&window), 100);
    assert_null(kf_ack_window_take_due(&window, 99));
    uint64_t again = kf_ack_window_hand_over(&window);
    const struct kf_ack_entry *entry = kf_ack_window_take_due(&window, 300);
    assert_int_equal(entry->offset, 1);
    assert_int_equal(entry->hand_over, again);
    assert_int_equal(kf_ack_window_take_due(&window, 300)->offset, 0);
    assert_null(kf_ack_window_take_due(&window, INT64_MAX));
    assert_int_equal(window.out_count, 2);
    kf_ack_window_fini(&window);
}

static void a_verdict_is_told_from_one_that_comes_too_late(void **state)
{
    (void)state;
    struct kf_ack_window window;
    kf_ack_window_init(&window, 10);
    for (int64_t offset = 0; offset < 3; offset++)
        hand_out(&window, offset); /* hand-overs 1, 2, 3 */
    assert_int_equal(kf_ack_window_look(&window, 1, 2), KF_ACK_AWAITED);
    assert_int_equal(kf_ack_window_look(&window, 1, 0), KF_ACK_UNKNOWN);
    assert_int_equal(kf_ack_window_look(&window, 1, 3), KF_ACK_UNKNOWN);
    assert_int_equal(kf_ack_window_look(&window, 3, 3), KF_ACK_UNKNOWN);
    assert_int_equal(kf_ack_window_look(&window, 2, 4), KF_ACK_UNKNOWN);
    kf_ack_window_fail(&window, entry_of(&window, 1), 0);
    assert_int_equal(kf_ack_window_look(&window, 1, 2), KF_ACK_REPEATED);
    kf_ack_window_hand_over(&window);
    assert_int_equal(kf_ack_window_take_due(&window, 0)->offset, 1);
    assert_int_equal(kf_ack_window_look(&window, 1, 2), KF_ACK_OUTDATED);
    assert_int_equal(kf_ack_window_look(&window, 1, 4), KF_ACK_AWAITED);
    finish(&window, 1);
    assert_int_equal(kf_ack_window_look(&window, 1, 4), KF_ACK_REPEATED);
    finish(&window, 0);
    assert_int_equal(kf_ack_window_look(&window, 0, 1), KF_ACK_REPEATED);
    kf_ack_window_fini(&window);
}

/* --- the model ---------------------------------------------------------------------------- */

#define MODEL_MAX 300

/* All messages since the first unfinished one, in a plain list. */
struct model {
    struct kf_ack_window window;
    struct kf_ack_entry all[MODEL_MAX];
    size_t count;
    size_t limit;
    int64_t position;
    uint64_t hand_overs;
    int64_t now_ms;
    uint64_t seed;
    uint64_t taken; /* that came again */
};

static uint64_t below(struct model *model, uint64_t bound)
{
    model->seed ^= model->seed << 13;
    model->seed ^= model->seed >> 7;
    model->seed ^= model->seed << 17;
    return model->seed % bound;
}

static void begin_epoch(struct model *model)
{
    kf_ack_window_fini(&model->window);
    model->limit = 1 + below(model, below(model, 4) == 0 ? 3 : MODEL_MAX);
    model->count = 0;
    model->hand_overs = 0;
    model->position = (int64_t)below(model, 1000);
    kf_ack_window_init(&model->window, model->limit);
    kf_ack_window_pass(&model->window, model->position);
}

static void trim(struct model *model)
{
    size_t finished = 0;
    while (finished < model->count && model->all[finished].state == KF_ACK_FINISHED)
        finished++;
    memmove(model->all, model->all + finished, (model->count - finished) * sizeof *model->all);
    model->count -= finished;
}

static void add_some(struct model *model)
{
    uint64_t wanted = 1 + below(model, 20);
    assert_int_equal(kf_ack_window_room(&model->window), model->limit - model->count);
    if (wanted > model->limit - model->count)
        wanted = model->limit - model->count;
    assert_true(kf_ack_window_reserve(&model->window, wanted));
    assert_int_equal(kf_ack_window_hand_over(&model->window), ++model->hand_overs);
    for (uint64_t i = 0; i < wanted; i++) {
        int64_t offset = model->position + (below(model, 5) == 0 ? (int64_t)below(model, 9) : 0);
        model->all[model->count++] =
            (struct kf_ack_entry){ .offset = offset, .hand_over = model->hand_overs };
        model->position = offset + 1;
        kf_ack_window_add(&model->window, offset, NULL);
    }
}

static void pass(struct model *model)
{
    model->position += (int64_t)below(model, 4);
    kf_ack_window_pass(&model->window, model->position);
}

static struct kf_ack_entry *in_model(struct model *model, int64_t offset)
{
    for (size_t i = 0; i < model->count; i++)
        if (model->all[i].offset == offset)
            return &model->all[i];
    return NULL;
}

/* One that is certainly there. */
static struct kf_ack_entry *known(struct model *model, int64_t offset)
{
    size_t i = 0;
    while (i + 1 < model->count && model->all[i].offset != offset)
        i++;
    assert_int_equal(model->all[i].offset, offset);
    return &model->all[i];
}

static enum kf_ack_answer expected(struct model *model, int64_t offset, uint64_t hand_over)
{
    const struct kf_ack_entry *entry = in_model(model, offset);
    int64_t done = model->count > 0 ? model->all[0].offset : model->position;
    if (hand_over == 0 || hand_over > model->hand_overs)
        return KF_ACK_UNKNOWN;
    if (offset < done)
        return KF_ACK_REPEATED;
    if (!entry || hand_over > entry->hand_over)
        return KF_ACK_UNKNOWN;
    if (hand_over < entry->hand_over)
        return KF_ACK_OUTDATED;
    return entry->state == KF_ACK_OUT ? KF_ACK_AWAITED : KF_ACK_REPEATED;
}

static void judge(struct model *model, struct kf_ack_entry *theirs, struct kf_ack_entry *ours)
{
    switch (below(model, 6)) {
    case 0:
        ours->state = KF_ACK_FAILED;
        ours->due_ms =
            below(model, 50) == 0 ? INT64_MAX : model->now_ms + (int64_t)below(model, 30);
        kf_ack_window_fail(&model->window, theirs, ours->due_ms);
        return;
    case 1:
        ours->state = KF_ACK_GIVEN_UP;
        kf_ack_window_give_up(&model->window, theirs);
        return;
    default:
        ours->state = KF_ACK_FINISHED;
        kf_ack_window_finish(&model->window, theirs);
        trim(model);
    }
}

/* Of a message of now, of before, or of never; of its last hand-over, or another one. */
static void give_a_verdict(struct model *model)
{
    int64_t offset = model->position - (int64_t)below(model, 2 * model->limit + 4) + 2;
    const struct kf_ack_entry *near = in_model(model, offset);
    uint64_t hand_over = near ? near->hand_over : model->hand_overs;
    if (below(model, 8) == 0)
        hand_over = below(model, model->hand_overs + 3);
    enum kf_ack_answer answer = kf_ack_window_look(&model->window, offset, hand_over);
    assert_int_equal(answer, expected(model, offset, hand_over));
    if (answer != KF_ACK_AWAITED)
        return;
    judge(model, entry_of(&model->window, offset), known(model, offset));
}

/* Of those that come again; the offset is -1 if none does. */
static struct kf_ack_entry earliest(const struct model *model)
{
    struct kf_ack_entry found = { .offset = -1, .due_ms = INT64_MAX };
    for (size_t i = 0; i < model->count; i++) {
        const struct kf_ack_entry *entry = &model->all[i];
        if (entry->state == KF_ACK_FAILED && entry->due_ms < found.due_ms)
            found = *entry;
    }
    return found;
}

static void take_due(struct model *model)
{
    const struct kf_ack_entry *entry;
    assert_int_equal(kf_ack_window_next_due_ms(&model->window), earliest(model).due_ms);
    kf_ack_window_hand_over(&model->window);
    model->hand_overs++;
    while ((entry = kf_ack_window_take_due(&model->window, model->now_ms))) {
        assert_int_equal(entry->offset, earliest(model).offset);
        struct kf_ack_entry *ours = known(model, entry->offset);
        ours->state = KF_ACK_OUT;
        ours->hand_over = model->hand_overs;
        model->taken++;
    }
    assert_true(earliest(model).due_ms > model->now_ms);
}

/* What was given up is finished some day. */
static void finish_given_up(struct model *model)
{
    for (size_t i = 0; i < model->count; i++)
        if (model->all[i].state == KF_ACK_GIVEN_UP) {
            kf_ack_window_finish(&model->window, entry_of(&model->window, model->all[i].offset));
            model->all[i].state = KF_ACK_FINISHED;
            trim(model);
            return;
        }
}

static void assert_same(const struct model *model)
{
    size_t out = 0;
    for (size_t i = 0; i < model->count; i++)
        out += model->all[i].state == KF_ACK_OUT;
    assert_int_equal(model->window.out_count, out);
    assert_int_equal(kf_ack_window_done(&model->window),
                     model->count > 0 ? model->all[0].offset : model->position);
}

static void step(struct model *model)
{
    uint64_t what = below(model, 1000);
    model->now_ms += (int64_t)below(model, 3);
    if (what == 0)
        begin_epoch(model);
    else if (what < 60)
        add_some(model);
    else if (what < 70)
        pass(model);
    else if (what < 130)
        take_due(model);
    else if (what < 230)
        finish_given_up(model);
    else
        give_a_verdict(model);
    assert_same(model);
}

static void random_steps_agree_with_the_model(void **state)
{
    (void)state;
    const char *wanted = getenv("KAFFE_ACK_STEPS");
    int64_t steps = wanted ? strtoll(wanted, NULL, 10) : 100000;
    struct model *model = calloc(1, sizeof *model);
    assert_non_null(model);
    model->seed = 88172645463325252u;
    begin_epoch(model);
    for (int64_t i = 0; i < steps; i++)
        step(model);
    print_message("%lld steps, %llu came again\n", (long long)steps,
                  (unsigned long long)model->taken);
    assert_true(model->taken > (uint64_t)steps / 200);
    kf_ack_window_fini(&model->window);
    free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_finished_prefix_is_done),
        cmocka_unit_test(the_room_is_from_the_first_unfinished_to_the_last),
        cmocka_unit_test(a_failed_one_comes_again_when_it_is_due),
        cmocka_unit_test(a_verdict_is_told_from_one_that_comes_too_late),
        cmocka_unit_test(random_steps_agree_with_the_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
