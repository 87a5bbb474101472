// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "clockguard/core/report/diagnosis.hpp"
#include "clockguard/core/report/report.hpp"

namespace clockguard {

/// Whose plugin answers: that of Nagios and Icinga, or of node-problem-detector.
enum class Plugin { Nagios, Npd };

/// What a monitor may ask about.
enum class Subject { Clock, Rtc, Certs };

/// "clock,rtc"
[[nodiscard]] Result<std::vector<Subject>> parse_subjects(std::string_view words);

/// The part of a diagnosis that is about these subjects, with a verdict of its own; all of it where
/// none is named. Where nothing could be looked at, the verdict is Unknown.
Report about(Report report, const std::vector<Subject>& subjects);

/// "CRITICAL - CG201 Certificates are not yet valid: 2 of 3 | rtc0_offset=0.000s;-2:2;-60:60"
/// (monitoring-plugins.org/doc/guidelines.html).
std::string render_nagios(const Report& report, const Evidence& seen);

/// 80 characters at most: node-problem-detector cuts off what is longer (max_output_length).
std::string render_npd(const Report& report);

/// What the plugin's process ends with: 0, 1, 2, 3 to Nagios as it reads them; to
/// node-problem-detector 0 OK, 1 a problem, 2 not known, and a warning is a problem only if strict.
int plugin_code(Plugin plugin, Status status, bool strict);

}  // namespace clockguard
