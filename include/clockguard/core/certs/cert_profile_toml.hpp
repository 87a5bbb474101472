// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/certs/cert_profile.hpp"

namespace clockguard {

/// Reads a profile's file. `name` is the file's, for the message, which names the line.
[[nodiscard]] Result<CertProfile> parse_profile(std::string_view toml, std::string_view name);

}  // namespace clockguard
