/* SPDX-License-Identifier: MIT
 * notify_listener NAME: stands in for systemd. Binds the socket NAME, "/path" or "@abstract", says
 * so, and prints what it is told, the lines of each datagram with ", " between them. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

int main(int argc, char **argv)
{
    char heard[4096];
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (argc != 2)
        return 2;
    snprintf(address.sun_path, sizeof address.sun_path, "%s", argv[1]);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(argv[1]));
    if (*address.sun_path == '@')
        *address.sun_path = '\0';
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, size) != 0) {
        perror(argv[1]);
        return 1;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    puts("listening");
    for (;;) {
        ssize_t count = recv(fd, heard, sizeof heard - 1, 0);
        if (count < 0)
            return 1;
        heard[count] = '\0';
        for (char *line = heard; *line; line++) {
            if (*line == '\n')
                fputs(", ", stdout);
            else
                putchar(*line);
        }
        putchar('\n');
    }
}
