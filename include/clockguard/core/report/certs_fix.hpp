// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "clockguard/core/base/finding.hpp"
#include "clockguard/core/report/report.hpp"

namespace clockguard {

/// The command that a finding about a certificate advises, as somebody types it who is not root,
/// with what to know before; nothing where its advice is a sentence or something to read. What may
/// begin a command is known here: those of clockguard, and those that a profile may name
/// (clockguard-profile(5)).
std::optional<ReportFix> fix_of(const Finding& finding, bool clock_trusted);

/// The same command alone, or the sentence.
std::string advice_of(const Finding& finding);

}  // namespace clockguard
