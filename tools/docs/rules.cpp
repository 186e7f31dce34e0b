// SPDX-License-Identifier: GPL-2.0-only
#include "docs/rules.hpp"

#include <map>

namespace dolmen::docs {

std::string_view words_of_rule(std::string_view rule) {
    static const std::map<std::string_view, std::string_view> kWords = {
        {"go_home", "always goes home"},
        {"fcntl",
         "numbers and flags of descriptors here, flags of a remote file by its owner; "
         "locks, leases, signals and the size of a remote pipe go home"},
        {"splice", "goes home if a side is a remote file"},
        {"tee", "goes home if a side is a remote file"},
        {"open", "appending goes home, else here (path)"},
        {"openat", "appending goes home, else here (path)"},
        {"openat2", "appending goes home, else here (path)"},
        {"mmap",
         "private memory here (path); shared anonymous memory, huge pages and a shared "
         "mapping of a file that is open for writing go home"},
        {"membarrier", "registrations go home"},
        {"prlimit", "its own limits here, those of others go home"},
        {"prctl", "only what is named"},
        {"setid", "here if every id is the one it has, else it goes home"},
        {"personality", "reading here, a change goes home"},
        {"getpriority", "its own here, that of others goes home"},
        {"own_pid", "of itself here, of others goes home"},
        {"setitimer", "the real timer here, CPU-time timers go home"},
        {"sigaction", "here; home is told of SIGCHLD, SIGTSTP, SIGTTIN and SIGTTOU"},
        {"sigprocmask", "here; home is told of SIGCHLD, SIGTSTP, SIGTTIN and SIGTTOU"},
        {"sigtimedwait", "here; signals of home end it as they do at home"},
        {"times", "here; the ticks it returns are the head's"},
        {"signalfd", "here; one for SIGTSTP, SIGTTIN or SIGTTOU goes home"},
        {"kill", "to itself here, unless it kills or is about stopping; else home sends it"},
        {"tgkill", "to itself here, unless it kills or is about stopping; else home sends it"},
        {"fork", "home forks the shadow, the node the body"},
        {"vfork", "home forks the shadow, the node the body"},
        {"clone", "processes as fork; threads, namespaces, shared descriptors go home"},
        {"clone3", "processes as fork; threads, namespaces, shared descriptors go home"},
        {"execve", "home executes it, then the program stays, moves or goes home"},
        {"wait4", "home waits"},
        {"waitid", "home waits; for a pidfd it goes home"},
    };
    const auto found = kWords.find(rule);
    return found == kWords.end() ? std::string_view() : found->second;
}

const std::vector<AbsentGroup>& absent_groups() {
    static const std::vector<AbsentGroup> kGroups = {
        {"sockets (an inherited one can be read, written and polled)",
         {"socket", "socketpair", "bind", "listen", "accept", "accept4", "connect", "sendto",
          "recvfrom", "sendmsg", "recvmsg", "shutdown", "getsockopt", "setsockopt", "getsockname",
          "getpeername"}},
        {"event descriptors",
         {"eventfd2", "timerfd_create", "inotify_init1", "fanotify_init", "pidfd_open",
          "memfd_create", "userfaultfd"}},
        {"asynchronous input and output", {"io_uring_setup", "io_setup", "io_submit"}},
        {"shared memory, semaphores, queues",
         {"shmget", "shmat", "semget", "semop", "msgget", "mq_open"}},
        {"timers and clocks that are set",
         {"timer_create", "timer_settime", "clock_settime", "settimeofday", "adjtimex"}},
        {"identity",
         {"setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setgroups",
          "setfsuid", "setfsgid", "capset"}},
        {"priorities and CPUs",
         {"setpriority", "sched_setaffinity", "sched_setscheduler", "sched_setparam",
          "sched_setattr", "ioprio_set"}},
        {"memory of certain kinds",
         {"mlock2", "mlockall", "munlockall", "pkey_alloc", "pkey_mprotect", "mbind",
          "set_mempolicy", "remap_file_pages", "mseal"}},
        {"other processes",
         {"ptrace", "process_vm_readv", "process_vm_writev", "pidfd_send_signal", "kcmp"}},
        {"namespaces, roots, security",
         {"unshare", "setns", "chroot", "pivot_root", "mount", "umount2", "seccomp",
          "landlock_restrict_self", "keyctl", "bpf", "perf_event_open"}},
        {"variants", {"execveat", "vmsplice", "rt_sigqueueinfo", "open_by_handle_at", "mknod"}},
    };
    return kGroups;
}

}  // namespace dolmen::docs
