// SPDX-License-Identifier: Apache-2.0
// Counts heap allocations of the calling thread, for tests of code that must make none.
#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

#include <stdint.h>

// Calls of malloc, calloc, realloc, aligned_alloc and posix_memalign by this thread so far.
uint64_t allocation_count(void);

#endif
