/* SPDX-License-Identifier: MIT */
/* Built for an ABI that is not this one. */
#include <kaffe.h>

KAFFE_API extern const int kaffe_module_abi;
const int kaffe_module_abi = 2;
