/* SPDX-License-Identifier: MIT
 * What our libraries get instead of malloc: it counts, and fails when it is told to. */
#include "scarce.h"

#include <errno.h>
#include <execinfo.h>
#include <lz4frame.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <yaml.h>
#include <zstd.h>

#include <cmocka.h>

/* tests/CMakeLists.txt gives our objects these names. */
void *scarce_malloc(size_t size);
void *scarce_calloc(size_t count, size_t size);
void *scarce_realloc(void *old, size_t size);
char *scarce_strdup(const char *text);
char *scarce_strndup(const char *text, size_t size);
int scarce_asprintf(char **text, const char *format, ...) KAFFE_PRINTF(2, 3);
FILE *scarce_open_memstream(char **text, size_t *size);
void scarce_free(void *memory);
int scarce_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                          void *arg);
ZSTD_DCtx *scarce_ZSTD_createDCtx(void);
LZ4F_errorCode_t scarce_LZ4F_createDecompressionContext(LZ4F_dctx **context, unsigned version);
int scarce_yaml_parser_initialize(yaml_parser_t *parser);
int scarce_yaml_parser_load(yaml_parser_t *parser, yaml_document_t *document);

#define PLACES 12

static atomic_long held;
static atomic_long left; /* until one fails; <= 0: none does */
static atomic_bool for_good;
static atomic_bool struck;
static atomic_bool mine_only;
static pthread_t mine;
static void *places[PLACES]; /* of the latest failure */
static int place_count;

static bool fails(void)
{
    if (atomic_load(&left) <= 0 ||
        (atomic_load(&mine_only) && !pthread_equal(mine, pthread_self())))
        return false;
    long now = atomic_fetch_sub(&left, 1);
    if (now != 1)
        return false;
    if (atomic_load(&for_good))
        atomic_store(&left, 1);
    if (!atomic_exchange(&struck, true))
        place_count = backtrace(places, PLACES);
    return true;
}

static void *hold(void *memory)
{
    if (memory)
        atomic_fetch_add(&held, 1);
    return memory;
}

void *scarce_malloc(size_t size)
{
    return fails() ? NULL : hold(malloc(size));
}

void *scarce_calloc(size_t count, size_t size)
{
    return fails() ? NULL : hold(calloc(count, size));
}

void *scarce_realloc(void *old, size_t size)
{
    if (fails())
        return NULL;
    void *new = realloc(old, size);
    return old ? new : hold(new);
}

char *scarce_strdup(const char *text)
{
    return fails() ? NULL : hold(strdup(text));
}

char *scarce_strndup(const char *text, size_t size)
{
    return fails() ? NULL : hold(strndup(text, size));
}

int scarce_asprintf(char **text, const char *format, ...)
{
    if (fails())
        return -1;
    va_list arguments;
    va_start(arguments, format);
    int size = vasprintf(text, format, arguments);
    va_end(arguments);
    if (size >= 0)
        hold(*text);
    return size;
}

FILE *scarce_open_memstream(char **text, size_t *size)
{
    return fails() ? NULL : hold(open_memstream(text, size));
}

void scarce_free(void *memory)
{
    if (memory)
        atomic_fetch_sub(&held, 1);
    free(memory);
}

int scarce_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                          void *arg)
{
    return fails() ? EAGAIN : pthread_create(thread, attributes, run, arg);
}

ZSTD_DCtx *scarce_ZSTD_createDCtx(void)
{
    return fails() ? NULL : ZSTD_createDCtx();
}

LZ4F_errorCode_t scarce_LZ4F_createDecompressionContext(LZ4F_dctx **context, unsigned version)
{
    /* An error code is the negative number of the error; 9 is "allocation failed". */
    return fails() ? (LZ4F_errorCode_t)-9 : LZ4F_createDecompressionContext(context, version);
}

int scarce_yaml_parser_initialize(yaml_parser_t *parser)
{
    return fails() ? 0 : yaml_parser_initialize(parser);
}

int scarce_yaml_parser_load(yaml_parser_t *parser, yaml_document_t *document)
{
    if (!fails())
        return yaml_parser_load(parser, document);
    memset(document, 0, sizeof *document);
    parser->error = YAML_MEMORY_ERROR;
    return 0;
}

static void begin(long nth, bool lasting, bool only_here)
{
    mine = pthread_self();
    atomic_store(&mine_only, only_here);
    atomic_store(&struck, false);
    atomic_store(&for_good, lasting);
    atomic_store(&left, nth);
}

void scarce_begin(long nth)
{
    begin(nth, false, false);
}

void scarce_begin_for_good(long nth)
{
    begin(nth, true, false);
}

bool scarce_end(void)
{
    atomic_store(&left, 0);
    return atomic_load(&struck);
}

long scarce_held(void)
{
    return atomic_load(&held);
}

bool scarce_comes_down_to(long count)
{
    const struct timespec pause = { .tv_nsec = 5000000 };
    for (int i = 0; i < 6000 && scarce_held() != count; i++)
        nanosleep(&pause, NULL);
    return scarce_held() == count;
}

void scarce_require(bool claim, const char *what)
{
    if (claim)
        return;
    fprintf(stderr, "not so when the following fails: %s\n", what);
    backtrace_symbols_fd(places, place_count, STDERR_FILENO);
    exit(1);
}

void scarce_each(scarce_call call, void *ctx, kaffe_status at_last)
{
    bool again = true;
    for (long nth = 1; again; nth++) {
        kaffe_error err = { .status = KAFFE_OK };
        long before = scarce_held();
        begin(nth, false, true);
        kaffe_status status = call(ctx, &err);
        again = scarce_end();
        kaffe_status expected = again ? KAFFE_NO_MEMORY : at_last;
        scarce_require(status == expected && err.status == expected, "the status");
        scarce_require(!again || *err.message, "a message");
        scarce_require(scarce_comes_down_to(before), "nothing is left behind");
    }
}
