// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <system_error>
#include <utility>

#include <tl/expected.hpp>

namespace clockguard {

/// Why something could not be done, in an operator's words.
struct Error {
    std::string what{};      // "cannot open hardware clock '/dev/rtc0'"
    std::error_code code{};  // empty when no system call failed
};

/// "cannot open hardware clock '/dev/rtc0': Permission denied"
std::string to_text(const Error& error);

/// A value, or the reason there is none. No other file names the library behind it, so that
/// std::expected can take its place. Taking the half that is not there is undefined: look first.
template <class T, class E = Error>
using Result = tl::expected<T, E>;

/// Each returns what a Result of any type can be made from: return fail("...").
[[nodiscard]] inline tl::unexpected<Error> fail(Error error)
{
    return tl::unexpected<Error>{std::move(error)};
}

[[nodiscard]] inline tl::unexpected<Error> fail(std::string what, std::error_code code = {})
{
    return fail(Error{.what = std::move(what), .code = code});
}

[[nodiscard]] inline tl::unexpected<std::error_code> fail(std::error_code code)
{
    return tl::unexpected<std::error_code>{code};
}

}  // namespace clockguard
