/* SPDX-License-Identifier: MIT
 * What `produce` makes of its input: which bytes are a record, and where it goes. */
#ifndef CLI_PRODUCE_INPUT_H
#define CLI_PRODUCE_INPUT_H

#include "progress.h"
#include "record_json.h"
#include "record_text.h"
#include "sender.h"

struct cli_produce_input {
    struct cli_record_rules rules;
    kaffe_bytes delimiter; /* empty: a file is one record */
    const kaffe_header *headers; /* [header_count] of every record; not with json */
    size_t header_count;
    int32_t partition;
    bool keeps_partitions; /* of JSON that names them */
    bool tees; /* what was accepted goes to stdout too */
    int64_t count_left; /* so many more are read */
    int64_t max_message_bytes;
    int stop_fd;
    struct cli_progress progress;
    int64_t messages, bytes; /* read so far */
    struct cli_record_json *json; /* NULL: lines are text */
    struct cli_sender *sender;
};

/** @return false: there is no use in going on; the sender knows why */
bool cli_produce_stream(struct cli_produce_input *produce, int fd, const char *file);

/** The same for a file by its name; "-" is stdin. */
bool cli_produce_file(struct cli_produce_input *produce, const char *file);

#endif
