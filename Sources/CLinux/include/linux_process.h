/* SPDX-License-Identifier: Apache-2.0
 * Processes of our own and what passes between them: calls Swift's Glibc module does not show. All
 * return -1 with errno set unless they say otherwise. */
#ifndef LINUX_PROCESS_H
#define LINUX_PROCESS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Starts `arguments[0]` with `socket` as descriptor 3, nothing to read, its output thrown away, our
 * standard error, and no other descriptor. Returns the process. */
pid_t linux_worker_start(const char *const *arguments, const char *const *environment, int socket);

/* A descriptor that becomes readable when the process, a child of ours, has ended. */
int linux_process_watch(pid_t process);

/* Ends a watched process for certain. */
int linux_process_kill(int watch);

/* Waits for a child that has ended. `status` is as waitpid has it, `peak_bytes` the most memory it
 * had resident. */
int linux_process_reap(pid_t process, int *status, uint64_t *peak_bytes);

/* Has the kernel kill this process when the thread that started it ends. */
int linux_process_die_with_parent(void);

/* A connected pair of sockets that keep messages whole; closed on exec. */
int linux_socket_pair(int sockets[2]);

/* Sends one message with descriptors, whole or not at all; never blocks, never raises SIGPIPE. */
ssize_t linux_socket_send(int socket, const void *bytes, size_t size, const int *descriptors,
                          size_t descriptor_count);

/* Takes one message, waiting for it when `wait` is not 0. Descriptors that came with it go to
 * `descriptors`, at most `*descriptor_count` of them, which is set to how many there are. Returns 0 at
 * the end of the connection; a message longer than `capacity` is an error, EMSGSIZE. */
ssize_t linux_socket_receive(int socket, void *bytes, size_t capacity, int *descriptors,
                             size_t *descriptor_count, int wait);

/* A counter that can be waited for; closed on exec, never blocks a write. */
int linux_event_create(void);

/* Adds one to it. */
void linux_event_signal(int event);

/* Takes what is in it without waiting. */
void linux_event_clear(int event);

/* Forbids every later change of a memory file's size, for good. */
int linux_memory_file_seal_size(int descriptor);

/* Tells the core that this thread is waiting for another one. */
static inline void linux_thread_relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

#endif
