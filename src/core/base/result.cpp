// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/result.hpp"

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"

namespace clockguard {

std::string to_text(const Error& error)
{
    return on_one_line(error.code ? fmt::format("{}: {}", error.what, error.code.message())
                                  : error.what);
}

}  // namespace clockguard
