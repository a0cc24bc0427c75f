/* SPDX-License-Identifier: MIT
 * The built-in partition strategies. Each must choose exactly what the client that it comes from
 * chooses, for ever: keys that move to another partition lose their order. */
/* MD5() and not the EVP calls: it can not be refused (a FIPS provider does refuse MD5, and a
 * partitioner has no way to fail) and takes a third of the time. It protects nothing here. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "kaffe.h"

#include <isa-l/crc.h>
#include <openssl/md5.h>
#include <string.h>

#include "random.h"

static int32_t any_partition(int32_t partition_count)
{
    return partition_count > 0 ? (int32_t)kf_random_below((uint32_t)partition_count) : -1;
}

int32_t kaffe_partition_random(const char *topic, int32_t current_partition,
                               int32_t partition_count, kaffe_bytes key, kaffe_bytes value,
                               void *ctx)
{
    (void)topic, (void)current_partition, (void)key, (void)value, (void)ctx;
    return any_partition(partition_count);
}

int32_t kaffe_partition_round_robin(const char *topic, int32_t current_partition,
                                    int32_t partition_count, kaffe_bytes key, kaffe_bytes value,
                                    void *ctx)
{
    (void)topic, (void)key, (void)value, (void)ctx;
    if (partition_count <= 0)
        return -1;
    return current_partition < partition_count - 1 ? current_partition + 1 : 0;
}

int32_t kaffe_partition_md5(const char *topic, int32_t current_partition, int32_t partition_count,
                            kaffe_bytes key, kaffe_bytes value, void *ctx)
{
    (void)topic, (void)current_partition, (void)value, (void)ctx;
    if (partition_count <= 0 || !key.data)
        return any_partition(partition_count);
    unsigned char digest[16];
    int32_t sum = 0;
    MD5(key.data, key.size, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        sum += digest[i];
    return sum % partition_count;
}

/* Java's variant: its seed, and the size taken as 32 bits. */
static uint32_t murmur2(const unsigned char *bytes, size_t size)
{
    const uint32_t factor = 0x5bd1e995;
    uint32_t hash = 0x9747b28c ^ (uint32_t)size;
    for (; size >= 4; size -= 4, bytes += 4) {
        uint32_t word = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
                        (uint32_t)bytes[3] << 24;
        word *= factor;
        word ^= word >> 24;
        hash = (hash * factor) ^ (word * factor);
    }
    if (size > 0) {
        for (size_t i = 0; i < size; i++)
            hash ^= (uint32_t)bytes[i] << (8 * i);
        hash *= factor;
    }
    hash ^= hash >> 13;
    hash *= factor;
    return hash ^ hash >> 15;
}

int32_t kaffe_partition_murmur2(const char *topic, int32_t current_partition,
                                int32_t partition_count, kaffe_bytes key, kaffe_bytes value,
                                void *ctx)
{
    (void)topic, (void)current_partition, (void)value, (void)ctx;
    if (partition_count <= 0 || !key.data)
        return any_partition(partition_count);
    return (int32_t)(murmur2(key.data, key.size) & INT32_MAX) % partition_count;
}

static uint32_t fnv1a(const unsigned char *bytes, size_t size)
{
    uint32_t hash = 0x811c9dc5;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ bytes[i]) * 0x01000193;
    return hash;
}

int32_t kaffe_partition_fnv1a(const char *topic, int32_t current_partition, int32_t partition_count,
                              kaffe_bytes key, kaffe_bytes value, void *ctx)
{
    (void)topic, (void)current_partition, (void)value, (void)ctx;
    if (partition_count <= 0 || !key.data)
        return any_partition(partition_count);
    /* The remainder first, then its absolute value: that of INT32_MIN does not exist. */
    int32_t remainder = (int32_t)fnv1a(key.data, key.size) % partition_count;
    return remainder < 0 ? -remainder : remainder;
}

int32_t kaffe_partition_crc32(const char *topic, int32_t current_partition, int32_t partition_count,
                              kaffe_bytes key, kaffe_bytes value, void *ctx)
{
    (void)topic, (void)current_partition, (void)value, (void)ctx;
    if (partition_count <= 0 || !key.data)
        return any_partition(partition_count);
    return (int32_t)(crc32_gzip_refl(0, key.data, key.size) % (uint32_t)partition_count);
}

kaffe_partition_fn kaffe_partition_strategy(const char *name)
{
    static const struct {
        const char *name;
        kaffe_partition_fn choose;
    } strategies[] = {
        { "md5", kaffe_partition_md5 },       { "round_robin", kaffe_partition_round_robin },
        { "random", kaffe_partition_random }, { "murmur2", kaffe_partition_murmur2 },
        { "fnv1a", kaffe_partition_fnv1a },   { "crc32", kaffe_partition_crc32 },
    };
    for (size_t i = 0; name && i < sizeof strategies / sizeof *strategies; i++)
        if (strcmp(strategies[i].name, name) == 0)
            return strategies[i].choose;
    return NULL;
}
