// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "clockguard/command/base/context.hpp"
#include "clockguard/command/clock/trust_now.hpp"
#include "clockguard/core/report/codes.hpp"
#include "clockguard/core/report/report.hpp"

namespace clockguard {

/// A report with all that does not depend on what is reported: machine, moment, trust.
Report begin_report(const Context& context, const std::string& command, const TrustNow& trust);

/// How an exit code reads as the status of a report.
Status status_of(ExitCode code);

/// An answer that is one sentence: a line, or under -o json a document.
void answer(const Context& context, const std::string& command, const std::string& summary);

/// A failure of the command line or of a command as a document: under -o json an error is one, too.
void answer_error_in_json(const Context& context, const std::string& command, ExitCode code,
                          const std::string& why);

/// What a command has to fit that is printed on this machine.
CommandTarget read_command_target(const Context& context);

/// When this boot began by each clock: what the early look recorded, and the network's word of now.
BootStarts starts_of_boot(const Context& context, const Verdict& verdict, Instant booted);

}  // namespace clockguard
