// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/plugin_text.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// The incident: two certificates from the future, a hardware clock that is a month ahead.
Report incident()
{
    return {.verdict = {.status = Status::Critical,
                        .summary = "MicroK8s certificates are dated in the future"},
            .findings = {{.code = "CG201",
                          .status = Status::Critical,
                          .detail = "2 of 3",
                          .checks = {"certs.validity"}},
                         {.code = "CG103",
                          .status = Status::Critical,
                          .detail = "31 d 00:00:23 ahead",
                          .checks = {"rtc.offset"}},
                         {.code = "CG404", .checks = {"gate.outcome"}}},
            .clocks = {{.id = "system"},
                       {.id = "rtc0",
                        .offset = Offset{.value = 2'678'423s, .error = 500ms},
                        .device = "/dev/rtc0"}},
            .certificates = {{.name = "server", .expires_in = Span{400h}},
                             {.name = "ca", .expires_in = Span{-1h}},
                             {.name = "unread"}},
            .checks = {{.id = "clock.trust", .detail = "chrony agrees"},
                       {.id = "rtc.offset", .status = Status::Critical},
                       {.id = "gate.outcome", .status = Status::Warning},
                       {.id = "certs.validity", .status = Status::Critical}}};
}

Report healthy()
{
    return {
        .verdict = {.status = Status::Ok, .summary = "The clock is healthy"},
        .checks = {
            {.id = "clock.trust", .detail = "chrony agrees"},
            {.id = "rtc.offset", .status = Status::Skipped, .skipped_because = "no hardware clock"},
            {.id = "certs.validity", .detail = "3 certificates are valid"}}};
}

Evidence limits()
{
    return {.rtc_limit = 2s};
}

std::string nagios(const Report& report, const std::vector<Subject>& what = {})
{
    return render_nagios(about(report, what), limits());
}

TEST(Nagios, GetsOneLineWithItsData)
{
    EXPECT_EQ(nagios(healthy()), "OK - The clock is healthy\n");
    EXPECT_EQ(nagios(incident()),
              "CRITICAL - CG201 Certificates are not yet valid: 2 of 3; CG103 Hardware clock "
              "offset too large: 31 d 00:00:23 ahead; CG404 The boot gate is not installed | "
              "rtc0_offset=2678423.000s;-2:2;-60:60 cert_expires_in=-3600s\n");
}

TEST(Nagios, GetsTheOffsetToTheNetwork)
{
    Evidence seen = limits();
    seen.verdict.from_network = Offset{.value = -1500us, .error = 1ms};
    Report report = healthy();
    report.clocks = {{.id = "system"}};

    EXPECT_EQ(render_nagios(report, seen), "OK - The clock is healthy | system_offset=-0.002s;;\n");
}

TEST(Nagios, TellsOfWhatItWasAskedAlone)
{
    EXPECT_EQ(nagios(incident(), {Subject::Rtc}),
              "CRITICAL - CG103 Hardware clock offset too large: 31 d 00:00:23 ahead | "
              "rtc0_offset=2678423.000s;-2:2;-60:60\n");
    EXPECT_EQ(nagios(incident(), {Subject::Clock}),
              "WARNING - CG404 The boot gate is not installed\n");
    EXPECT_EQ(nagios(healthy(), {Subject::Clock, Subject::Certs}),
              "OK - chrony agrees; 3 certificates are valid\n");
}

/// A configuration that cannot be used is about all that is judged by it.
TEST(Nagios, TellsOfTheConfigurationWhateverItWasAsked)
{
    Report report = healthy();
    report.findings = {{.code = "CG405", .checks = {"configuration"}}};

    EXPECT_EQ(nagios(report, {Subject::Certs}),
              "WARNING - CG405 The configuration cannot be used in full\n");
}

TEST(Nagios, CallsUnknownWhatCouldNotBeLookedAt)
{
    EXPECT_EQ(nagios(healthy(), {Subject::Rtc}), "UNKNOWN - not checked: no hardware clock\n");
    EXPECT_EQ(nagios(healthy(), {Subject::Clock, Subject::Rtc}),
              "OK - chrony agrees; not checked: no hardware clock\n");

    Report denied = healthy();
    denied.checks.back() = {
        .id = "certs.validity", .status = Status::Unknown, .detail = "3 unreadable"};
    denied.findings = {{.code = "CG203", .checks = {"certs.validity"}}};
    EXPECT_EQ(nagios(denied, {Subject::Certs}), "UNKNOWN - 3 unreadable\n");
    denied.findings.front().status = Status::Critical;
    EXPECT_TRUE(nagios(denied, {Subject::Certs}).starts_with("CRITICAL - CG203 "));
}

TEST(Nagios, GetsNoBarButTheOneBeforeTheData)
{
    Report report = healthy();
    report.verdict.summary = "a|b\nc";

    EXPECT_EQ(nagios(report), "OK - a/b\\u000ac\n");
}

TEST(Nagios, GetsNoMoreThanNrpeCarries)
{
    Report report = incident();
    const auto critical = report.findings.front();
    for (const int count : {1, 20, 500}) {
        report.findings.assign(static_cast<std::size_t>(count), critical);
        const std::string line = nagios(report);
        EXPECT_LE(line.size(), 1023U) << line;
        EXPECT_EQ(line.find(" more) | rtc0_offset=") != std::string::npos, count > 20) << line;
    }
    report.findings = {critical};
    report.findings.front().detail = std::string(5000, 'x');
    const std::string cut = nagios(report);
    EXPECT_LE(cut.size(), 1023U);
    EXPECT_TRUE(cut.ends_with(" cert_expires_in=-3600s\n")) << cut;
}

TEST(Nagios, GetsOnlyDataForWhichThereIsRoom)
{
    Report report = incident();
    report.clocks.back().id = std::string(2000, 'x');
    EXPECT_TRUE(nagios(report).ends_with(" installed | cert_expires_in=-3600s\n"))
        << nagios(report);

    report.clocks.assign(100, incident().clocks.back());
    report.findings.front().detail = std::string(5000, 'y');
    const std::string line = nagios(report);
    EXPECT_LE(line.size(), 1023U);
    EXPECT_TRUE(line.starts_with("CRITICAL - CG201 ")) << line;
    EXPECT_TRUE(line.ends_with(" rtc0_offset=2678423.000s;-2:2;-60:60\n")) << line;
}

TEST(NodeProblemDetector, GetsEightyCharacters)
{
    EXPECT_EQ(render_npd(healthy()), "The clock is healthy\n");
    EXPECT_EQ(render_npd(incident()), "CG201 Certificates are not yet valid: 2 of 3 (+2 more)\n");

    Report report = incident();
    for (const std::size_t length : {1U, 30U, 31U, 32U, 33U, 34U, 35U, 36U, 100U}) {
        report.findings.front().detail = std::string(length, 'x');
        const std::string line = render_npd(report);
        EXPECT_LE(line.size(), 81U) << line;
        EXPECT_TRUE(line.ends_with(" (+2 more)\n")) << line;
        EXPECT_EQ(line.find("...") == std::string::npos, length <= 32U) << line;
    }
    report.findings = {{.code = "CG201", .status = Status::Critical, .detail = "\xc3\xa9"}};
    EXPECT_TRUE(render_npd(report).ends_with(": \\u00e9\n")) << render_npd(report);
}

TEST(PluginCode, IsThatOfTheMonitor)
{
    const auto codes = [](Plugin plugin, bool strict) {
        std::vector<int> all;
        for (const Status status :
             {Status::Ok, Status::Warning, Status::Critical, Status::Unknown, Status::Skipped})
            all.push_back(plugin_code(plugin, status, strict));
        return all;
    };

    EXPECT_EQ(codes(Plugin::Nagios, false), (std::vector{0, 1, 2, 3, 3}));
    EXPECT_EQ(codes(Plugin::Nagios, true), (std::vector{0, 1, 2, 3, 3}));
    EXPECT_EQ(codes(Plugin::Npd, false), (std::vector{0, 0, 1, 2, 2}));
    EXPECT_EQ(codes(Plugin::Npd, true), (std::vector{0, 1, 1, 2, 2}));
}

TEST(ParseSubjects, TakesAListOfWords)
{
    EXPECT_EQ(parse_subjects("rtc,clock").value_or(std::vector<Subject>{}),
              (std::vector{Subject::Rtc, Subject::Clock}));
    const auto other = parse_subjects("clock,gate");
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().what, "'gate' is not one of: clock, rtc, certs");
    EXPECT_FALSE(parse_subjects(""));
    EXPECT_FALSE(parse_subjects(","));
}

}  // namespace
}  // namespace clockguard
