/* SPDX-License-Identifier: MIT */
#include "scaling_record.h"

#include <stdio.h>
#include <stdlib.h>

static void *grown(void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return items;
    *capacity = *capacity ? *capacity * 2 : 1024;
    void *more = realloc(items, *capacity * size);
    if (!more)
        abort();
    return more;
}

void scaling_record_add(struct scaling_record *record, struct scaling_event event)
{
    record->items = grown(record->items, record->count, &record->capacity, sizeof *record->items);
    event.sequence = record->count;
    record->items[record->count++] = event;
}

static void add_line(struct scaling_record *record, const char *line)
{
    struct scaling_event event = { 0 };
    char kind;
    long long offset;
    long long id;
    long long at_ns;
    if (sscanf(line, "%c %d %lld %lld %lld %d", &kind, &event.partition, &offset, &id, &at_ns,
               &event.pid) != 6) {
        record->malformed++;
        return;
    }
    event.kind = (enum scaling_kind)kind;
    event.offset = offset;
    event.id = id;
    event.at_ns = at_ns;
    scaling_record_add(record, event);
}

int64_t scaling_record_read(struct scaling_record *record, const char *path, int64_t from)
{
    char line[160];
    FILE *file = fopen(path, "r");
    if (!file)
        return from;
    fseek(file, (long)from, SEEK_SET);
    while (fgets(line, sizeof line, file)) {
        size_t size = 0;
        while (line[size] && line[size] != '\n')
            size++;
        if (!line[size])
            break;
        add_line(record, line);
        from += (int64_t)size + 1;
    }
    fclose(file);
    return from;
}

void scaling_record_fini(struct scaling_record *record)
{
    free(record->items);
    *record = (struct scaling_record){ 0 };
}

void scaling_ledger_init(struct scaling_ledger *ledger, int32_t partition_count)
{
    ledger->partition_count = partition_count;
    ledger->partitions = calloc((size_t)partition_count, sizeof *ledger->partitions);
    if (!ledger->partitions)
        abort();
}

void scaling_ledger_add(struct scaling_ledger *ledger, int32_t partition, int64_t offset,
                        int64_t id)
{
    struct scaling_ledger_partition *to = &ledger->partitions[partition];
    if (offset != (int64_t)to->count) {
        fprintf(stderr, "ledger: partition %d has offset %lld after %zu records\n", partition,
                (long long)offset, to->count);
        abort();
    }
    to->ids = grown(to->ids, to->count, &to->capacity, sizeof *to->ids);
    to->ids[to->count++] = id;
}

void scaling_ledger_fini(struct scaling_ledger *ledger)
{
    for (int32_t i = 0; i < ledger->partition_count; i++)
        free(ledger->partitions[i].ids);
    free(ledger->partitions);
    *ledger = (struct scaling_ledger){ 0 };
}

/* --- the judgement ------------------------------------------------------------------------ */

struct judge {
    struct scaling_report report;
    const struct scaling_ledger_partition *ledger;
    const int32_t *killed;
    size_t killed_count;
    int64_t *silences; /* [report.hand_overs] */
    /* Of the partition at hand. */
    const struct scaling_event **first; /* [ledger->count] who handled it first */
    const struct scaling_event *before; /* what was handled last */
    bool is_new_owner;
    bool silent; /* revoked, and nothing handled since */
};

static int by_partition_and_time(const void *a, const void *b)
{
    const struct scaling_event *left = a;
    const struct scaling_event *right = b;
    if (left->partition != right->partition)
        return left->partition < right->partition ? -1 : 1;
    if (left->at_ns != right->at_ns)
        return left->at_ns < right->at_ns ? -1 : 1;
    return left->sequence < right->sequence ? -1 : 1;
}

static int by_size(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static bool was_killed(const struct judge *judge, int32_t pid)
{
    for (size_t i = 0; i < judge->killed_count; i++)
        if (judge->killed[i] == pid)
            return true;
    return false;
}

static void judge_repetition(struct judge *judge, const struct scaling_event *event)
{
    const struct scaling_event **first = &judge->first[event->offset];
    if (!*first) {
        *first = event;
        judge->report.handled++;
    } else if (!was_killed(judge, (*first)->pid)) {
        judge->report.duplicates++;
    } else {
        judge->report.killed_duplicates++;
        if ((*first)->at_ns < judge->report.oldest_killed_duplicate_ns)
            judge->report.oldest_killed_duplicate_ns = (*first)->at_ns;
    }
}

static void judge_order(struct judge *judge, const struct scaling_event *event)
{
    int64_t next = judge->before ? judge->before->offset + 1 : 0;
    bool is_owners_first =
        judge->is_new_owner || (judge->before && judge->before->pid != event->pid);
    bool steps_back = event->offset < next;
    if (event->offset != next && !(steps_back && is_owners_first))
        judge->report.disordered++;
}

static void judge_handled(struct judge *judge, const struct scaling_event *event)
{
    if (event->offset < 0 || event->offset >= (int64_t)judge->ledger->count ||
        judge->ledger->ids[event->offset] != event->id) {
        judge->report.strangers++;
        return;
    }
    judge_repetition(judge, event);
    judge_order(judge, event);
    if (judge->silent && judge->before)
        judge->silences[judge->report.hand_overs++] = event->at_ns - judge->before->at_ns;
    judge->silent = false;
    judge->is_new_owner = false;
    judge->before = event;
}

static void judge_partition(struct judge *judge, const struct scaling_event *events, size_t count)
{
    judge->first = calloc(judge->ledger->count + 1, sizeof(const struct scaling_event *));
    if (!judge->first)
        abort();
    judge->before = NULL;
    judge->is_new_owner = true;
    judge->silent = false;
    size_t handled_before = judge->report.handled;
    for (size_t i = 0; i < count; i++) {
        if (events[i].kind == SCALING_HANDLED)
            judge_handled(judge, &events[i]);
        judge->is_new_owner |= events[i].kind == SCALING_ASSIGNED;
        judge->silent |= events[i].kind == SCALING_REVOKED;
    }
    judge->report.lost += judge->ledger->count - (judge->report.handled - handled_before);
    free(judge->first);
}

struct scaling_report scaling_check(const struct scaling_ledger *ledger,
                                    struct scaling_record *record, const int32_t *killed,
                                    size_t killed_count)
{
    struct judge judge = { .report.oldest_killed_duplicate_ns = INT64_MAX,
                           .killed = killed,
                           .killed_count = killed_count,
                           .silences = calloc(record->count + 1, sizeof(int64_t)) };
    struct scaling_report *report = &judge.report;
    if (!judge.silences)
        abort();
    if (record->count > 0)
        qsort(record->items, record->count, sizeof *record->items, by_partition_and_time);
    size_t at = 0;
    for (int32_t partition = 0; partition < ledger->partition_count; partition++) {
        size_t begin = at;
        while (at < record->count && record->items[at].partition == partition)
            at++;
        judge.ledger = &ledger->partitions[partition];
        judge_partition(&judge, record->count > 0 ? record->items + begin : NULL, at - begin);
    }
    report->strangers += record->count - at;
    qsort(judge.silences, report->hand_overs, sizeof(int64_t), by_size);
    if (report->hand_overs > 0) {
        report->silence_median_ns = judge.silences[report->hand_overs / 2];
        report->silence_max_ns = judge.silences[report->hand_overs - 1];
    }
    free(judge.silences);
    return judge.report;
}
