/* SPDX-License-Identifier: MIT
 * The table of properties beside the librdkafka of this machine: none is forgotten, and what the
 * table allows, librdkafka takes. */
#include <librdkafka/rdkafka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kafka_properties.h"

static const struct kf_property_table *const tables[] = { &kf_kafka_property_table,
                                                          &kf_security_property_table };

static void assert_known(const char **dump, size_t count)
{
    for (size_t i = 0; i < count; i += 2)
        if (!kf_known_property_find(dump[i]))
            fail_msg("%s is not in the table", dump[i]);
    rd_kafka_conf_dump_free(dump, count);
}

static void every_property_of_librdkafka_is_in_the_table(void **state)
{
    (void)state;
    size_t count;
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_topic_conf_t *topic_conf = rd_kafka_topic_conf_new();
    const char **dump = rd_kafka_conf_dump(conf, &count);
    assert_true(count > 100);
    assert_known(dump, count);
    dump = rd_kafka_topic_conf_dump(topic_conf, &count);
    assert_known(dump, count);
    rd_kafka_conf_destroy(conf);
    rd_kafka_topic_conf_destroy(topic_conf);
}

/* Aliases are in no dump; the printed list has them. */
static void every_alias_is_in_the_table(void **state)
{
    (void)state;
    char line[4096];
    int seen = 0;
    FILE *list = tmpfile();
    rd_kafka_conf_properties_show(list);
    rewind(list);
    while (fgets(line, sizeof line, list)) {
        size_t size = strcspn(line, " |\n");
        if (!strstr(line, " | ") || size == 0 || strncmp(line, "Property", 8) == 0)
            continue;
        line[size] = '\0';
        seen++;
        if (!kf_known_property_find(line))
            fail_msg("%s is not in the table", line);
    }
    fclose(list);
    assert_true(seen > 100);
}

static void no_name_stands_there_twice(void **state)
{
    (void)state;
    for (size_t t = 0; t < 2; t++)
        for (size_t i = 0; i < tables[t]->count; i++)
            assert_ptr_equal(kf_known_property_find(tables[t]->properties[i].name),
                             &tables[t]->properties[i]);
}

static void assert_taken(const struct kf_known_property *property, const char *value)
{
    char why[200];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_res_t result = rd_kafka_conf_set(conf, property->name, value, why, sizeof why);
    bool left_out = strstr(why, "not supported in this build") != NULL;
    if ((result == RD_KAFKA_CONF_INVALID && !left_out) ||
        (result == RD_KAFKA_CONF_UNKNOWN && !property->since))
        fail_msg("%s = %s: %s", property->name, value, why);
    rd_kafka_conf_destroy(conf);
}

static void assert_words_taken(const struct kf_known_property *property)
{
    char words[200];
    snprintf(words, sizeof words, "%s", property->rule.words);
    for (char *rest = words, *word; (word = strsep(&rest, ","));)
        assert_taken(property, word + strspn(word, " "));
}

static void what_the_table_allows_librdkafka_takes(void **state)
{
    (void)state;
    char number[32];
    for (size_t t = 0; t < 2; t++) {
        for (size_t i = 0; i < tables[t]->count; i++) {
            const struct kf_known_property *property = &tables[t]->properties[i];
            if (property->way == KF_PROPERTY_REFUSED)
                continue;
            if (property->rule.kind == KF_VALUE_WORD)
                assert_words_taken(property);
            if (property->rule.kind != KF_VALUE_NUMBER)
                continue;
            snprintf(number, sizeof number, "%lld", (long long)property->rule.min);
            assert_taken(property, number);
            snprintf(number, sizeof number, "%lld", (long long)property->rule.max);
            assert_taken(property, number);
        }
    }
}

static void what_is_newer_than_this_librdkafka_is_unknown_to_it(void **state)
{
    (void)state;
    struct kf_problems problems = { 0 };
    kf_kafka_properties_check(&(kaffe_property){ "retry.backoff.max.ms", "1000" }, 1,
                              &kf_producer_option_table, rd_kafka_version_str(), &problems);
    char why[200];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_res_t result =
        rd_kafka_conf_set(conf, "retry.backoff.max.ms", "1000", why, sizeof why);
    assert_int_equal(problems.count, result == RD_KAFKA_CONF_UNKNOWN);
    rd_kafka_conf_destroy(conf);
}

/* A remedy that no client has would be none. */
static void every_remedy_is_an_option(void **state)
{
    (void)state;
    const struct kf_option_table *clients[] = { &kf_consumer_option_table, &kf_reader_option_table,
                                                &kf_producer_option_table };
    for (size_t t = 0; t < 2; t++) {
        for (size_t i = 0; i < tables[t]->count; i++) {
            const struct kf_known_property *property = &tables[t]->properties[i];
            bool found = false;
            for (size_t c = 0; c < 3; c++)
                found = found || kf_known_property_instead(property, clients[c]);
            if (property->instead && !found)
                fail_msg("%s: nobody has %s", property->name, property->instead);
            if ((property->way == KF_PROPERTY_REFUSED) != (property->why != NULL))
                fail_msg("%s: refused, or a reason, but not both", property->name);
        }
    }
}

/* The producer of dead letters has the properties of its consumer. */
static void what_a_consumer_may_set_a_producer_may_too(void **state)
{
    (void)state;
    for (size_t t = 0; t < 2; t++) {
        for (size_t i = 0; i < tables[t]->count; i++) {
            const struct kf_known_property *property = &tables[t]->properties[i];
            bool consumers = kf_known_property_way(property, KF_CLIENT_CONSUMER, NULL);
            if (consumers && !kf_known_property_way(property, KF_CLIENT_PRODUCER, NULL))
                fail_msg("%s is for consumers alone", property->name);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_property_of_librdkafka_is_in_the_table),
        cmocka_unit_test(every_alias_is_in_the_table),
        cmocka_unit_test(no_name_stands_there_twice),
        cmocka_unit_test(what_the_table_allows_librdkafka_takes),
        cmocka_unit_test(what_is_newer_than_this_librdkafka_is_unknown_to_it),
        cmocka_unit_test(every_remedy_is_an_option),
        cmocka_unit_test(what_a_consumer_may_set_a_producer_may_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
