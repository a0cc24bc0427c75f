/* SPDX-License-Identifier: MIT
 * Reads a Fetch response piece by piece. A step reads one group of fields, all or nothing, so that
 * the parser keeps no half-read field; only the aborted transactions, of any number, are passed
 * over as they come. */
#include "fetch_message.h"
#include "reader.h"

#include <string.h>

#define ABORTED_SIZE 16 /* producer id and first offset */

enum state {
    STATE_HEADER,
    STATE_TOPIC,
    STATE_PARTITION, /* up to the number of aborted transactions */
    STATE_ABORTED,
    STATE_RECORDS, /* behind them, up to the size of the records */
    STATE_END
};

void kf_fetch_parser_init(struct kf_fetch_parser *parser, int16_t version, size_t size)
{
    *parser = (struct kf_fetch_parser){ .version = version,
                                        .left = (int64_t)size,
                                        .state = STATE_HEADER };
}

/* A group has been read: what comes next? */
static void go_on(struct kf_fetch_parser *parser)
{
    if (parser->partitions_left > 0)
        parser->state = STATE_PARTITION;
    else if (parser->topics_left > 0)
        parser->state = STATE_TOPIC;
    else
        parser->state = STATE_END;
}

static int32_t read_length(struct kf_fetch_parser *parser, struct kf_reader *r)
{
    int32_t length = kf_read_int32(r);
    if (length < -1)
        parser->malformed = "a negative count or size";
    return length < 0 ? 0 : length;
}

/* Each step reads its group, and moves on only if all of it was there.
 * @return false: it was not, or only a part of what may be taken in parts */

static bool read_header(struct kf_fetch_parser *parser, struct kf_reader *r)
{
    parser->throttle_ms = kf_read_int32(r);
    if (parser->version >= 7) {
        parser->error = kf_read_int16(r);
        kf_read_int32(r); /* session id */
    }
    parser->topics_left = read_length(parser, r);
    if (r->failed)
        return false;
    go_on(parser);
    return true;
}

static bool read_topic(struct kf_fetch_parser *parser, struct kf_reader *r)
{
    int16_t length = kf_read_int16(r);
    if (r->failed)
        return false;
    if (length < 0 || (size_t)length > sizeof parser->topic) {
        parser->malformed = "a topic's name that can not be";
        return false;
    }
    const uint8_t *name = kf_read_raw(r, (size_t)length);
    int32_t partitions = read_length(parser, r);
    if (r->failed)
        return false;
    memcpy(parser->topic, name, (size_t)length);
    parser->partition =
        (struct kf_fetch_partition){ .topic = { .data = parser->topic, .size = (size_t)length } };
    parser->partitions_left = partitions;
    parser->topics_left--;
    go_on(parser);
    return true;
}

static bool read_partition(struct kf_fetch_parser *parser, struct kf_reader *r)
{
    struct kf_fetch_partition *partition = &parser->partition;
    partition->partition = kf_read_int32(r);
    partition->error = kf_read_int16(r);
    partition->high_watermark = kf_read_int64(r);
    partition->last_stable_offset = kf_read_int64(r);
    partition->log_start_offset = parser->version >= 5 ? kf_read_int64(r) : -1;
    parser->aborted_left = read_length(parser, r);
    if (r->failed)
        return false;
    parser->partitions_left--;
    parser->state = STATE_ABORTED;
    return true;
}

static bool skip_aborted(struct kf_fetch_parser *parser, struct kf_reader *r)
{
    if (parser->aborted_left > parser->left / ABORTED_SIZE) {
        parser->malformed = "more aborted transactions than there is room for";
        return false;
    }
    size_t there = kf_reader_left(r) / ABORTED_SIZE;
    size_t wanted = (size_t)parser->aborted_left;
    size_t count = there < wanted ? there : wanted;
    kf_read_raw(r, count * ABORTED_SIZE);
    parser->aborted_left -= (int32_t)count;
    if (parser->aborted_left > 0)
        return false;
    parser->state = STATE_RECORDS;
    return true;
}

static bool read_records_size(struct kf_fetch_parser *parser, struct kf_reader *r)
{
    parser->partition.preferred_replica = parser->version >= 11 ? kf_read_int32(r) : -1;
    parser->partition.records_size = read_length(parser, r);
    if (r->failed)
        return false;
    go_on(parser);
    return true;
}

static bool (*const steps[])(struct kf_fetch_parser *, struct kf_reader *) = {
    [STATE_HEADER] = read_header,        [STATE_TOPIC] = read_topic,
    [STATE_PARTITION] = read_partition,  [STATE_ABORTED] = skip_aborted,
    [STATE_RECORDS] = read_records_size,
};

/* One step on `size` bytes. @return false: needs more than these (or malformed) */
static bool take_step(struct kf_fetch_parser *parser, const uint8_t *data, size_t size,
                      size_t *consumed)
{
    struct kf_reader r = kf_reader_of(data, size);
    bool ends_here = (int64_t)size == parser->left;
    bool whole = steps[parser->state](parser, &r);
    if (!r.failed) {
        *consumed += (size_t)(r.at - data);
        parser->left -= r.at - data;
    }
    if (!whole && ends_here && !parser->malformed)
        parser->malformed = "it ends inside a field";
    return whole && !parser->malformed;
}

static bool take_records(struct kf_fetch_parser *parser)
{
    if (parser->partition.records_size > parser->left) {
        parser->malformed = "more records than there is room for";
        return false;
    }
    parser->left -= parser->partition.records_size;
    return true;
}

enum kf_fetch_event kf_fetch_parse(struct kf_fetch_parser *parser, const uint8_t *data, size_t size,
                                   size_t *consumed)
{
    *consumed = 0;
    while (!parser->malformed && parser->state != STATE_END) {
        int state = parser->state;
        size_t there = size - *consumed;
        if ((int64_t)there > parser->left)
            there = (size_t)parser->left;
        if (!take_step(parser, data + *consumed, there, consumed))
            break;
        if (state == STATE_HEADER)
            return KF_FETCH_HEADER;
        if (state == STATE_RECORDS && take_records(parser))
            return KF_FETCH_PARTITION;
    }
    if (!parser->malformed && parser->state == STATE_END && parser->left > 0)
        parser->malformed = "bytes behind the last partition";
    if (parser->malformed)
        return KF_FETCH_MALFORMED;
    return parser->state == STATE_END ? KF_FETCH_END : KF_FETCH_NEED_MORE;
}
