/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "linux_calls.h"

#include <fcntl.h>
#include <fenv.h>
#include <sys/mman.h>
#include <sys/prctl.h>

int linux_memory_file_create(const char *name) {
  return memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

int linux_memory_file_seal(int descriptor) {
  return fcntl(descriptor, F_ADD_SEALS,
               F_SEAL_SEAL | F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW);
}

void linux_thread_set_name(const char *name) { prctl(PR_SET_NAME, name); }

unsigned linux_floating_point_mode(void) {
  return (unsigned)fegetround() << 16 | (unsigned)fegetexcept();
}

int linux_spawn_close_from(posix_spawn_file_actions_t *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}
