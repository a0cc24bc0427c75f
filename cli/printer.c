/* SPDX-License-Identifier: MIT */
#include "printer.h"

#include "message_json.h"
#include "output.h"

#include <errno.h>

static void print(struct cli_printer *printer, const kaffe_message *m)
{
    if (printer->format) {
        cli_format_write(printer->format, m, printer->out);
    } else {
        cli_message_json_write(m, printer->out);
        cli_put(printer->out, printer->end, printer->end_size);
    }
    printer->messages++;
    printer->bytes += (int64_t)(m->key.size + m->value.size);
    if (printer->flushes_each)
        fflush(printer->out);
}

/* Not acknowledged: the consumer stops, and what the library says about it helps nobody. */
static kaffe_status stop(struct cli_printer *printer)
{
    atomic_store(&printer->log->is_muted, true);
    kaffe_consumer_stop(printer->consumer);
    return KAFFE_FAILED;
}

static kaffe_status flush(struct cli_printer *printer)
{
    errno = 0;
    if (fflush(printer->out) == 0 && !ferror(printer->out)) {
        cli_progress_tell(&printer->progress, printer->messages, printer->bytes);
        return KAFFE_OK;
    }
    if (printer->error == 0)
        printer->error = errno != 0 ? errno : EIO;
    return stop(printer);
}

kaffe_status cli_printer_handle_messages(const kaffe_batch *batch, void *ctx)
{
    struct cli_printer *printer = ctx;
    size_t count = kaffe_batch_count(batch);
    for (size_t i = 0; i < count; i++)
        print(printer, kaffe_batch_at(batch, i));
    return flush(printer);
}

kaffe_status cli_printer_handle_message(const kaffe_message *m, void *ctx)
{
    struct cli_printer *printer = ctx;
    if (printer->count_left == 0)
        return stop(printer);
    print(printer, m);
    kaffe_status status = flush(printer);
    if (status == KAFFE_OK && --printer->count_left == 0)
        kaffe_consumer_stop(printer->consumer);
    return status;
}
