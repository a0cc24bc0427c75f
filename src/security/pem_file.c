/* SPDX-License-Identifier: MIT */
#include "pem_file.h"

#include "error.h"
#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    SIZE_MOST = 4 * 1024 * 1024 /* the certificates of a whole system are a quarter of a megabyte */
};

static kaffe_status read_all(int fd, char *text, size_t size, kaffe_error *err)
{
    size_t filled = 0;
    while (filled < size) {
        ssize_t got = read(fd, text + filled, size - filled);
        if (got < 0 && errno != EINTR)
            return kf_error_set(err, KAFFE_FAILED, "can not be read: %s", strerrordesc_np(errno));
        if (got == 0)
            break;
        if (got > 0)
            filled += (size_t)got;
    }
    if (strlen(text) < filled)
        return kf_error_set(err, KAFFE_FAILED, "is no PEM text: it has bytes that are zero");
    return kf_error_ok(err);
}

static kaffe_status read_open(int fd, char **text, kaffe_error *err)
{
    struct stat stat;
    if (fstat(fd, &stat) != 0)
        return kf_error_set(err, KAFFE_FAILED, "can not be read: %s", strerrordesc_np(errno));
    if (!S_ISREG(stat.st_mode))
        return kf_error_set(err, KAFFE_FAILED, "is no file: name one that holds a PEM text");
    if (stat.st_size > SIZE_MOST)
        return kf_error_set(err, KAFFE_FAILED, "is larger than 4 MiB");
    char *whole = calloc(1, (size_t)stat.st_size + 1);
    if (!whole)
        return kf_error_no_memory(err);
    kaffe_status status = read_all(fd, whole, (size_t)stat.st_size, err);
    if (status == KAFFE_OK)
        *text = whole;
    else
        kf_secret_free(whole);
    return status;
}

kaffe_status kf_pem_file_read(const char *path, char **text, kaffe_error *err)
{
    int fd =
        open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe is no file, and not waited for */
    if (fd < 0)
        return kf_error_set(err, KAFFE_FAILED, "can not be read: %s", strerrordesc_np(errno));
    kaffe_status status = read_open(fd, text, err);
    close(fd);
    return status;
}
