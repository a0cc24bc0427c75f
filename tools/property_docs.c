/* SPDX-License-Identifier: MIT
 * Prints docs/kafka-properties.md from the tables of properties, or with --check FILE tells whether
 * FILE is it. */
#include <inttypes.h>
#include <stdio.h>

#include "document.h"
#include "kafka_properties.h"

static const struct kf_option_table *const clients[] = { &kf_consumer_option_table,
                                                         &kf_reader_option_table,
                                                         &kf_producer_option_table };

static const char *way_name(const struct kf_known_property *property, enum kf_client client)
{
    switch (kf_known_property_way(property, client, NULL)) {
    case KF_PROPERTY_REFUSED:
        return "-";
    case KF_PROPERTY_PASSED:
        return client == KF_CLIENT_PRODUCER ? "yes" : "control plane";
    case KF_PROPERTY_BOTH:
    case KF_PROPERTY_ALIAS:
        break;
    }
    if (client == KF_CLIENT_CONSUMER)
        return "both planes";
    return client == KF_CLIENT_READER ? "data plane" : "yes";
}

static void print_rule(FILE *out, const struct kf_value_rule *rule)
{
    if (rule->kind == KF_VALUE_NUMBER)
        fprintf(out, "%" PRId64 "..%" PRId64, rule->min, rule->max);
    else if (rule->kind == KF_VALUE_WORD)
        fputs(rule->words, out);
}

/* A reason that all clients share is said once. */
static void print_why(FILE *out, const struct kf_known_property *property)
{
    const char *why = property->why;
    const char *instead = NULL;
    if (!why && property->domain == KF_DOMAIN_SECURITY)
        kf_known_property_way(property, KF_CLIENT_CONSUMER, &why);
    for (size_t i = 0; i < sizeof clients / sizeof *clients && !instead; i++)
        instead = kf_known_property_instead(property, clients[i]);
    if (why)
        fputs(why, out);
    if (instead)
        fprintf(out, ": use `%s`", instead);
    if (property->harmless)
        fprintf(out, "; `%s` is fine", property->harmless);
    if (property->since && property->way != KF_PROPERTY_REFUSED)
        fprintf(out, "%slibrdkafka %s", why ? "; " : "", property->since);
}

static void print_property(FILE *out, const struct kf_known_property *property)
{
    fprintf(out, "| `%s` |", property->name);
    for (size_t i = 0; i < sizeof clients / sizeof *clients; i++)
        fprintf(out, " %s |", way_name(property, clients[i]->client));
    fputc(' ', out);
    if (property->way != KF_PROPERTY_REFUSED)
        print_rule(out, &property->rule);
    fputs(" | ", out);
    print_why(out, property);
    fputs(" |\n", out);
}

static void print_table(FILE *out, const char *title, const struct kf_property_table *table)
{
    fprintf(out, "\n## %s\n\n", title);
    fputs("| property | consumer | reader | producer | values | why not, since when |\n"
          "| --- | --- | --- | --- | --- | --- |\n",
          out);
    for (size_t i = 0; i < table->count; i++)
        print_property(out, &table->properties[i]);
}

static void print_document(FILE *out)
{
    fputs(
        "<!-- Written by tools/property_docs.c from the tables in src/core/kafka_property_table.c "
        "and src/core/kafka_security_table.c: change those. -->\n"
        "# Properties of librdkafka\n\n"
        "What the option `kafka` may hold. A consumer has two planes, librdkafka for its group "
        "and\n"
        "commits, and its own fetching: a property is for *both planes*, for the *control plane*,\n"
        "which is librdkafka, or refused (-). A reader is a *data plane* alone, a producer is\n"
        "librdkafka alone. Refused properties are named before anything connects, with the "
        "reason.\n"
        "Values are neither logged nor shown in messages.\n",
        out);
    print_table(out, "Connections, groups, producing", &kf_kafka_property_table);
    print_table(out, "Security", &kf_security_property_table);
}

int main(int argc, char **argv)
{
    return document_main(argc, argv, print_document);
}
