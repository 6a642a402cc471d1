/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "linux_sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int linux_sandbox_keep_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

int linux_sandbox_drop_capabilities(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct none[2] = {{0}};
  return (int)syscall(SYS_capset, &header, none);
}

static int limit(__rlimit_resource_t resource, uint64_t value) {
  struct rlimit bounds;
  if (getrlimit(resource, &bounds) != 0) return -1;
  /* A tighter limit of the service manager's stays. */
  if (bounds.rlim_max < value) value = bounds.rlim_max;
  bounds.rlim_cur = bounds.rlim_max = value;
  return setrlimit(resource, &bounds);
}

#if !defined(__has_feature)
#define __has_feature(feature) 0
#endif

int linux_sandbox_limit(uint64_t memory_bytes, uint64_t files) {
  int failed = limit(RLIMIT_CORE, 0) | limit(RLIMIT_NOFILE, files);
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  /* A sanitizer's shadow counts as data of the process: terabytes that are never touched. */
  (void)memory_bytes;
  return failed;
#else
  return failed | limit(RLIMIT_DATA, memory_bytes);
#endif
}

/* ── Landlock ─────────────────────────────────────────────────────────────────────────────────*/

/* Bits of versions this header may be older than. */
#define ACCESS_TRUNCATE (UINT64_C(1) << 14)
#define ACCESS_IOCTL (UINT64_C(1) << 15)

struct ruleset {
  uint64_t file_access;
  uint64_t network_access;
  uint64_t scopes;
};

int linux_landlock_version(void) {
  long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return version < 0 ? 0 : (int)version;
}

/* Everything the kernel can forbid, and the size of the structure it knows. */
static size_t describe(struct ruleset *rules, int version) {
  rules->file_access = (UINT64_C(1) << 13) - 1;
  if (version >= 2) rules->file_access |= LANDLOCK_ACCESS_FS_REFER;
  if (version >= 3) rules->file_access |= ACCESS_TRUNCATE;
  if (version >= 5) rules->file_access |= ACCESS_IOCTL;
  rules->network_access = version >= 4 ? 3 : 0; /* bind, connect */
  rules->scopes = version >= 6 ? 3 : 0;         /* abstract sockets, signals */
  return version >= 6 ? sizeof *rules : version >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
}

static int allow_reading(int ruleset, const char *path) {
  int descriptor = open(path, O_PATH | O_CLOEXEC);
  if (descriptor < 0) return errno == ENOENT ? 0 : -1;
  struct stat status;
  struct landlock_path_beneath_attr rule = {
    .allowed_access = LANDLOCK_ACCESS_FS_READ_FILE, .parent_fd = descriptor};
  if (fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode))
    rule.allowed_access |= LANDLOCK_ACCESS_FS_READ_DIR;
  long added = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
  close(descriptor);
  return (int)added;
}

int linux_landlock_restrict(const char *const *paths, size_t path_count) {
  struct ruleset rules = {0};
  size_t size = describe(&rules, linux_landlock_version());
  int ruleset = (int)syscall(SYS_landlock_create_ruleset, &rules, size, 0);
  if (ruleset < 0) return -1;
  int failed = 0;
  for (size_t i = 0; i < path_count && !failed; i++) failed = allow_reading(ruleset, paths[i]);
  if (!failed) failed = (int)syscall(SYS_landlock_restrict_self, ruleset, 0);
  close(ruleset);
  return failed;
}

/* ── Seccomp ──────────────────────────────────────────────────────────────────────────────────
 * A list of what is allowed: what the C library, the Swift runtime and LMDB need to compute, to wait
 * and to read files. */

#if defined(__x86_64__)
#define NATIVE_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "the sandbox knows x86-64 and aarch64"
#endif

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ANSWER(action) BPF_STMT(BPF_RET | BPF_K, action)
#define DENY ANSWER(SECCOMP_RET_ERRNO | EPERM)
#define ALLOW(name)                                  \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1), \
    ANSWER(SECCOMP_RET_ALLOW)
/* Allowed when none of the bits of an argument's lower half is set. */
#define ALLOW_WITHOUT(name, argument, bits)                                                     \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 4), LOAD(args[argument]),                  \
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1), DENY, ANSWER(SECCOMP_RET_ALLOW)
/* Allowed when a bit of an argument's lower half is set. */
#define ALLOW_WITH(name, argument, bit)                                                         \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 4), LOAD(args[argument]),                  \
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bit, 1, 0), DENY, ANSWER(SECCOMP_RET_ALLOW)
/* Allowed when an argument's lower half is a value. */
#define ALLOW_EQUAL(name, argument, value)                                                      \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 4), LOAD(args[argument]),                  \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0), DENY, ANSWER(SECCOMP_RET_ALLOW)

#define WRITING (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND)

int linux_seccomp_restrict(void) {
  struct sock_filter filter[] = {
    LOAD(arch),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCHITECTURE, 1, 0),
    ANSWER(SECCOMP_RET_KILL_PROCESS),
    LOAD(nr),
    /* Most frequent first. */
    ALLOW(futex), ALLOW(read), ALLOW(write), ALLOW(ppoll),
    ALLOW(clock_gettime), ALLOW(clock_nanosleep), ALLOW(nanosleep), ALLOW(sched_yield),
    /* Memory. */
    ALLOW(brk), ALLOW(mmap), ALLOW(munmap), ALLOW(mremap), ALLOW(mprotect), ALLOW(madvise),
    ALLOW(mincore),
    /* Files that are open, and opening them for reading. */
    ALLOW_WITHOUT(openat, 2, WRITING), ALLOW(close), ALLOW(lseek), ALLOW(pread64), ALLOW(readv),
    ALLOW(writev), ALLOW(fstat), ALLOW(newfstatat), ALLOW(statx), ALLOW(fstatfs), ALLOW(statfs),
    ALLOW(getdents64), ALLOW(readlinkat), ALLOW(faccessat), ALLOW(fadvise64), ALLOW(dup),
    ALLOW_EQUAL(fcntl, 1, F_GETFD), ALLOW(getcwd),
    /* What the dispatch library waits with. */
    ALLOW(epoll_create1), ALLOW(epoll_ctl), ALLOW(epoll_pwait), ALLOW(eventfd2),
    ALLOW(timerfd_create), ALLOW(timerfd_settime), ALLOW(timerfd_gettime),
    /* The control connection. */
    ALLOW(sendmsg), ALLOW(recvmsg),
    /* Threads of this process; clone3 hides its flags in memory, so the library must use clone. */
    ALLOW_WITH(clone, 0, CLONE_THREAD),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1), ANSWER(SECCOMP_RET_ERRNO | ENOSYS),
    ALLOW(set_robust_list), ALLOW(rseq), ALLOW(gettid), ALLOW(getpid), ALLOW(exit),
    ALLOW(exit_group), ALLOW(sched_getaffinity), ALLOW(membarrier),
    ALLOW_EQUAL(prctl, 0, PR_SET_NAME),
    /* Signals to itself: abort. */
    ALLOW(rt_sigaction), ALLOW(rt_sigprocmask), ALLOW(rt_sigreturn), ALLOW(sigaltstack),
    ALLOW_EQUAL(tgkill, 0, (uint32_t)getpid()), ALLOW(restart_syscall),
    /* Facts. */
    ALLOW(getrandom), ALLOW(clock_getres), ALLOW(gettimeofday), ALLOW(sysinfo), ALLOW(uname),
    ALLOW_EQUAL(prlimit64, 0, 0), ALLOW(getuid), ALLOW(geteuid), ALLOW(getgid), ALLOW(getegid), ALLOW(getrusage),
#if defined(__x86_64__)
    ALLOW(poll), ALLOW(epoll_wait), ALLOW_WITHOUT(open, 1, WRITING), ALLOW(stat), ALLOW(lstat), ALLOW(access),
    ALLOW(readlink), ALLOW(time), ALLOW(arch_prctl),
#endif
    DENY,
  };
  struct sock_fprog program = {.len = sizeof filter / sizeof filter[0], .filter = filter};
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);
}
