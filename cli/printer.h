/* SPDX-License-Identifier: MIT
 * Messages on stdout, by one worker: what was acknowledged has been written. */
#ifndef CLI_PRINTER_H
#define CLI_PRINTER_H

#include "log_lines.h"
#include "message_format.h"
#include "progress.h"

struct cli_printer {
    const struct cli_format *format; /* NULL: JSON */
    const char *end; /* of a message as JSON */
    size_t end_size;
    bool flushes_each;
    int64_t count_left; /* so many more are wanted */
    FILE *out;
    kaffe_consumer *consumer; /* to stop */
    struct cli_log *log;
    struct cli_progress progress;
    int64_t messages, bytes;
    int error; /* errno of what could not be written; 0: all was */
};

/* ctx: a struct cli_printer, which is a worker's own until the consumer has stopped. */
kaffe_status cli_printer_handle_messages(const kaffe_batch *batch, void *ctx);
/** Each for itself, so that it ends exactly after count_left messages. */
kaffe_status cli_printer_handle_message(const kaffe_message *m, void *ctx);

#endif
