// SPDX-License-Identifier: GPL-2.0-only
// ScopeExit: runs a function when the scope is left, unless dismissed.
#pragma once

#include <utility>

namespace dolmen {

template <class Function>
class [[nodiscard]] ScopeExit {
  public:
    explicit ScopeExit(Function function) : function_(std::move(function)) {}
    ScopeExit(const ScopeExit&) = delete;
    ScopeExit& operator=(const ScopeExit&) = delete;
    ~ScopeExit() {
        if (armed_)
            function_();
    }
    void dismiss() { armed_ = false; }

  private:
    Function function_;
    bool armed_ = true;
};

}  // namespace dolmen
