/* SPDX-License-Identifier: MIT
 * Steady load, with a ledger of every record. */
#ifndef SCALING_LOAD_H
#define SCALING_LOAD_H

#include "scaling_record.h"

struct scaling_load;

/** A thread that writes a few records to every partition, over and over; their ids ascend. */
struct scaling_load *scaling_load_start(const char *endpoints, const char *topic,
                                        int32_t partition_count);
/** Ends it. @return what was written; the caller's */
struct scaling_ledger scaling_load_stop(struct scaling_load *load);

#endif
