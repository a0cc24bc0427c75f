/* SPDX-License-Identifier: MIT
 * Which file a module was loaded from, so that another file in its place is seen, and loaded beside
 * the old one while that is still in use. The dynamic linker itself knows an object by the path it
 * was opened with and would hand out the old one: each version is opened by a path of its own,
 * "./orders.so", "./././orders.so", all of which name the same file and folder. */
#ifndef KF_MODULE_VERSIONS_H
#define KF_MODULE_VERSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

struct kf_module_version {
    struct kf_module_version *next;
    char *path; /* as it is named */
    char *opened; /* as it was opened: the same file by another path */
    size_t users;
    bool loaded; /* once: the linker may know its path for ever */
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec changed;
};

/* Kept while anything may be loaded through it: what the linker does not unload keeps its path. */
struct kf_module_versions {
    struct kf_module_version *first; /* the newest */
};

void kf_module_versions_fini(struct kf_module_versions *versions);

/**
 * The version that is the file of that path now; a new one if it is not known.
 * @param written_over  set: no other file has taken the place of one that is in use, its bytes have
 *                      changed; the linker can not tell the two apart
 * @return with one user more; NULL: written_over, or out of memory
 */
struct kf_module_version *kf_module_versions_take(struct kf_module_versions *versions,
                                                  const char *path, bool *written_over);
void kf_module_version_release(struct kf_module_version *version);

/** Is what was loaded from that path still the file that is there? */
bool kf_module_version_is_current(const struct kf_module_version *version);

#endif
