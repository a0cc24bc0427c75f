/* SPDX-License-Identifier: MIT */
#include "module_versions.h"

#include <stdlib.h>
#include <string.h>

void kf_module_versions_fini(struct kf_module_versions *versions)
{
    while (versions->first) {
        struct kf_module_version *version = versions->first;
        versions->first = version->next;
        free(version->path);
        free(version->opened);
        free(version);
    }
}

static bool is_same_inode(const struct kf_module_version *version, const struct stat *file)
{
    return version->device == file->st_dev && version->inode == file->st_ino;
}

static bool is_same(const struct kf_module_version *version, const struct stat *file)
{
    return is_same_inode(version, file) && version->size == file->st_size &&
           version->changed.tv_sec == file->st_mtim.tv_sec &&
           version->changed.tv_nsec == file->st_mtim.tv_nsec;
}

bool kf_module_version_is_current(const struct kf_module_version *version)
{
    struct stat file;
    return stat(version->path, &file) == 0 && is_same(version, &file);
}

/* "dir/orders.so", with "./" before its name once for each version that was loaded. */
static char *path_for(const struct kf_module_versions *versions, const char *path)
{
    size_t count = 0;
    for (const struct kf_module_version *v = versions->first; v; v = v->next)
        count += v->loaded && strcmp(v->path, path) == 0;
    const char *slash = strrchr(path, '/');
    size_t folder = slash ? (size_t)(slash - path) + 1 : 0;
    char *opened = malloc(strlen(path) + 2 * count + 1);
    if (!opened)
        return NULL;
    memcpy(opened, path, folder);
    for (size_t i = 0; i < count; i++)
        memcpy(opened + folder + 2 * i, "./", 2);
    memcpy(opened + folder + 2 * count, path + folder, strlen(path + folder) + 1);
    return opened;
}

static struct kf_module_version *add(struct kf_module_versions *versions, const char *path)
{
    struct kf_module_version *version = calloc(1, sizeof *version);
    if (!version)
        return NULL;
    version->path = strdup(path);
    version->opened = path_for(versions, path);
    if (!version->path || !version->opened) {
        free(version->path);
        free(version->opened);
        free(version);
        return NULL;
    }
    version->next = versions->first;
    versions->first = version;
    return version;
}

/* One whose file could not be loaded is used again: so there is at most one such for each path. */
static struct kf_module_version *unloaded(struct kf_module_versions *versions, const char *path)
{
    for (struct kf_module_version *v = versions->first; v; v = v->next)
        if (!v->loaded && strcmp(v->path, path) == 0)
            return v;
    return add(versions, path);
}

/* @param file  NULL: it is not there, which the linker will say better */
static struct kf_module_version *make(struct kf_module_versions *versions, const char *path,
                                      const struct stat *file)
{
    struct kf_module_version *version = unloaded(versions, path);
    if (version && file) {
        version->device = file->st_dev;
        version->inode = file->st_ino;
        version->size = file->st_size;
        version->changed = file->st_mtim;
    }
    return version;
}

struct kf_module_version *kf_module_versions_take(struct kf_module_versions *versions,
                                                  const char *path, bool *written_over)
{
    struct stat file;
    struct kf_module_version *found = NULL;
    bool there = stat(path, &file) == 0;
    *written_over = false;
    for (struct kf_module_version *v = versions->first; v && there; v = v->next) {
        if (v->users > 0 && is_same_inode(v, &file) && !is_same(v, &file))
            *written_over = true;
        if (!found && strcmp(v->path, path) == 0 && is_same(v, &file))
            found = v;
    }
    if (*written_over)
        return NULL;
    if (!found)
        found = make(versions, path, there ? &file : NULL);
    if (found)
        found->users++;
    return found;
}

void kf_module_version_release(struct kf_module_version *version)
{
    if (version)
        version->users--;
}
