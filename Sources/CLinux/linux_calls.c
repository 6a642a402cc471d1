/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "linux_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <fenv.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* linux/ioprio.h is not on every machine; see ioprio_set(2). */
enum { ioprio_who_process = 1, ioprio_class_idle = 3, ioprio_class_shift = 13 };

int linux_memory_file_create(const char *name) {
  return memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

int linux_memory_file_seal(int descriptor) {
  return fcntl(descriptor, F_ADD_SEALS,
               F_SEAL_SEAL | F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW);
}

void linux_thread_set_name(const char *name) { prctl(PR_SET_NAME, name); }

unsigned linux_thread_processor(void) { return (unsigned)sched_getcpu(); }

int linux_thread_set_background(void) {
  /* Linux applies both to the thread whose id is given, not to the process; 0 is the caller. */
  int niced = setpriority(PRIO_PROCESS, 0, 19);
  long idle = syscall(SYS_ioprio_set, ioprio_who_process, 0,
                      ioprio_class_idle << ioprio_class_shift);
  return niced == 0 && idle == 0 ? 0 : -1;
}

void linux_thread_set_idle(void) {
  /* Makes way at once where the highest niceness waits for the end of its time slice; the niceness
   * stays where a container forbids the policy. */
  const struct sched_param none = {0};
  linux_thread_set_background();
  sched_setscheduler(0, SCHED_IDLE, &none);
}

int linux_semaphore_wait_until(sem_t *semaphore, unsigned long long deadline_nanoseconds) {
  struct timespec deadline = {
      .tv_sec = (time_t)(deadline_nanoseconds / 1000000000),
      .tv_nsec = (long)(deadline_nanoseconds % 1000000000),
  };
  int status;
  do status = sem_clockwait(semaphore, CLOCK_MONOTONIC, &deadline);
  while (status != 0 && errno == EINTR);
  return status;
}

unsigned linux_floating_point_mode(void) {
  return (unsigned)fegetround() << 16 | (unsigned)fegetexcept();
}

int linux_spawn_close_from(posix_spawn_file_actions_t *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}
