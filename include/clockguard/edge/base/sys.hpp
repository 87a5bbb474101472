// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <concepts>
#include <system_error>

#include "clockguard/core/base/result.hpp"

namespace clockguard {

/// Turns "-1 and errno" into a value in the expression that made the call, before any other call
/// can overwrite errno: sys(::open(...)), sys(::read(...)).
template <std::signed_integral Returned>
[[nodiscard]] Result<Returned, std::error_code> sys(Returned returned)
{
    if (returned >= 0)
        return returned;
    return fail(std::error_code{errno, std::generic_category()});
}

/// The same for libsystemd, which returns its errors as negative numbers.
[[nodiscard]] inline Result<int, std::error_code> negative(int returned)
{
    if (returned >= 0)
        return returned;
    return fail(std::error_code{-returned, std::generic_category()});
}

}  // namespace clockguard
