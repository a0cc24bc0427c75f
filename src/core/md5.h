/* SPDX-License-Identifier: MIT
 * MD5, for partitions only: it protects nothing. Our own because a partition must come out the same
 * everywhere and without a way to fail: OpenSSL refuses MD5 where only FIPS algorithms are allowed,
 * and needs twice the time (345 ns, not 165, for a short key), most of it to find the algorithm. */
#ifndef KF_MD5_H
#define KF_MD5_H

#include <stddef.h>

void kf_md5(const void *data, size_t size, unsigned char digest[16]);

#endif
