/* SPDX-License-Identifier: MIT
 * The master copy of every option: name, type, unit, range, default, help. What reads, checks,
 * defaults or documents options walks these tables, which stand in consumer_options.c,
 * producer_options.c, reader_options.c and supervisor_options.c; nothing about an option is said
 * twice. */
#ifndef KF_OPTION_TABLE_H
#define KF_OPTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum kf_option_type {
    KF_OPTION_TEXT,
    KF_OPTION_ENDPOINTS, /* a comma list of host:port */
    KF_OPTION_LIST, /* a comma list */
    KF_OPTION_CHOICE, /* one word of `choices` */
    KF_OPTION_NUMBER, /* int64_t */
    KF_OPTION_FLAG, /* bool, default false */
    KF_OPTION_FUNCTION, /* a name in text, a function in C: no field of its own here */
    KF_OPTION_PROPERTIES /* kaffe_property[], with a count */
};

struct kf_option {
    const char *name;
    enum kf_option_type type;
    const char *unit; /* "ms", "bytes"; NULL: none */
    int64_t min;
    int64_t max;
    int64_t default_number;
    const char *default_text; /* of a number: what 0 means, where it is no number */
    const char *choices; /* "earliest, latest, stop" */
    const char *refused; /* a word that users will try ... */
    const char *refused_why; /* ... and why they can not have it */
    const char *unless; /* a flag: when it is set, this comes from elsewhere, and is not given */
    bool required;
    bool is_path; /* of a file; relative ones begin at the folder of the file that says them */
    bool secret; /* never shown, wiped, and no flag */
    bool any_case; /* of a choice: "SSL" is "ssl" */
    bool none_allowed; /* KAFFE_NONE means a real zero */
    size_t field; /* offsetof in the public options struct */
    size_t count_field; /* of properties */
    const char *help; /* one sentence without its dot */
};

/* Whose options they are. */
enum kf_client {
    KF_CLIENT_CONSUMER,
    KF_CLIENT_PRODUCER,
    KF_CLIENT_READER,
    KF_CLIENT_SUPERVISOR /* of no Kafka client: it has no properties of librdkafka */
};
#define KF_CLIENTS 4

/** small * factor <= large, whether set or by default. */
struct kf_option_relation {
    const char *small;
    const char *large;
    int64_t factor;
    const char *limit; /* in words: "a third of" */
};

struct kf_option_table {
    const char *section; /* "consumer", "producer", "reader", "supervisor" */
    enum kf_client client;
    const struct kf_option *options;
    size_t count;
    const struct kf_option_relation *relations;
    size_t relation_count;
    size_t struct_size;
};

extern const struct kf_option_table kf_consumer_option_table;
extern const struct kf_option_table kf_producer_option_table;
extern const struct kf_option_table kf_reader_option_table;
extern const struct kf_option_table kf_supervisor_option_table;

const struct kf_option_table *kf_option_table_of(enum kf_client client);

/** @return NULL: there is none */
const struct kf_option *kf_option_find(const struct kf_option_table *table, const char *name);

#endif
