// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace clockguard {

/// What the program answers, as clockguard(8) documents it; 64 and above are those of sysexits.h.
enum class ExitCode {
    Healthy = 0,       // warnings too; released; refreshed or nothing to do
    Warnings = 1,      // with --strict
    Critical = 2,      // a critical finding, or an action that failed
    Undetermined = 3,  // the evidence could not be read
    Refused = 4,       // for safety: the clock is not trusted
    Usage = 64,
    Internal = 70,
    OutputLost = 74,  // all went well, and it could not be said
    Held = 75,
    NeedsRoot = 77,
    Configuration = 78,
};

}  // namespace clockguard
