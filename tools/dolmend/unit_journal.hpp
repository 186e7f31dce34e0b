// SPDX-License-Identifier: GPL-2.0-only
// UnitJournal: what a unit's programs write to the journal, line by line, from now on.
#pragma once

#include "base/loop.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

struct sd_journal;

namespace dolmen::daemon {

class UnitJournal {
  public:
    using OnLine = std::function<void(std::string_view line)>;

    static Result<std::unique_ptr<UnitJournal>> create(Loop& loop, const std::string& unit,
                                                       OnLine on_line);
    ~UnitJournal();
    UnitJournal(const UnitJournal&) = delete;
    UnitJournal& operator=(const UnitJournal&) = delete;

  private:
    struct Close {
        void operator()(sd_journal* journal) const;
    };

    UnitJournal(Loop& loop, std::unique_ptr<sd_journal, Close> journal, OnLine on_line)
        : loop_(loop), journal_(std::move(journal)), on_line_(std::move(on_line)) {}
    void read();

    Loop& loop_;
    std::unique_ptr<sd_journal, Close> journal_;
    OnLine on_line_;
    Loop::Id watch_ = 0;
    Loop::Id timer_ = 0;
};

}  // namespace dolmen::daemon
