/* SPDX-License-Identifier: Apache-2.0
 * Linux calls that Swift's Glibc module does not show. */
#ifndef LINUX_CALLS_H
#define LINUX_CALLS_H

#include <spawn.h>

/* A new empty file that lives in memory and is closed on exec; -1 with errno set. */
int linux_memory_file_create(const char *name);

/* Forbids every later change of the file's bytes and size, for good; -1 with errno set. */
int linux_memory_file_seal(int descriptor);

/* Names the calling thread in the system's thread list; the kernel keeps 15 bytes. */
void linux_thread_set_name(const char *name);

/* The rounding mode and the enabled floating-point traps of the calling thread. */
unsigned linux_floating_point_mode(void);

/* A started program inherits no descriptor from `first` on; an error number, or 0. */
int linux_spawn_close_from(posix_spawn_file_actions_t *actions, int first);

#endif
