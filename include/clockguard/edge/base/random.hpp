// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace clockguard {

/// For names and for numbers of requests: no secret, and the same each time until the kernel's pool
/// is filled.
std::uint32_t random_number();

}  // namespace clockguard
