/* SPDX-License-Identifier: MIT
 * What systemd hears, by a socket that stands in for it. */
#include "service_manager.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* @param name  "/path" or "@abstract"; bound as the protocol wants it */
static int listen_at(const char *name)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    snprintf(address.sun_path, sizeof address.sun_path, "%s", name);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
    if (*name == '@')
        address.sun_path[0] = '\0';
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
    return fd;
}

static void assert_hears(int fd, const char *wanted)
{
    char heard[600];
    ssize_t size = recv(fd, heard, sizeof heard - 1, MSG_DONTWAIT);
    assert_true(size >= 0);
    heard[size] = '\0';
    assert_string_equal(heard, wanted);
}

static void assert_is_told_at(const char *name)
{
    struct kf_service_manager manager;
    int fd = listen_at(name);
    kf_service_manager_open(&manager, &(struct kf_service_environment){ .socket = name });
    kf_service_manager_tell(&manager, "READY=1\nSTATUS=%d of %d", 1, 2);
    kf_service_manager_tell(&manager, "STOPPING=1");
    assert_hears(fd, "READY=1\nSTATUS=1 of 2");
    assert_hears(fd, "STOPPING=1");
    assert_int_equal(manager.watchdog_ms, 0);
    kf_service_manager_close(&manager);
    close(fd);
}

static void a_socket_with_a_path_hears_each_line(void **state)
{
    char path[64];
    (void)state;
    snprintf(path, sizeof path, "/tmp/kaffe-notify-%d", (int)getpid());
    assert_is_told_at(path);
    unlink(path);
}

static void so_does_one_in_the_abstract_name_space(void **state)
{
    char name[64];
    (void)state;
    snprintf(name, sizeof name, "@kaffe-notify-%d", (int)getpid());
    assert_is_told_at(name);
}

static void nobody_is_told_where_nobody_listens(void **state)
{
    static const char *const sockets[] = {
        NULL, "", "/", "relative", "vsock:2:1234", "/tmp/kaffe-nobody-is-here"
    };
    (void)state;
    for (size_t i = 0; i < sizeof sockets / sizeof *sockets; i++) {
        struct kf_service_manager manager;
        kf_service_manager_open(&manager, &(struct kf_service_environment){ .socket = sockets[i] });
        kf_service_manager_tell(&manager, "READY=1");
        kf_service_manager_close(&manager);
    }
}

static int64_t watchdog_ms(const char *usec, const char *pid)
{
    struct kf_service_manager manager;
    kf_service_manager_open(
        &manager, &(struct kf_service_environment){ .socket = "@", .watchdog_usec = usec });
    assert_int_equal(manager.watchdog_ms, 0); /* nobody listens */
    kf_service_manager_open(&manager, &(struct kf_service_environment){ .socket = "@kaffe",
                                                                        .watchdog_usec = usec,
                                                                        .watchdog_pid = pid });
    kf_service_manager_close(&manager);
    return manager.watchdog_ms;
}

static void a_watchdog_is_due_twice_in_its_time(void **state)
{
    char ours[16];
    (void)state;
    snprintf(ours, sizeof ours, "%d", (int)getpid());
    assert_int_equal(watchdog_ms("30000000", ours), 15000);
    assert_int_equal(watchdog_ms("30000000", NULL), 15000);
    assert_int_equal(watchdog_ms("30000000", "1"), 0);
    assert_int_equal(watchdog_ms(NULL, ours), 0);
    assert_int_equal(watchdog_ms("soon", ours), 0);
    assert_int_equal(watchdog_ms("99999999999999999999999", ours), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_socket_with_a_path_hears_each_line),
        cmocka_unit_test(so_does_one_in_the_abstract_name_space),
        cmocka_unit_test(nobody_is_told_where_nobody_listens),
        cmocka_unit_test(a_watchdog_is_due_twice_in_its_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
