// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "clockguard/core/report/report.hpp"

namespace clockguard {

/// A diagnosis as one page to be sent to somebody: verdict, what happened with a drawing of it,
/// findings, what to type (here or on the machine whose disk was read), clocks, certificates, all
/// checks. It runs no script and loads nothing.
std::string render_page(const Report& report, bool of_this_machine);

/// The timeline of a report as such a page.
std::string render_timeline_page(const Report& report);

}  // namespace clockguard
