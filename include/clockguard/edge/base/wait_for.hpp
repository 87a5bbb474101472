// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/base/result.hpp"
#include "clockguard/core/base/time.hpp"

namespace clockguard {

/// Whether a descriptor can be read (POLLIN) or written (POLLOUT) before `longest` is over, rounded
/// up to a millisecond; a signal ends the wait with an error (poll(2)).
[[nodiscard]] Result<bool, std::error_code> wait_for(int descriptor, short event, Span longest);

}  // namespace clockguard
