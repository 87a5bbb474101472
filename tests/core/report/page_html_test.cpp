// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/page_html.hpp"

#include <gtest/gtest.h>

#include "support/evidence.hpp"
#include "support/has.hpp"

namespace clockguard {
namespace {

TEST(PageHtml, TellsTheIncident)
{
    const std::string page = render_page(report_on(incident()), true);

    for (const std::string_view part :
         {"<title>CRITICAL - edge-07</title>",
          "<h1><span class=\"critical\">CRITICAL</span> MicroK8s certificates are dated in the "
          "future</h1>",
          "<h2>What happened</h2>\n<svg ", "<td>CG201</td><td><span class=\"critical\">critical",
          "<ol>\n<li><code>sudo clockguard rtc set --from system</code><br>sets rtc0",
          "<td>rtc0</td>", "<td>server</td>", "<td>clock.trust</td>"})
        EXPECT_TRUE(has(page, part)) << part << "\n" << page;
}

TEST(PageHtml, SaysWhereToTypeWhatFixesADisk)
{
    EXPECT_TRUE(has(render_page(report_on(incident()), false),
                    "<h2>Fix on that machine, in this order</h2>"));
    EXPECT_TRUE(has(render_page(report_on(incident()), true), "<h2>Fix, in this order</h2>"));
}

TEST(PageHtml, LeavesOutWhatThereIsNothingOf)
{
    const std::string page = render_page(Report{.verdict = {.status = Status::Ok}}, true);

    EXPECT_TRUE(has(page, "<title>OK</title>")) << page;
    EXPECT_TRUE(has(page, "clock not verified")) << page;
    EXPECT_FALSE(has(page, "<h2>")) << page;
}

/// Names and messages come from the machine that is diagnosed, a page goes to others.
TEST(PageHtml, RunsNothingThatAMachineSays)
{
    const std::string script = "<script>x</script>";
    Report report{.host = {.hostname = script, .boot_id = script, .os = script, .kernel = script},
                  .verdict = {.summary = script, .impact = script},
                  .clocks = {{.id = script, .name = script, .reference = script, .error = script}},
                  .certificates = {{.name = script, .path = script, .state = script}},
                  .timeline = {{.event = script}},
                  .checks = {{.id = script, .detail = script},
                             {.status = Status::Skipped, .skipped_because = script}}};
    report.run.version = report.run.trusted_by = script;
    report.run.clock_trusted = true;
    report.findings = {{.code = script,
                        .detail = script,
                        .cause = script,
                        .confidence = script,
                        .fixes = {{.command = script, .note = script}}}};

    for (const std::string& page : {render_page(report, true), render_timeline_page(report)}) {
        EXPECT_FALSE(has(page, "<script")) << page;
        EXPECT_TRUE(has(page, "&lt;script&gt;"));
        EXPECT_TRUE(has(page, "default-src 'none'"));
    }
}

}  // namespace
}  // namespace clockguard
