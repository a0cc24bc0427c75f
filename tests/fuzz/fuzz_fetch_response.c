/* SPDX-License-Identifier: MIT
 * A Fetch response of a lying broker, read as the product reads it: as it arrives, records into
 * memory of their own, batches opened, records and headers walked. The first byte of the input says
 * how: bits 0-2 the version (4 to 11), bit 3 puts checksums right, so that what lies behind them is
 * reached, bits 4-7 how much arrives at a time. */
#include "batch_builder.h"
#include "fetch_message.h"
#include "frames.h"
#include "fuzz.h"
#include "record_batch.h"

#include <stdlib.h>

#define LIMIT ((size_t)1 << 18)

static void read_headers(const struct kf_record *record)
{
    const uint8_t *at = record->headers;
    const uint8_t *end = at + record->headers_size;
    kaffe_header header;
    for (int32_t i = 0; i < record->header_count; i++) {
        if (!kf_record_header_next(&at, end, &header))
            return;
        fuzz_require(header.name.data != NULL);
        fuzz_touch(header.name);
        fuzz_touch(header.value);
    }
}

static void read_batch(const uint8_t *data, const struct kf_batch_header *header,
                       struct kf_decompressor *decompressor, struct kf_scratch *scratch)
{
    kaffe_bytes records;
    enum kf_batch_status status =
        kf_batch_open(data, header, LIMIT, decompressor, scratch, &records);
    fuzz_require(scratch->capacity <= LIMIT);
    fuzz_require(kf_batch_status_text(status) != NULL);
    if (status != KF_BATCH_OK)
        return;
    fuzz_require(records.data != NULL);
    fuzz_touch(records);
    struct kf_record_walk walk;
    struct kf_record record;
    int64_t least = header->base_offset;
    kf_record_walk_begin(&walk, header, records);
    while (kf_record_next(&walk, &record) > 0) {
        fuzz_require(record.offset >= least && record.offset < header->next_offset);
        least = record.offset + 1;
        fuzz_touch(record.key);
        fuzz_touch(record.value);
        read_headers(&record);
    }
}

static void read_records(uint8_t *data, size_t size, bool seals,
                         struct kf_decompressor *decompressor)
{
    struct kf_scratch scratch = { 0 };
    struct kf_batch_header header;
    size_t whole_size;
    int64_t next_offset = kf_batches_next_offset(data, size, 0, &whole_size);
    int64_t seen = 0;
    size_t at = 0;
    while (kf_batch_header_read(data + at, size - at, &header) == KF_BATCH_OK) {
        if (seals)
            seal_batch(data + at, header.size);
        kf_batch_header_read(data + at, size - at, &header); /* the checksum is another one */
        read_batch(data + at, &header, decompressor, &scratch);
        seen = header.next_offset > seen ? header.next_offset : seen;
        at += header.size;
    }
    fuzz_require(at == whole_size && seen == next_offset);
    kf_scratch_fini(&scratch);
}

/* A response in the making: `there` bytes have arrived, those before `at` are done with. */
struct arrival {
    const uint8_t *data;
    size_t size;
    size_t at;
    size_t there;
    size_t step;
};

static enum kf_fetch_event parse(struct kf_fetch_parser *parser, struct arrival *arrival)
{
    size_t size = arrival->there - arrival->at;
    uint8_t *copy = exact_copy(arrival->data + arrival->at, size);
    size_t consumed = 0;
    enum kf_fetch_event event = kf_fetch_parse(parser, copy, size, &consumed);
    free(copy);
    fuzz_require(consumed <= size);
    fuzz_require(event != KF_FETCH_NEED_MORE || size < KF_FETCH_FIELDS_MAX || consumed > 0);
    arrival->at += consumed;
    return event;
}

static void take_records(const struct kf_fetch_parser *parser, struct arrival *arrival, bool seals,
                         struct kf_decompressor *decompressor)
{
    fuzz_touch(parser->partition.topic);
    fuzz_require(parser->partition.records_size >= 0);
    size_t size = (size_t)parser->partition.records_size;
    fuzz_require(size <= arrival->size - arrival->at);
    uint8_t *records = exact_copy(arrival->data + arrival->at, size);
    read_records(records, size, seals, decompressor);
    free(records);
    arrival->at += size;
    if (arrival->there < arrival->at)
        arrival->there = arrival->at;
}

static void read_response(struct arrival *arrival, int16_t version, bool seals)
{
    struct kf_decompressor decompressor = { 0 };
    struct kf_fetch_parser parser;
    kf_fetch_parser_init(&parser, version, arrival->size);
    for (;;) {
        enum kf_fetch_event event = parse(&parser, arrival);
        fuzz_require(event == KF_FETCH_MALFORMED || (size_t)parser.left <= arrival->size);
        if (event == KF_FETCH_PARTITION) {
            take_records(&parser, arrival, seals, &decompressor);
        } else if (event == KF_FETCH_NEED_MORE) {
            fuzz_require(arrival->there < arrival->size);
            size_t rest = arrival->size - arrival->there;
            arrival->there += arrival->step < rest ? arrival->step : rest;
        } else if (event != KF_FETCH_HEADER) {
            fuzz_require(event == KF_FETCH_END ? arrival->at == arrival->size
                                               : parser.malformed != NULL);
            break;
        }
    }
    kf_decompressor_fini(&decompressor);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    size_t step = data[0] >> 4 ? (size_t)1 << (data[0] >> 4) : size;
    struct arrival arrival = { .data = data + 1, .size = size - 1, .step = step };
    read_response(&arrival, (int16_t)(4 + (data[0] & 7)), (data[0] & 8) != 0);
    return 0;
}
