// SPDX-License-Identifier: GPL-2.0-only
#include "lib/caller.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "lib/machine.hpp"
#include "lib/supervisor.hpp"

namespace dolmen::qa {

Caller::Caller(Loop& loop, Supervisor& supervisor, Fd socket)
    : supervisor_(supervisor),
      socket_(
          loop, std::move(socket), [this](const Frame& frame) { on_frame(frame); },
          [this] {
              leave();
              supervisor_.forget(this);
          }) {}

Caller::~Caller() {
    leave();
}

void Caller::leave() {
    Machine* machine = supervisor_.find(machine_);
    if (stream_ != 0 && machine != nullptr && machine->agent() != nullptr) {
        machine->agent()->abandon(stream_);
    }
    stream_ = 0;
}

void Caller::on_frame(const Frame& frame) {
    if (stream_ != 0) {
        Machine* machine = supervisor_.find(machine_);
        if (machine != nullptr && machine->agent() != nullptr) {
            machine->agent()->send(stream_, frame);
        }
        return;
    }
    if (frame.type != FrameType::kRequest) {
        return;  // what was under way to a stream that has ended
    }
    const nlohmann::json json = nlohmann::json::parse(frame.payload, nullptr, false);
    if (json.is_object() && json.value("do", nlohmann::json()) == "open") {
        open_stream(json.value("machine", ""), json.value("request", ""));
    } else {
        socket_.send({FrameType::kReply, 0, supervisor_.serve(frame.payload)});
    }
}

void Caller::open_stream(const std::string& name, const std::string& request) {
    Machine* machine = supervisor_.find(name);
    if (machine == nullptr || machine->agent() == nullptr) {
        const std::string why = machine == nullptr ? "there is no machine " + name
                                                   : name + " is " + to_string(machine->state());
        socket_.send({FrameType::kExit, 0, to_json(Outcome{0, 0, why})});
        return;
    }
    machine_ = name;
    stream_ = machine->agent()->open_stream(request, [this](const Frame& frame) {
        if (frame.type == FrameType::kExit) {
            stream_ = 0;
        }
        socket_.send(frame);
    });
}

}  // namespace dolmen::qa
