// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "clockguard/core/base/time.hpp"

namespace clockguard {

/// A length to the second, for a story in which two of them must be recognised as the same:
/// "31 d 00:00:23", "-02:03:04", and below a minute "0.250 s".
std::string to_hms_text(Span span);

/// "31 d 00:00:23 ahead", "0.250 s behind"
std::string to_hms_text(const Offset& offset);

/// A length that somebody chose, and that nothing is rounded off: "2 s", "0.250 s", "5 min".
std::string to_limit_text(Span span);

/// To the microsecond, with its error: "0.092413 s ahead (+/-0.000520 s)".
std::string to_fine_text(const Offset& offset);

/// "2026-09-09 10:11:12": a time for people, in a table or text that says UTC somewhere.
std::string to_plain_text(Instant instant);

}  // namespace clockguard
