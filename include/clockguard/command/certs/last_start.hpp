// SPDX-License-Identifier: Apache-2.0
// The date of containerd's last start, by which MicroK8s detects a new boot.
#pragma once

#include <string>

#include "clockguard/command/certs/certs.hpp"

namespace clockguard {

/// Replaces a date in the future by 0, unless containerd runs: its next start then counts as the
/// first of this boot, and MicroK8s cleans up after the last one (run-containerd-with-args; not
/// where the file is missing). Returns a line about it; empty where nothing was done. The caller
/// has the lock, and the clock is trusted.
[[nodiscard]] Result<std::string> reset_last_start(const Context& context, const CertsWorld& world,
                                                   Instant now);

}  // namespace clockguard
