/* SPDX-License-Identifier: Apache-2.0
 * Counts the heap allocations of the calling thread, for tests that prove there are none. */
#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

#include <stdint.h>

/* Allocations the calling thread has made so far. */
uint64_t allocation_count(void);

#endif
