// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "clockguard/core/base/result.hpp"
#include "clockguard/core/base/time.hpp"

namespace clockguard {

/// What a service account's token says of its own time (RFC 7519, 4.1.5 and 4.1.6).
struct TokenDates {
    std::optional<Instant> issued_at{};
    std::optional<Instant> not_before{};
};

/// Reads the payload of a JSON Web Token. Neither its signature is looked at nor anything else in
/// it, and no part of it is in the error.
[[nodiscard]] Result<TokenDates> parse_token(std::string_view token);

/// The first "token:" of a kubeconfig, plain or quoted, in one line; empty where there is none.
std::string_view find_token(std::string_view kubeconfig);

}  // namespace clockguard
