// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/base/result.hpp"
#include "clockguard/edge/base/fd.hpp"
#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// Held by a waiting gate for as long as the descriptor lives (flock(2)): the kernel lets go of it
/// however the gate ends. A second gate gets resource_unavailable_try_again, after a second: who
/// only asks whether a gate waits has the lock for a moment too.
[[nodiscard]] Result<Fd> lock_gate(const Root& root);

/// Whether a gate waits now. Nothing is written.
bool is_gate_waiting(const Root& root);

}  // namespace clockguard
