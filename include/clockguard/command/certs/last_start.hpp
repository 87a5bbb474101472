// SPDX-License-Identifier: Apache-2.0
// The date of containerd's last start, which MicroK8s tells a boot by.
#pragma once

#include <string>

#include "clockguard/command/certs/certs.hpp"

namespace clockguard {

/// Writes 0 in the place of a date from the future, while containerd does not run: then its next
/// start is taken for the first of this boot, and what the last one left is cleaned up
/// (run-containerd-with-args; a file that is missing is not). Returns a line that says so; empty
/// where there was nothing to do. Under the lock, and by a clock that is trusted.
[[nodiscard]] Result<std::string> reset_last_start(const Context& context, const CertsWorld& world,
                                                   Instant now);

}  // namespace clockguard
