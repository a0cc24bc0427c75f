/* SPDX-License-Identifier: MIT
 * Files that take each other's place under one path. */
#include "module_versions.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* A folder with the file orders.so. */
struct place {
    char folder[64];
    char path[80];
    struct kf_module_versions versions;
    int held[8]; /* a loaded file keeps its inode, even if another one has its name */
    size_t held_count;
};

/* Another file, of this many bytes, takes its place. */
static void put_file(const struct place *place, size_t size)
{
    char next[100];
    snprintf(next, sizeof next, "%s.new", place->path);
    FILE *file = fopen(next, "w");
    assert_non_null(file);
    for (size_t i = 0; i < size; i++)
        fputc('.', file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(rename(next, place->path), 0);
}

static struct place new_place(void)
{
    struct place place = { .folder = "/tmp/kaffe-module-XXXXXX" };
    assert_non_null(mkdtemp(place.folder));
    snprintf(place.path, sizeof place.path, "%s/orders.so", place.folder);
    put_file(&place, 1);
    return place;
}

static void leave(struct place *place)
{
    kf_module_versions_fini(&place->versions);
    for (size_t i = 0; i < place->held_count; i++)
        close(place->held[i]);
    unlink(place->path);
    assert_int_equal(rmdir(place->folder), 0);
}

static struct kf_module_version *load(struct place *place)
{
    bool written_over;
    struct kf_module_version *version =
        kf_module_versions_take(&place->versions, place->path, &written_over);
    assert_non_null(version);
    assert_false(written_over);
    version->loaded = true;
    place->held[place->held_count++] = open(place->path, O_RDONLY | O_CLOEXEC);
    return version;
}

static void one_file_is_one_version(void **state)
{
    struct place place = new_place();
    (void)state;
    struct kf_module_version *version = load(&place);
    assert_string_equal(version->opened, place.path);
    assert_ptr_equal(load(&place), version);
    assert_int_equal(version->users, 2);
    assert_true(kf_module_version_is_current(version));
    leave(&place);
}

static void another_file_in_its_place_is_opened_by_another_path(void **state)
{
    struct place place = new_place();
    char opened[100];
    (void)state;
    struct kf_module_version *first = load(&place);
    put_file(&place, 2);
    assert_false(kf_module_version_is_current(first));
    struct kf_module_version *second = load(&place);
    snprintf(opened, sizeof opened, "%s/./orders.so", place.folder);
    assert_string_equal(second->opened, opened);
    put_file(&place, 3);
    snprintf(opened, sizeof opened, "%s/././orders.so", place.folder);
    assert_string_equal(load(&place)->opened, opened);
    assert_int_equal(access(opened, R_OK), 0);
    leave(&place);
}

static void a_file_in_use_that_was_written_over_is_refused(void **state)
{
    struct place place = new_place();
    bool written_over;
    (void)state;
    struct kf_module_version *version = load(&place);
    assert_int_equal(truncate(place.path, 7), 0);
    assert_false(kf_module_version_is_current(version));
    assert_null(kf_module_versions_take(&place.versions, place.path, &written_over));
    assert_true(written_over);
    kf_module_version_release(version); /* nobody's any more: the number may be another file's */
    assert_ptr_not_equal(load(&place), version);
    leave(&place);
}

static void a_file_that_is_not_there_is_remembered_once(void **state)
{
    struct place place = new_place();
    bool written_over;
    (void)state;
    assert_int_equal(unlink(place.path), 0);
    for (int i = 0; i < 3; i++) {
        struct kf_module_version *version =
            kf_module_versions_take(&place.versions, place.path, &written_over);
        assert_non_null(version);
        assert_string_equal(version->opened, place.path);
        kf_module_version_release(version);
    }
    assert_null(place.versions.first->next);
    put_file(&place, 1);
    assert_ptr_equal(load(&place), place.versions.first);
    assert_true(kf_module_version_is_current(place.versions.first));
    leave(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_file_is_one_version),
        cmocka_unit_test(another_file_in_its_place_is_opened_by_another_path),
        cmocka_unit_test(a_file_in_use_that_was_written_over_is_refused),
        cmocka_unit_test(a_file_that_is_not_there_is_remembered_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
