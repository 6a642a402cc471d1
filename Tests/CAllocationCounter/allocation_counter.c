/* SPDX-License-Identifier: Apache-2.0
 * An executable's own malloc is preferred to libc's by every shared library of the process. The
 * count is a thread's own, so tests that run beside each other do not disturb it. */
#include "allocation_counter.h"

#include <errno.h>
#include <stddef.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *pointer, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static __thread uint64_t count_of_thread;

uint64_t allocation_count(void) { return count_of_thread; }

void *malloc(size_t size) {
  count_of_thread++;
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  count_of_thread++;
  return __libc_calloc(count, size);
}

void *realloc(void *pointer, size_t size) {
  count_of_thread++;
  return __libc_realloc(pointer, size);
}

void *memalign(size_t alignment, size_t size) {
  count_of_thread++;
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **pointer, size_t alignment, size_t size) {
  *pointer = memalign(alignment, size);
  return *pointer == NULL ? ENOMEM : 0;
}
