/* SPDX-License-Identifier: Apache-2.0
 * What a process gives up for good before it runs code nobody vouches for. All return -1 with errno
 * set; each is independent of the others. */
#ifndef LINUX_SANDBOX_H
#define LINUX_SANDBOX_H

#include <stddef.h>
#include <stdint.h>

/* No later exec gains anything; the other steps need it. */
int linux_sandbox_keep_privileges(void);

/* Gives up every capability, which matters when the gateway runs as root. */
int linux_sandbox_drop_capabilities(void);

/* Bounds private memory to `memory_bytes` and open files to `files`, and forbids core dumps. */
int linux_sandbox_limit(uint64_t memory_bytes, uint64_t files);

/* The kernel's version of Landlock; 0 when it has none. */
int linux_landlock_version(void);

/* From now on files can be read, never written, and only beneath the given folders and files; sockets
 * cannot be connected or bound, nor signals sent out, where the kernel's version knows how. A path
 * that does not exist is left out. Covers this thread and the threads it starts. */
int linux_landlock_restrict(const char *const *paths, size_t path_count);

/* From now on, on every thread, a system call that is not on a short list fails with EPERM: nothing
 * opens a socket, starts a process, opens a file for writing, or looks into another process. */
int linux_seccomp_restrict(void);

#endif
