// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "clockguard/core/base/time.hpp"

namespace clockguard {

/// A file whose date moves the clock of a later boot forward, never back.
struct Ratchet {
    std::string path{};  // "/var/lib/chrony/drift"
    std::string user{};  // "chronyd -s"
    Instant dated{};
};

}  // namespace clockguard
