/* SPDX-License-Identifier: MIT
 * What became of every message: a ledger of what was written, a record of what several processes
 * handled and when, and the judgement whether the two agree. Pure, apart from reading files. */
#ifndef SCALING_RECORD_H
#define SCALING_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A line of a record: kind partition offset id nanoseconds pid. */
enum scaling_kind {
    SCALING_HANDLED = 'h',
    SCALING_ASSIGNED = '+',
    SCALING_REVOKED = '-'
};

struct scaling_event {
    enum scaling_kind kind;
    int32_t partition;
    int32_t pid;
    int64_t offset;
    int64_t id; /* of the message, from its value */
    int64_t at_ns;
    size_t sequence; /* as it was read */
};

struct scaling_record {
    struct scaling_event *items;
    size_t count;
    size_t capacity;
    size_t malformed; /* lines */
};

void scaling_record_add(struct scaling_record *record, struct scaling_event event);
/** Reads lines into the record, from `from` on; a line without its end is left for the next time.
 *  @return where to read on */
int64_t scaling_record_read(struct scaling_record *record, const char *path, int64_t from);
void scaling_record_fini(struct scaling_record *record);

/* The ids in each partition, by offset. */
struct scaling_ledger {
    struct scaling_ledger_partition {
        int64_t *ids;
        size_t count;
        size_t capacity;
    } * partitions;
    int32_t partition_count;
};

void scaling_ledger_init(struct scaling_ledger *ledger, int32_t partition_count);
/** Offsets of a partition have to come without gaps. */
void scaling_ledger_add(struct scaling_ledger *ledger, int32_t partition, int64_t offset,
                        int64_t id);
void scaling_ledger_fini(struct scaling_ledger *ledger);

struct scaling_report {
    size_t handled; /* different messages */
    size_t lost; /* never handled */
    size_t duplicates; /* handled again, though its first handler's process was not killed */
    size_t killed_duplicates; /* ... though it was */
    int64_t oldest_killed_duplicate_ns; /* when it was handled first; INT64_MAX: none */
    size_t disordered; /* neither the next one nor a new owner's first */
    size_t strangers; /* not what the ledger has there */
    size_t hand_overs;
    int64_t silence_median_ns; /* of a partition, from its last message before to its first after */
    int64_t silence_max_ns;
};

/** Sorts the record. @param killed  process ids, [killed_count] */
struct scaling_report scaling_check(const struct scaling_ledger *ledger,
                                    struct scaling_record *record, const int32_t *killed,
                                    size_t killed_count);

#endif
