/* SPDX-License-Identifier: MIT
 * A symbol is a void pointer, which C does not turn into a function: their bytes are copied, as
 * POSIX provides for. */
#include "module.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "module_name.h"

_Static_assert(sizeof(void *) == sizeof(kaffe_partition_fn), "a symbol can be a function");

static const char mark[] = "kaffe_module_abi";

static kaffe_status refuse(const struct kf_value *value, kaffe_error *err, const char *why)
{
    return kf_error_set(err, KAFFE_INVALID, "%s = \"%s\": %s", value->origin, value->text, why);
}

/* --- files -------------------------------------------------------------------------------- */

/* @return to be freed; NULL: out of memory */
static char *path_of(const kaffe_config *config, const char *name)
{
    const char *symbol = kf_module_symbol(name);
    int size = (int)(symbol ? (size_t)(symbol - name) - 1 : strlen(name));
    const char *before = *name == '/' ? "" : config->folder;
    /* Without a slash, dlopen would search the system's libraries. */
    if (!*before && !memchr(name, '/', (size_t)size))
        before = ".";
    char *path = NULL;
    return asprintf(&path, "%s%s%.*s", before, *before ? "/" : "", size, name) < 0 ? NULL : path;
}

static kaffe_status check_mark(void *handle, const struct kf_value *value, kaffe_error *err)
{
    char why[120];
    const int *abi = dlsym(handle, mark);
    if (abi && *abi == KAFFE_MODULE_ABI)
        return KAFFE_OK;
    if (!abi)
        return refuse(value, err,
                      "is no Kaffe module: write KAFFE_MODULE; (kaffe_service.h) at file scope");
    snprintf(why, sizeof why,
             "was built for module ABI %d, this is %d: build it with this kaffe_service.h", *abi,
             KAFFE_MODULE_ABI);
    return refuse(value, err, why);
}

/* @return NULL with err */
static struct kf_module_version *version_of(kaffe_config *config, const struct kf_value *value,
                                            kaffe_error *err)
{
    bool written_over = false;
    char *path = path_of(config, value->text);
    struct kf_module_version *version =
        path ? kf_module_versions_take(config->versions, path, &written_over) : NULL;
    free(path);
    if (written_over)
        refuse(value, err,
               "was written over while it is in use: put a new file in its place (mv, install)");
    else if (!version)
        kf_error_no_memory(err);
    return version;
}

/* @return the loaded object; NULL with err */
static void *load(kaffe_config *config, const struct kf_value *value, kaffe_error *err)
{
    struct kf_module *module = calloc(1, sizeof *module);
    struct kf_module_version *version = module ? version_of(config, value, err) : NULL;
    if (!module)
        kf_error_no_memory(err);
    if (version) {
        module->handle = dlopen(version->opened, RTLD_NOW | RTLD_LOCAL);
        if (!module->handle)
            refuse(value, err, dlerror());
    }
    if (!version || !module->handle) {
        kf_module_version_release(version);
        free(module);
        return NULL;
    }
    version->loaded = true;
    module->version = version;
    module->next = config->modules;
    config->modules = module;
    return check_mark(module->handle, value, err) == KAFFE_OK ? module->handle : NULL;
}

void kf_modules_unload(kaffe_config *config, const struct kf_module *until)
{
    while (config->modules && config->modules != until) {
        struct kf_module *module = config->modules;
        config->modules = module->next;
        dlclose(module->handle);
        kf_module_version_release(module->version);
        free(module);
    }
}

bool kf_module_is_current(const kaffe_config *config, const char *name)
{
    bool current = true;
    char *path = path_of(config, name);
    for (const struct kf_module *module = config->modules; path && module; module = module->next)
        if (strcmp(module->version->path, path) == 0)
            current = current && kf_module_version_is_current(module->version);
    free(path);
    return path && current;
}

/* --- functions ---------------------------------------------------------------------------- */

static bool find(void *handle, const char *prefix, const char *name, void *function)
{
    char symbol[256];
    snprintf(symbol, sizeof symbol, "%s%s", prefix, name);
    void *found = dlsym(handle, symbol);
    memcpy(function, &found, sizeof found);
    return found != NULL;
}

/* "late_handle_message" is "late_": what stands before the names of all its functions. */
static void prefix_of(const char *symbol, char *out, size_t out_size)
{
    size_t size = 0;
    if (symbol)
        (void)kf_module_is_handler(symbol, &size);
    snprintf(out, out_size, "%.*s", (int)size, symbol ? symbol : "");
}

static kaffe_status choose_handler(void *handle, const char *prefix, const struct kf_value *value,
                                   kaffe_consumer_options *options, kaffe_error *err)
{
    const char *symbol = kf_module_symbol(value->text);
    bool wants_single = !symbol || strcmp(symbol + strlen(prefix), "handle_message") == 0;
    bool wants_batch = !symbol || !wants_single;
    bool single = wants_single && find(handle, prefix, "handle_message", &options->handle_message);
    bool batch = wants_batch && find(handle, prefix, "handle_messages", &options->handle_messages);
    if (single && batch)
        return refuse(value, err,
                      "has handle_message and handle_messages: name one, as ./module.so:symbol");
    if (!single && !batch)
        return refuse(value, err,
                      symbol ? "has no such symbol: is the function static, or of another name?"
                             : "has neither handle_message nor handle_messages: are they static, "
                               "or C++ without extern \"C\"?");
    return KAFFE_OK;
}

kaffe_status kf_module_handlers(kaffe_config *config, const struct kf_value *value,
                                kaffe_consumer_options *options, kaffe_error *err)
{
    char prefix[200];
    kaffe_consumer_options found = { 0 };
    void *handle = load(config, value, err);
    if (!handle)
        return err ? err->status : KAFFE_INVALID;
    prefix_of(kf_module_symbol(value->text), prefix, sizeof prefix);
    kaffe_status status = choose_handler(handle, prefix, value, &found, err);
    if (status != KAFFE_OK)
        return status;
    find(handle, prefix, "worker_open", &found.worker_open);
    find(handle, prefix, "worker_close", &found.worker_close);
    if (found.worker_close && !found.worker_open)
        return refuse(value, err, "has worker_close without worker_open");
    options->handle_message = found.handle_message;
    options->handle_messages = found.handle_messages;
    options->worker_open = found.worker_open;
    options->worker_close = found.worker_close;
    return kf_error_ok(err);
}

kaffe_status kf_module_strategy(kaffe_config *config, const struct kf_value *value,
                                kaffe_partition_fn *strategy, kaffe_error *err)
{
    const char *symbol = kf_module_symbol(value->text);
    if (!symbol)
        return refuse(value, err, "is no built-in strategy, and no ./module.so:symbol");
    void *handle = load(config, value, err);
    if (!handle)
        return err ? err->status : KAFFE_INVALID;
    if (!find(handle, "", symbol, strategy))
        return refuse(value, err,
                      "has no such symbol: is the function static, or of another name?");
    return kf_error_ok(err);
}
