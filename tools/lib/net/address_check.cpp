// SPDX-License-Identifier: GPL-2.0-only
#include "net/address_check.hpp"

#include <fmt/format.h>
#include <sys/epoll.h>

namespace dolmen::net {
namespace {

// arping -D ends so if the address is free, or if another machine has it.
constexpr int kFree = 0;
constexpr int kTaken = 1;

}  // namespace

Result<std::unique_ptr<AddressCheck>> AddressCheck::start(Loop& loop, const std::string& interface,
                                                          const std::vector<Ipv4>& addresses,
                                                          OnDone done) {
    std::unique_ptr<AddressCheck> check(new AddressCheck(loop, std::move(done)));
    for (const Ipv4 address : addresses)
        DOLMEN_TRY(check->ask(interface, address));
    if (check->questions_.empty())
        return fail_errno("no address to check", EINVAL);
    return check;
}

AddressCheck::~AddressCheck() {
    stop();
}

Result<> AddressCheck::ask(const std::string& interface, Ipv4 address) {
    // Three questions in a second are what RFC 5227 asks; -f: the first answer is enough.
    Process arping = DOLMEN_TRY(Process::spawn(
        {"arping", "-D", "-q", "-f", "-c", "3", "-w", "1", "-I", interface, address.to_string()}));
    questions_.push_back(std::make_unique<Question>(Question{address, std::move(arping)}));
    Question& question = *questions_.back();
    question.watch = DOLMEN_TRY(loop_.watch(question.arping.pidfd(), EPOLLIN,
                                            [this, &question](std::uint32_t) { hear(question); }));
    ++open_;
    return {};
}

void AddressCheck::hear(Question& question) {
    loop_.remove(question.watch);
    const auto status = question.arping.wait();
    if (!status)
        return finish(fail(status.error()));
    const int code = status->shell_code();
    if (code != kFree && code != kTaken)
        return finish(fail_errno(
            fmt::format("arping for {} {}", question.address.to_string(), status->to_string()),
            EIO));
    question.taken = code == kTaken;
    if (--open_ == 0)
        finish({});
}

// May destroy this: the last that a callback of the loop does.
void AddressCheck::finish(Result<> outcome) {
    std::vector<Ipv4> taken;
    for (const auto& question : questions_) {
        if (question->taken)
            taken.push_back(question->address);
    }
    stop();
    const OnDone done = std::move(done_);
    if (outcome)
        done(std::move(taken));
    else
        done(fail(std::move(outcome.error())));
}

void AddressCheck::stop() {
    for (const auto& question : questions_)
        loop_.remove(question->watch);
    questions_.clear();
}

}  // namespace dolmen::net
