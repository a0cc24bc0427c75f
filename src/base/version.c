/* SPDX-License-Identifier: MIT */
#include "kaffe.h"

const char *kaffe_version(void)
{
    return KAFFE_BUILD_VERSION;
}
