/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "linux_calls.h"

#include <fcntl.h>
#include <fenv.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

int linux_memory_file_create(const char *name) {
  return memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

int linux_memory_file_seal(int descriptor) {
  return fcntl(descriptor, F_ADD_SEALS,
               F_SEAL_SEAL | F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW);
}

void linux_thread_set_name(const char *name) { prctl(PR_SET_NAME, name); }

/* The idle policy makes way at once where the highest niceness waits for the end of its time slice;
 * the niceness stays where a container forbids the policy. With 0 both mean the calling thread. */
void linux_thread_set_background(void) {
  const struct sched_param none = {0};
  setpriority(PRIO_PROCESS, 0, 19);
  sched_setscheduler(0, SCHED_IDLE, &none);
}

unsigned linux_floating_point_mode(void) {
  return (unsigned)fegetround() << 16 | (unsigned)fegetexcept();
}
