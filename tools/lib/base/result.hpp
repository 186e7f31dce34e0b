// SPDX-License-Identifier: GPL-2.0-only
// Result<T>: a value or an Error. Used for every failure that can be expected;
// a broken invariant of our own is an assert instead.
#pragma once

#include <cerrno>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace dolmen {

// What failed, why, and where known what to do; printed as
// "context: what failed: why: what to do".
class [[nodiscard]] Error {
  public:
    // An error of the system: `number` is an errno value.
    static Error system(std::string what, int number = errno);
    // An error that has no errno; code() is 0.
    static Error text(std::string what);

    // Puts `outer` ("join 10.77.0.1") in front.
    Error context(const std::string& outer) &&;
    // What the reader can do about it.
    Error hint(std::string advice) &&;

    // errno value, 0 if there is none.
    int code() const { return code_; }
    std::string to_string() const;

  private:
    Error(std::string what, int code) : what_(std::move(what)), code_(code) {}

    std::string what_;
    std::string hint_;
    int code_ = 0;
};

template <class T = void>
using Result = tl::expected<T, Error>;

// return fail("read {}", path) style helpers: an Error on its way out.
inline tl::unexpected<Error> fail(Error error) {
    return tl::unexpected<Error>(std::move(error));
}
inline tl::unexpected<Error> fail_errno(std::string what, int number = errno) {
    return fail(Error::system(std::move(what), number));
}
inline tl::unexpected<Error> fail_text(std::string what) {
    return fail(Error::text(std::move(what)));
}

namespace detail {
template <class T>
T take(Result<T>&& result) {
    return std::move(*result);
}
inline void take(Result<void>&& /*result*/) {}
}  // namespace detail

// auto fd = DOLMEN_TRY(open_file(path)); returns the error from this function.
// A GNU statement expression: both GCC and clang have it.
#define DOLMEN_TRY(expression)                                           \
    __extension__({                                                      \
        auto dolmen_try_result = (expression);                           \
        if (!dolmen_try_result)                                          \
            return ::dolmen::fail(std::move(dolmen_try_result.error())); \
        ::dolmen::detail::take(std::move(dolmen_try_result));            \
    })

}  // namespace dolmen
