// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/command/base/context.hpp"

namespace clockguard {

/// Removes the record of the last trusted moment, and says what it held. A record that is not there
/// is fine. NeedsRoot where it may not be removed, Critical where it cannot be.
ExitCode run_forget(const Context& context);

}  // namespace clockguard
