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

/// As a unit, each repair is run by its own unit, which has the rights for it only and relies on
/// the recorded verdict. By hand, systemd may not run, and the commands are called.
Repairs repairs_of(const Context& context);

std::optional<ClockPair> running_since(const std::string& unit);

bool agent_serves_old(const Context& context);

/// How far ahead of this moment the clock was at most, of all looks at it while this instance of a
/// daemon ran; never negative. Notes this look.
Span note_excursion(const Root& root, const std::string& instance, const ClockPair& now);

/// The text of the database's certificate; empty where it has none.
std::string cluster_certificate(const Context& context);

/// Records a restart of this instance of a daemon for later runs. Returns why it must not be
/// restarted; empty: it may.
std::string record_restart(const Context& context, const std::string& instance);

/// Checks that every certificate is valid and every server serves its file; prints what is not so.
ExitCode prove_repaired(const Context& context, const std::vector<std::string>& restarted);

/// "CG410 kubelite: is not restarted", on stderr.
void complain_of(const Finding& finding);

}  // namespace clockguard
