// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace clockguard {

/// A file of config/codes as it is.
struct BuiltinCode {
    std::string_view name;  // "CG103"
    std::string_view toml;
};

std::span<const BuiltinCode> builtin_codes();

}  // namespace clockguard
