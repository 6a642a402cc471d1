/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "linux_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { worker_socket = 3, descriptors_max = 8 };

static int prepare(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes, int socket) {
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  int error = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                     POSIX_SPAWN_SETPGROUP);
  if (!error) error = posix_spawnattr_setsigmask(attributes, &none);
  if (!error) error = posix_spawnattr_setsigdefault(attributes, &all);
  if (!error) error = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
  if (!error) error = posix_spawn_file_actions_addopen(actions, 1, "/dev/null", O_WRONLY, 0);
  if (!error) error = posix_spawn_file_actions_adddup2(actions, socket, worker_socket);
  if (!error) error = posix_spawn_file_actions_addclosefrom_np(actions, worker_socket + 1);
  return error;
}

pid_t linux_worker_start(const char *const *arguments, const char *const *environment, int socket) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  pid_t process = -1;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  int error = prepare(&actions, &attributes, socket);
  if (!error)
    error = posix_spawn(&process, arguments[0], &actions, &attributes, (char *const *)arguments,
                        (char *const *)environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  errno = error;
  return error ? -1 : process;
}

int linux_process_watch(pid_t process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int linux_process_kill(int watch) {
  return (int)syscall(SYS_pidfd_send_signal, watch, SIGKILL, NULL, 0);
}

int linux_process_reap(pid_t process, int *status, uint64_t *peak_bytes) {
  struct rusage usage;
  pid_t ended;
  do ended = wait4(process, status, 0, &usage);
  while (ended < 0 && errno == EINTR);
  if (ended < 0) return -1;
  *peak_bytes = (uint64_t)usage.ru_maxrss * 1024;
  return 0;
}

int linux_process_die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL); }

int linux_socket_pair(int sockets[2]) {
  return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets);
}

ssize_t linux_socket_send(int socket, const void *bytes, size_t size, const int *descriptors,
                          size_t descriptor_count) {
  union {
    char bytes[CMSG_SPACE(descriptors_max * sizeof(int))];
    struct cmsghdr aligned;
  } control = {0};
  struct iovec part = {.iov_base = (void *)bytes, .iov_len = size};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (descriptor_count > descriptors_max) {
    errno = EINVAL;
    return -1;
  }
  if (descriptor_count > 0) {
    message.msg_control = control.bytes;
    message.msg_controllen = CMSG_SPACE(descriptor_count * sizeof(int));
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(descriptor_count * sizeof(int));
    memcpy(CMSG_DATA(head), descriptors, descriptor_count * sizeof(int));
  }
  ssize_t sent;
  do sent = sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (sent < 0 && errno == EINTR);
  return sent;
}

/* Keeps as many descriptors as were asked for and closes the others. */
static size_t take(const struct msghdr *message, int *descriptors, size_t wanted) {
  size_t taken = 0;
  for (struct cmsghdr *head = CMSG_FIRSTHDR(message); head;
       head = CMSG_NXTHDR((struct msghdr *)message, head)) {
    if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS) continue;
    size_t count = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; i++) {
      int descriptor;
      memcpy(&descriptor, CMSG_DATA(head) + i * sizeof(int), sizeof descriptor);
      if (taken < wanted)
        descriptors[taken++] = descriptor;
      else
        close(descriptor);
    }
  }
  return taken;
}

ssize_t linux_socket_receive(int socket, void *bytes, size_t capacity, int *descriptors,
                             size_t *descriptor_count, int wait) {
  union {
    char bytes[CMSG_SPACE(descriptors_max * sizeof(int))];
    struct cmsghdr aligned;
  } control;
  struct iovec part = {.iov_base = bytes, .iov_len = capacity};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes,
                           .msg_controllen = sizeof control.bytes};
  ssize_t received;
  do received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT));
  while (received < 0 && errno == EINTR);
  size_t wanted = *descriptor_count;
  *descriptor_count = 0;
  if (received < 0) return -1;
  *descriptor_count = take(&message, descriptors, wanted);
  if (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
    for (size_t i = 0; i < *descriptor_count; i++) close(descriptors[i]);
    *descriptor_count = 0;
    errno = EMSGSIZE;
    return -1;
  }
  return received;
}

int linux_event_create(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void linux_event_signal(int event) {
  uint64_t one = 1;
  ssize_t written;
  do written = write(event, &one, sizeof one);
  while (written < 0 && errno == EINTR);
}

void linux_event_clear(int event) {
  uint64_t count;
  ssize_t taken;
  do taken = read(event, &count, sizeof count);
  while (taken < 0 && errno == EINTR);
}

int linux_memory_file_seal_size(int descriptor) {
  return fcntl(descriptor, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW);
}
