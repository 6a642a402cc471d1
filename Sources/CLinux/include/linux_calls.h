/* SPDX-License-Identifier: Apache-2.0
 * Linux calls that Swift's Glibc module does not show. */
#ifndef LINUX_CALLS_H
#define LINUX_CALLS_H

#include <semaphore.h>
#include <spawn.h>

/* A new empty file that lives in memory and is closed on exec; -1 with errno set. */
int linux_memory_file_create(const char *name);

/* Forbids every later change of the file's bytes and size, for good; -1 with errno set. */
int linux_memory_file_seal(int descriptor);

/* Names the calling thread in the system's thread list; the kernel keeps 15 bytes. */
void linux_thread_set_name(const char *name);

/* Gives the calling thread the lowest priority for processors (nice 19) and for disks (idle class);
 * threads and processes it starts inherit both. 0, or -1 with errno set when either was refused. */
int linux_thread_set_background(void);

/* Lets every other thread of the system go before the calling one. */
void linux_thread_set_idle(void);

/* The processor the calling thread runs on at this moment, without a system call where the C library
 * has restartable sequences. */
unsigned linux_thread_processor(void);

/* Waits for a semaphore until a time of CLOCK_MONOTONIC, past signals; 0, or -1 when it has passed. */
int linux_semaphore_wait_until(sem_t *semaphore, unsigned long long deadline_nanoseconds);

/* The rounding mode and the enabled floating-point traps of the calling thread. */
unsigned linux_floating_point_mode(void);

/* A started program inherits no descriptor from `first` on; an error number, or 0. */
int linux_spawn_close_from(posix_spawn_file_actions_t *actions, int first);

#endif
