/* SPDX-License-Identifier: MIT */
#include "base64.h"

#include <limits.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

char *kf_base64_encode(const void *data, size_t size)
{
    if (size > INT_MAX / 2)
        return NULL;
    char *text = malloc((size + 2) / 3 * 4 + 1);
    if (text)
        EVP_EncodeBlock((unsigned char *)text, data, (int)size);
    return text;
}

/* @return how many of the last four letters are padding; -1: they can not be */
static int padding(const char *text, size_t size)
{
    size_t letters = 0;
    while (letters < size && memchr(ALPHABET, text[letters], sizeof ALPHABET - 1))
        letters++;
    size_t rest = size - letters;
    if (rest > 2 || (rest > 0 && text[size - 1] != '=') || (rest > 1 && text[size - 2] != '='))
        return -1;
    return (int)rest;
}

/* OpenSSL's decoder takes white space, and counts padding as zeros. */
long kf_base64_decode(kaffe_bytes text, unsigned char *out, size_t out_size)
{
    if (text.size == 0)
        return 0;
    int padded = padding(text.data, text.size);
    if (padded < 0 || text.size % 4 != 0 || text.size > INT_MAX || text.size / 4 * 3 > out_size)
        return -1;
    int size = EVP_DecodeBlock(out, text.data, (int)text.size);
    return size < padded ? -1 : size - padded;
}
