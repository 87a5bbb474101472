// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/diagnosis_text.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/core/base/version.hpp"
#include "support/evidence.hpp"
#include "support/has.hpp"
#include "support/instant.hpp"

namespace clockguard {
namespace {

/// What README.md shows of a command, as of this version.
std::string shown_of(const std::string& command)
{
    std::ostringstream page;
    page << std::ifstream{README}.rdbuf();
    const std::string all = page.str();
    const std::string heading = "```\n$ " + command + "\n";
    const auto begin = all.find(heading) + heading.size();
    std::string shown = all.substr(begin, all.find("```", begin) - begin);
    const std::string released = "_0.1.0_";
    if (const auto at = shown.find(released); at != shown.npos)
        shown.replace(at + 1, released.size() - 2, version);
    return shown;
}

TEST(Diagnosis, TellsTheIncidentAsTheReadmeShowsIt)
{
    EXPECT_EQ(text_on(incident()), shown_of("sudo clockguard diagnose"));
}

TEST(Diagnosis, FitsATerminalWhateverTheHostIsCalled)
{
    Report report = report_on(incident());
    const auto is_narrow = [&] {
        const std::string text = render_diagnosis(report, {.verbose = true});
        return std::ranges::all_of(lines_of(text),
                                   [](std::string_view line) { return line.size() <= 80; });
    };

    report.host.hostname = "node-seven.example";
    EXPECT_TRUE(is_narrow());
    EXPECT_NE(render_diagnosis(report, {}).find("in the future      node-seven.example\n"),
              std::string::npos)
        << render_diagnosis(report, {});
    report.host.hostname = "node-seven.cluster-of-the-south.example";
    EXPECT_TRUE(is_narrow());
    EXPECT_NE(render_diagnosis(report, {})
                  .find("in the future\n          node-seven.cluster-of-the-south.example\n"),
              std::string::npos)
        << render_diagnosis(report, {});
}

TEST(Diagnosis, SaysWhereTheCommandsBelong)
{
    Report report = report_on(incident());

    EXPECT_NE(render_diagnosis(report, {}).find("\nFix, in this order (or: sudo clockguard fix)\n"),
              std::string::npos);
    EXPECT_NE(render_diagnosis(report, {.of_this_machine = false})
                  .find("\nFix on that machine, in this order\n"),
              std::string::npos);
    report.findings = {{.code = "CG131", .fixes = {{.command = "x", .on = "the Hyper-V host"}}}};
    EXPECT_NE(render_diagnosis(report, {}).find("\nFix, in this order\n"), std::string::npos);
}

TEST(Diagnosis, NamesTheExplanationsWhereNoCommandRepairs)
{
    const Report report{.findings = {{.code = "CG301", .status = Status::Warning},
                                     {.code = "CG114", .status = Status::Warning},
                                     {.code = "CG301", .status = Status::Warning}}};

    EXPECT_TRUE(has(render_diagnosis(report, {}), "\nWhat to do\n"
                                                  "  clockguard explain CG301\n"
                                                  "  clockguard explain CG114\n\n"));
    EXPECT_FALSE(has(text_on(incident()), "What to do"));
}

/// Of a boot of another day, the time of day alone is a riddle.
TEST(Diagnosis, DatesTheStoryOfAnEarlierDay)
{
    Report report{.run = {.time = at("2026-03-05T03:00:00Z")},
                  .timeline = {{.uptime = 41s,
                                .corrected = at("2026-03-03T08:07:19Z"),
                                .event = "chronyd stepped the clock back by 31 d 00:00:23"}}};

    EXPECT_TRUE(has(render_diagnosis(report, {}),
                    "  2026-03-03 08:07:19    +41 s  chronyd stepped the clock"));

    report.timeline.push_back({.uptime = 43s, .event = "something"});
    EXPECT_TRUE(has(render_diagnosis(report, {}), "\n  -------------------    +43 s  something"));

    report.run.time = at("2026-03-03T09:00:00Z");
    EXPECT_TRUE(has(render_diagnosis(report, {}), "\n  08:07:19    +41 s  chronyd stepped"));
    EXPECT_TRUE(has(render_diagnosis(report, {}), "\n  --------    +43 s  something"));
}

TEST(Diagnosis, AlignsTheStoryOfALongUptime)
{
    Evidence seen = incident();
    seen.history.events.push_back({.kind = ClockEventKind::Stepped,
                                   .since_boot = 1103s,
                                   .amount = -5min,
                                   .source = "chronyd"});

    const std::string text = text_on(seen);

    EXPECT_NE(text.find("  08:06:41          +3 s  kernel set the clock"), std::string::npos)
        << text;
    EXPECT_NE(text.find("  08:25:01  +18 min 23 s  chronyd stepped the clock back by 00:05:00\n"
                        "  now                     clock right"),
              std::string::npos)
        << text;
}

TEST(Diagnosis, BreaksNoLineBetweenANumberAndItsUnit)
{
    Evidence seen = healthy();
    seen.trust_reason = "chrony: the system clock is as right as it has ever been, within 12 ms";

    const std::string text = text_on(seen);

    EXPECT_NE(text.find("been, within\n           12 ms\n"), std::string::npos) << text;
}

TEST(Diagnosis, PaintsOnlyTheVerdict)
{
    const std::string text = render_diagnosis(report_on(incident()), {.color = true});

    EXPECT_TRUE(text.starts_with("\033[1;31mCRITICAL\033[0m  MicroK8s")) << text;
    EXPECT_EQ(text_on(incident()).find('\033'), std::string::npos);
}

TEST(Diagnosis, TakesNoColourFromWhatItTellsOf)
{
    Report report = report_on(healthy());
    report.host.hostname = "\033[1;32mOK\033[0m\x9b";

    for (const bool color : {false, true})
        EXPECT_NE(render_diagnosis(report, {.color = color}).find("\\u001b[1;32mOK\\u001b[0m\\x9b"),
                  std::string::npos);
}

}  // namespace
}  // namespace clockguard
