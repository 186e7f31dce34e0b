// SPDX-License-Identifier: GPL-2.0-only
#include "dolmend/unit_journal.hpp"

#include <sys/epoll.h>
#include <systemd/sd-journal.h>

namespace dolmen::daemon {
namespace {

using namespace std::chrono_literals;

// The journal tells of new lines by inotify, and not on every file system.
constexpr std::chrono::milliseconds kLook = 5s;

Result<> check(int outcome, const std::string& what) {
    if (outcome < 0)
        return fail_errno(what, -outcome);
    return {};
}

}  // namespace

void UnitJournal::Close::operator()(sd_journal* journal) const {
    ::sd_journal_close(journal);
}

Result<std::unique_ptr<UnitJournal>> UnitJournal::create(Loop& loop, const std::string& unit,
                                                         OnLine on_line) {
    sd_journal* opened = nullptr;
    DOLMEN_TRY(check(::sd_journal_open(&opened, SD_JOURNAL_LOCAL_ONLY), "open the journal"));
    std::unique_ptr<UnitJournal> journal(
        new UnitJournal(loop, std::unique_ptr<sd_journal, Close>(opened), std::move(on_line)));
    const std::string match = "_SYSTEMD_UNIT=" + unit;
    DOLMEN_TRY(
        check(::sd_journal_add_match(opened, match.c_str(), match.size()), "match " + match));
    DOLMEN_TRY(check(::sd_journal_seek_tail(opened), "find the journal's end"));
    // Seeking alone sets no place to go on from; where nothing matches yet, all that comes
    // is new.
    const int last = ::sd_journal_previous(opened);
    DOLMEN_TRY(check(last, "find the journal's end"));
    if (last == 0)
        DOLMEN_TRY(check(::sd_journal_seek_head(opened), "find the journal's end"));
    const int fd = ::sd_journal_get_fd(opened);
    DOLMEN_TRY(check(fd, "watch the journal"));
    journal->watch_ = DOLMEN_TRY(
        loop.watch(fd, EPOLLIN, [self = journal.get()](std::uint32_t) { self->read(); }));
    journal->timer_ = loop.every(kLook, [self = journal.get()] { self->read(); });
    return journal;
}

UnitJournal::~UnitJournal() {
    loop_.remove(timer_);
    loop_.remove(watch_);
}

void UnitJournal::read() {
    constexpr std::string_view kField = "MESSAGE=";
    static_cast<void>(::sd_journal_process(journal_.get()));
    while (::sd_journal_next(journal_.get()) > 0) {
        const void* data = nullptr;
        std::size_t length = 0;
        if (::sd_journal_get_data(journal_.get(), "MESSAGE", &data, &length) < 0)
            continue;
        std::string_view line(static_cast<const char*>(data), length);
        if (line.starts_with(kField))
            on_line_(line.substr(kField.size()));
    }
}

}  // namespace dolmen::daemon
