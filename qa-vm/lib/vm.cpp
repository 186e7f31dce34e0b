// SPDX-License-Identifier: GPL-2.0-only
#include "lib/vm.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <csignal>

namespace dolmen::qa {
namespace {

struct SocketPair {
    Fd ours;
    Fd theirs;  // survives exec
};

Result<SocketPair> make_socket_pair() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        return fail_errno("socketpair");
    }
    SocketPair pair{Fd(ends[0]), Fd(ends[1])};
    if (::fcntl(pair.theirs.get(), F_SETFD, 0) != 0) {
        return fail_errno("socketpair");
    }
    return pair;
}

}  // namespace

Result<Vm> Vm::start(const MachineSpec& spec, int error_file) {
    SocketPair qmp = DOLMEN_TRY(make_socket_pair());
    SocketPair agent = DOLMEN_TRY(make_socket_pair());
    SocketPair lan = DOLMEN_TRY(make_socket_pair());
    SocketPair uplink;
    if (spec.uplink) {
        uplink = DOLMEN_TRY(make_socket_pair());
    }
    const MachineSockets sockets{qmp.theirs.get(), agent.theirs.get(), lan.theirs.get(),
                                 uplink.theirs.get()};
    const Fd nothing = DOLMEN_TRY(open_file("/dev/null", O_RDWR));
    SpawnOptions options;
    options.input = nothing.get();
    options.output = nothing.get();
    options.error = error_file;
    options.parent_death_signal = SIGKILL;
    options.new_session = true;  // a ^C at the terminal is not for the machines
    Result<Process> process = Process::spawn(qemu_command(spec, sockets), options);
    if (!process) {
        return fail(std::move(process.error()).context("machine " + spec.name));
    }
    Vm vm(std::move(*process), std::move(qmp.ours));
    vm.agent_ = std::move(agent.ours);
    vm.lan_ = std::move(lan.ours);
    vm.uplink_ = std::move(uplink.ours);
    return vm;
}

}  // namespace dolmen::qa
