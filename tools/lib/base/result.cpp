// SPDX-License-Identifier: GPL-2.0-only
#include "base/result.hpp"

#include <system_error>

namespace dolmen {

Error Error::system(std::string what, int number) {
    what += ": ";
    what += std::generic_category().message(number);
    return {std::move(what), number};
}

Error Error::text(std::string what) {
    return {std::move(what), 0};
}

Error Error::context(const std::string& outer) && {
    what_ = outer + ": " + what_;
    return std::move(*this);
}

Error Error::hint(std::string advice) && {
    hint_ = std::move(advice);
    return std::move(*this);
}

std::string Error::to_string() const {
    return hint_.empty() ? what_ : what_ + ": " + hint_;
}

}  // namespace dolmen
