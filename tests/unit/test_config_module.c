/* SPDX-License-Identifier: MIT
 * Handlers and strategies out of shared objects, and what is said when one is not as it should be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "config_text.h"

static kaffe_config *load(const char *handler)
{
    struct problem_lines lines = { 0 };
    char yaml[600];
    snprintf(yaml, sizeof yaml,
             "consumers:\n  orders:\n    endpoints: k:1\n    topics: t\n    consumer_group: g\n"
             "    message_handler: '%s'\n",
             handler);
    kaffe_config *config = config_text_load(handler ? yaml : NULL, NULL, &lines);
    assert_string_equal(lines.text, "");
    return config;
}

static void assert_refused(const char *handler, const char *message)
{
    kaffe_error err;
    char expected[600];
    kaffe_consumer_options options = { 0 };
    kaffe_config *config = load(handler);
    assert_int_equal(kaffe_config_load_module(config, "orders", NULL, &options, &err),
                     KAFFE_INVALID);
    snprintf(expected, sizeof expected,
             "kaffe.yaml:6: consumers.orders.message_handler = \"%s\": %s", handler, message);
    expected[sizeof err.message - 1] = '\0';
    assert_string_equal(err.message, expected);
    kaffe_config_free(config);
}

static void a_module_gives_its_handler_and_gets_its_context(void **state)
{
    (void)state;
    kaffe_consumer_options options = { .workers = 7 };
    int producer;
    kaffe_config *config = load(TEST_MODULES "/single.so");
    assert_int_equal(
        kaffe_config_load_module(config, NULL, (kaffe_producer *)&producer, &options, NULL),
        KAFFE_OK);
    assert_non_null(options.handle_message);
    assert_null(options.handle_messages);
    assert_null(options.worker_open);
    assert_int_equal(options.workers, 7);
    assert_int_equal(options.handle_message(NULL, NULL), KAFFE_OK);
    const kaffe_module_context *context = options.ctx;
    assert_string_equal(context->consumer, "orders");
    assert_ptr_equal(context->producer, &producer);
    kaffe_config_free(config);
}

static kaffe_status handle_messages(const kaffe_batch *batch, void *ctx)
{
    (void)batch, (void)ctx;
    return KAFFE_OK;
}

static kaffe_status worker_open(void *ctx, void **worker_ctx, kaffe_error *err)
{
    (void)ctx, (void)worker_ctx, (void)err;
    return KAFFE_OK;
}

static void a_modules_functions_replace_others_unless_it_is_refused(void **state)
{
    (void)state;
    kaffe_consumer_options options = { .handle_messages = handle_messages,
                                       .worker_open = worker_open,
                                       .ctx = &options };
    kaffe_config *config = load(TEST_MODULES "/without_handler.so:half_handle_message");
    assert_int_equal(kaffe_config_load_module(config, NULL, NULL, &options, NULL), KAFFE_INVALID);
    assert_null(options.handle_message);
    assert_true(options.handle_messages == handle_messages);
    assert_true(options.worker_open == worker_open);
    assert_null(options.worker_close);
    assert_ptr_equal(options.ctx, &options);
    kaffe_config_free(config);
    config = load(TEST_MODULES "/several.so:handle_message");
    assert_int_equal(kaffe_config_load_module(config, NULL, NULL, &options, NULL), KAFFE_OK);
    assert_non_null(options.handle_message);
    assert_null(options.handle_messages);
    assert_null(options.worker_open);
    assert_ptr_not_equal(options.ctx, &options);
    kaffe_config_free(config);
}

static void a_symbol_names_one_of_several_and_its_workers(void **state)
{
    (void)state;
    kaffe_consumer_options options = { 0 };
    kaffe_config *config = load(TEST_MODULES "/several.so:late_handle_messages");
    assert_int_equal(kaffe_config_load_module(config, NULL, NULL, &options, NULL), KAFFE_OK);
    assert_non_null(options.handle_messages);
    assert_null(options.handle_message);
    assert_non_null(options.worker_open);
    kaffe_config_free(config);
    options = (kaffe_consumer_options){ 0 };
    config = load(TEST_MODULES "/several.so:handle_message");
    assert_int_equal(kaffe_config_load_module(config, NULL, NULL, &options, NULL), KAFFE_OK);
    assert_non_null(options.handle_message);
    assert_null(options.handle_messages);
    assert_null(options.worker_open);
    kaffe_config_free(config);
}

static void a_relative_path_begins_at_the_file(void **state)
{
    (void)state;
    kaffe_consumer_options options = { 0 };
    char link[64];
    snprintf(link, sizeof link, "mine.so");
    assert_int_equal(symlink(TEST_MODULES "/single.so", link), 0);
    kaffe_config *config = load("mine.so");
    assert_int_equal(kaffe_config_load_module(config, NULL, NULL, &options, NULL), KAFFE_OK);
    kaffe_config_free(config);
    kaffe_error err;
    kaffe_config_sources sources = { 0 };
    char file[128];
    snprintf(file, sizeof file, "%s/kaffe.yaml", (const char *)*state);
    sources.file = file;
    assert_int_equal(chdir("/"), 0);
    config = kaffe_config_load(&sources, NULL, NULL, &err);
    assert_non_null(config);
    assert_int_equal(kaffe_config_load_module(config, NULL, NULL, &options, NULL), KAFFE_OK);
    kaffe_config_free(config);
    assert_int_equal(chdir(*state), 0);
    assert_int_equal(unlink(link), 0);
}

static void what_is_no_module_says_why(void **state)
{
    (void)state;
    assert_refused("./missing.so", "./missing.so: cannot open shared object file: No such file or "
                                   "directory");
    assert_refused("./kaffe.yaml", "./kaffe.yaml: invalid ELF header"); /* it is longer than one */
    assert_refused(TEST_MODULES "/unmarked.so",
                   "is no Kaffe module: write KAFFE_MODULE; (kaffe_service.h) at file scope");
    assert_refused(TEST_MODULES "/of_tomorrow.so",
                   "was built for module ABI 2, this is 1: build it with this kaffe_service.h");
}

static void a_module_without_the_right_handler_says_what_it_has(void **state)
{
    (void)state;
    assert_refused(TEST_MODULES "/several.so",
                   "has handle_message and handle_messages: name one, as ./module.so:symbol");
    assert_refused(TEST_MODULES "/without_handler.so",
                   "has neither handle_message nor handle_messages: are they static, "
                   "or C++ without extern \"C\"?");
    assert_refused(TEST_MODULES "/several.so:early_handle_message",
                   "has no such symbol: is the function static, or of another name?");
    assert_refused(TEST_MODULES "/without_handler.so:half_handle_message",
                   "has worker_close without worker_open");
}

static void a_consumer_without_message_handler_says_so(void **state)
{
    (void)state;
    struct problem_lines lines = { 0 };
    kaffe_consumer_options options = { 0 };
    kaffe_error err;
    kaffe_config *config = config_text_load(
        "consumers: {a: {endpoints: k:1, topics: t, consumer_group: g}}\n", NULL, &lines);
    assert_int_equal(kaffe_config_load_module(config, "a", NULL, &options, &err), KAFFE_INVALID);
    assert_string_equal(err.message, "kaffe.yaml:1: consumers.a.message_handler is required: the "
                                     "handler as ./module.so");
    assert_int_equal(kaffe_config_load_module(config, "b", NULL, &options, &err), KAFFE_INVALID);
    assert_string_equal(err.message, "the configuration has no consumer \"b\"");
    kaffe_config_free(config);
}

static void a_strategy_may_be_a_function_of_a_module(void **state)
{
    (void)state;
    struct problem_lines lines = { 0 };
    kaffe_producer_options options;
    kaffe_error err;
    kaffe_config *config = config_text_load(
        "producer: {endpoints: k:1, partition_strategy: '" TEST_MODULES "/several.so:last'}\n",
        NULL, &lines);
    assert_int_equal(kaffe_config_producer(config, &options, &err), KAFFE_OK);
    assert_int_equal(options.partition_strategy("t", 0, 12, kaffe_text("a"), kaffe_text("b"), NULL),
                     11);
    kaffe_config_free(config);
    config = config_text_load("producer: {endpoints: k:1, partition_strategy: './x.so:last'}\n",
                              NULL, &lines);
    assert_int_equal(kaffe_config_producer(config, &options, &err), KAFFE_INVALID);
    assert_string_equal(err.message,
                        "kaffe.yaml:1: producer.partition_strategy = \"./x.so:last\": ./x.so: "
                        "cannot open shared object file: No such file or directory");
    kaffe_config_free(config);
}

/* One that nobody has looked at yet: no section says that there is a producer. */
static void a_strategy_that_is_neither_built_in_nor_a_modules_is_refused(void **state)
{
    (void)state;
    struct problem_lines lines = { 0 };
    kaffe_producer_options options;
    kaffe_error err;
    const kaffe_setting setting = { "partition_strategy", TEST_MODULES "/several.so", NULL };
    const kaffe_config_sources sources = { .settings = &setting, .setting_count = 1 };
    kaffe_config *config = config_text_load(NULL, &sources, &lines);
    assert_false(kaffe_config_has_producer(config));
    assert_int_equal(kaffe_config_producer(config, &options, &err), KAFFE_INVALID);
    assert_string_equal(err.message,
                        "partition_strategy = \"" TEST_MODULES
                        "/several.so\": is no built-in strategy, and no ./module.so:symbol");
    kaffe_config_free(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_module_gives_its_handler_and_gets_its_context),
        cmocka_unit_test(a_modules_functions_replace_others_unless_it_is_refused),
        cmocka_unit_test(a_symbol_names_one_of_several_and_its_workers),
        cmocka_unit_test(a_relative_path_begins_at_the_file),
        cmocka_unit_test(what_is_no_module_says_why),
        cmocka_unit_test(a_module_without_the_right_handler_says_what_it_has),
        cmocka_unit_test(a_consumer_without_message_handler_says_so),
        cmocka_unit_test(a_strategy_may_be_a_function_of_a_module),
        cmocka_unit_test(a_strategy_that_is_neither_built_in_nor_a_modules_is_refused),
    };
    return cmocka_run_group_tests(tests, config_text_begin, config_text_end);
}
