// SPDX-License-Identifier: GPL-2.0-only
#include "lib/kvm.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <base/file.hpp>
#include <base/process.hpp>
#include <csignal>

namespace dolmen::qa {
namespace {

// A kernel under KVM comes to its panic in one or two seconds.
constexpr std::chrono::milliseconds kProbeDeadline{15000};
// What a kernel without a root says at the end of its own start.
constexpr const char* kProof = "Unable to mount root fs";

bool boots(const std::string& kernel, const std::string& directory) {
    MachineSpec spec;
    spec.name = "kvm-probe";
    spec.memory_mb = 256;
    spec.kernel = kernel;
    spec.command_line = "console=ttyS0 panic=-1";
    spec.console_file = directory + "/kvm-probe.console";
    spec.accelerator = Accelerator::kKvm;
    ::unlink(spec.console_file.c_str());
    Result<Fd> nothing = open_file("/dev/null", O_RDWR);
    if (!nothing) {
        return false;
    }
    SpawnOptions options;
    options.input = options.output = options.error = nothing->get();
    options.parent_death_signal = SIGKILL;
    Result<Process> qemu = Process::spawn(qemu_command(spec, {}), options);
    if (!qemu || !qemu->wait_for(kProbeDeadline)) {
        return false;
    }
    const Result<std::string> text = read_file(spec.console_file);
    return text && text->find(kProof) != std::string::npos;
}

}  // namespace

Accelerator probe_accelerator(const std::string& kernel, const std::string& memory) {
    if (::access("/dev/kvm", R_OK | W_OK) != 0 || !make_directories(memory, 0700)) {
        return Accelerator::kTcg;
    }
    Result<std::string> boot = read_file("/proc/sys/kernel/random/boot_id");
    const std::string known = memory + "/kvm-" + (boot ? boot->substr(0, 36) : "unknown");
    if (const Result<std::string> result = read_file(known)) {
        return *result == "works\n" ? Accelerator::kKvm : Accelerator::kTcg;
    }
    const bool works = boots(kernel, memory);
    // Not remembered is only slower.
    static_cast<void>(write_file_atomically(known, works ? "works\n" : "does not work\n"));
    return works ? Accelerator::kKvm : Accelerator::kTcg;
}

}  // namespace dolmen::qa
