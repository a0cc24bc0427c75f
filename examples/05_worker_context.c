/* SPDX-License-Identifier: MIT
 * Something of its own for each worker thread, here a file, elsewhere a database connection: no two
 * handlers use it at once, so it needs no lock.
 *
 *     05_worker_context [host:port [folder]]      writes greetings to folder/worker-1, -2, ... */
#include <kaffe.h>
#include <stdatomic.h>
#include <stdio.h>

struct archive {
    const char *folder;
    atomic_int worker_count;
};

static kaffe_status worker_open(void *ctx, void **worker_ctx, kaffe_error *err)
{
    struct archive *archive = ctx;
    char path[4096];
    snprintf(path, sizeof path, "%s/worker-%d", archive->folder,
             atomic_fetch_add(&archive->worker_count, 1) + 1);
    FILE *file = fopen(path, "a");
    if (!file) {
        snprintf(err->message, sizeof err->message, "%.200s can not be written", path);
        return KAFFE_FAILED; /* ends the consumer with this message */
    }
    *worker_ctx = file;
    return KAFFE_OK;
}

static void worker_close(void *ctx, void *worker_ctx)
{
    (void)ctx;
    fclose(worker_ctx);
}

/* ctx is what worker_open has made on this thread. */
static kaffe_status handle_message(const kaffe_message *m, void *ctx)
{
    FILE *file = ctx;
    fprintf(file, "%d %lld %.*s\n", m->partition, (long long)m->offset, KAFFE_TEXT(m->value));
    if (fflush(file) != 0) /* before it is acknowledged, not some time later */
        return kaffe_fail(m, "the archive can not be written");
    return KAFFE_OK;
}

int main(int argc, char **argv)
{
    kaffe_error err;
    struct archive archive = { .folder = argc > 2 ? argv[2] : "." };
    kaffe_consumer_options options = {
        .endpoints = argc > 1 ? argv[1] : "localhost:9092",
        .topics = "greetings",
        .consumer_group = "greeting-archivers",
        .handle_message = handle_message,
        .ctx = &archive,
        .worker_open = worker_open,
        .worker_close = worker_close,
        .workers = 2, /* by default one per assigned partition, at most 64 */
        .start_with_earliest_message = true,
    };
    if (kaffe_consume(&options, &err) != KAFFE_OK)
        fprintf(stderr, "%s\n", err.message);
    return err.status != KAFFE_OK;
}
