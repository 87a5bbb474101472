// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clockguard/core/report/report.hpp"

namespace clockguard {

/// One program of a command line.
struct Program {
    std::vector<std::string> words{};  // without sudo: whoever runs it is root
    bool after_success = false;        // only where the one before it ended with 0

    bool operator==(const Program&) const = default;
};

/// The programs that a POSIX shell would run for a command line, one after the other. Nothing where
/// it would do more than that: a pipe, a pattern, a variable, something of its own.
std::optional<std::vector<Program>> programs_of(std::string_view command);

/// Whether `clockguard fix` carries a remedy out, or leaves it to whoever reads it.
enum class Doable {
    Here,
    Choice,     // by whoever is asked, and not by --yes
    Shows,      // it changes nothing
    ByHand,     // it takes a shell, or another machine
    OnceTimed,  // it would date what it makes by a clock that is not verified
};

Doable doable(const ReportFix& fix);

/// The first remedy of the report that can be carried out and was not come to yet. `asks`: choices
/// count too.
std::optional<ReportFix> next_fix(const Report& report, bool asks);

/// The codes of `before` that list a remedy and are reported in `after` too.
std::vector<std::string> codes_left(const Report& before, const Report& after,
                                    std::string_view command);

/// Whether a remedy failed that the report still lists.
bool has_failed(const Report& report);

/// A remedy by its number: what it is for, and what to know before.
std::string announcement(std::size_t number, const ReportFix& fix, const Report& report);

/// What came of it, in the report that listed it and the one afterwards.
std::string result_line(const ReportRepair& repair, const Report& before, const Report& after);

/// What is left to whoever reads it, and the verdict.
std::string render_end(const Report& report);

}  // namespace clockguard
