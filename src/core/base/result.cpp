// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/result.hpp"

#include <fmt/format.h>

namespace clockguard {

std::string to_text(const Error& error)
{
    return error.code ? fmt::format("{}: {}", error.what, error.code.message()) : error.what;
}

}  // namespace clockguard
