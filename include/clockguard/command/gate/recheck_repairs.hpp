// SPDX-License-Identifier: Apache-2.0
// What a recheck does on the live machine, and how it sees what came of it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "clockguard/command/base/context.hpp"
#include "clockguard/core/base/finding.hpp"
#include "clockguard/core/base/time.hpp"
#include "clockguard/edge/base/root.hpp"

namespace clockguard {

struct Repairs {
    std::function<ExitCode()> certificates{};
    std::function<ExitCode()> rtc{};
};

/// As a unit, we leave each repair to the unit that has the rights for it and no others; they rely
/// on the verdict on record. By hand, there may be no systemd to ask.
Repairs repairs_of(const Context& context);

std::optional<ClockPair> running_since(const std::string& unit);

bool agent_serves_old(const Context& context);

/// How far ahead of this moment the clock was at most, of all looks at it while this instance of a
/// daemon ran; never negative. Notes this look.
Span note_excursion(const Root& root, const std::string& instance, const ClockPair& now);

/// The text of the database's certificate; empty where it has none.
std::string cluster_certificate(const Context& context);

/// Why this instance of a daemon is not to be restarted; else notes that it was, for later runs.
std::string record_restart(const Context& context, const std::string& instance);

/// That every certificate is valid and every server serves its file; complains of what is not.
ExitCode prove_repaired(const Context& context, const std::vector<std::string>& restarted);

/// "CG410 kubelite: is not restarted", on stderr.
void complain_of(const Finding& finding);

}  // namespace clockguard
