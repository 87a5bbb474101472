// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/report.hpp"
#include "clockguard/core/report/report_json.hpp"
#include "clockguard/core/report/report_reader_json.hpp"
#include "fuzz/fuzz.hpp"

namespace clockguard {

// A state file is refused, or what was read of it is written and read as the same again.
void fuzz(std::string_view input)
{
    const auto report = parse_report(input);
    if (!report) {
        must(!report.error().what.empty());
        return;
    }
    const std::string written = render_json(*report);
    const auto again = parse_report(written);
    must(again && render_json(*again) == written);
}

}  // namespace clockguard
