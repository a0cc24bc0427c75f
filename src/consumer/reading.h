/* SPDX-License-Identifier: MIT
 * A reader's partitions from start_at to stop_at: what both mean is asked, then it is read, and
 * when the last one has come to its stop, or max_count is reached, the reader stops. Steps of the
 * control thread; what they wait for arrives as news. */
#ifndef KF_READING_H
#define KF_READING_H

#include "kaffe.h"

#include <stdbool.h>

/** Partitions were added. @param newcomers  they are new: all that is in them came later */
void kf_reading_begin(kaffe_consumer *consumer, bool newcomers);

/** Moves every partition on that can be moved. */
void kf_reading_step(kaffe_consumer *consumer);

#endif
