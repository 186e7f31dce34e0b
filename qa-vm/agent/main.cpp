// SPDX-License-Identifier: GPL-2.0-only
// qa-agent: runs in every machine of a test cluster and does what the harness asks through the
// virtio-serial port. Without that port it has nothing to do and ends with status 0.
#include <fcntl.h>

#include <base/log.hpp>
#include <base/loop.hpp>
#include <csignal>

#include "agent/port.hpp"
#include "agent/server.hpp"

int main() {
    using namespace dolmen;
    std::signal(SIGPIPE, SIG_IGN);
    const Result<std::string> device = qa::find_port_device(qa::kPortName);
    if (!device) {
        log::info("no port {}: not a machine of a test cluster", qa::kPortName);
        return 0;
    }
    Result<Fd> port = open_file(*device, O_RDWR | O_NONBLOCK);
    Result<Loop> loop = Loop::create();
    if (!port || !loop) {
        log::error("{}", port ? loop.error().to_string() : port.error().to_string());
        return 1;
    }
    qa::Server server(*loop, std::move(*port));
    const Result<> ended = loop->run();
    log::error("{}", ended ? "the loop has ended" : ended.error().to_string());
    return 1;
}
