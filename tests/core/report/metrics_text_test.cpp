// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/metrics_text.hpp"

#include <set>

#include <gtest/gtest.h>

#include "clockguard/core/base/text.hpp"
#include "support/instant.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

Report report()
{
    return {.run = {.version = "0.1.0", .time = at("2026-03-03T08:20:11.5Z"), .uptime = 812s},
            .verdict = {.status = Status::Critical}};
}

bool has(const std::string& text, const std::string& line)
{
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

std::string metrics(const Report& report, const Evidence& seen = {})
{
    return render_metrics(seen, report);
}

TEST(Metrics, TellWhenTheyWereWrittenAndTheVerdict)
{
    const std::string text = metrics(report());

    EXPECT_TRUE(text.starts_with("# HELP clockguard_build_info The version that wrote this.\n"
                                 "# TYPE clockguard_build_info gauge\n"
                                 "clockguard_build_info{version=\"0.1.0\"} 1\n"))
        << text;
    EXPECT_TRUE(has(text, "clockguard_last_run_timestamp_seconds 1772526011.5")) << text;
    EXPECT_TRUE(has(text, "clockguard_last_run_uptime_seconds 812"));
    EXPECT_TRUE(has(text, "clockguard_status{state=\"ok\"} 0"));
    EXPECT_TRUE(has(text, "clockguard_status{state=\"critical\"} 1"));
    EXPECT_TRUE(has(text, "clockguard_status{state=\"unknown\"} 0"));
}

TEST(Metrics, TellWhatIsKnownOfTheClock)
{
    Evidence seen{.clock_trusted = true};
    seen.verdict.from_network = Offset{.value = -250ms, .error = 2ms};
    seen.floor.last_trusted = TrustedMoment{.at = at("2026-03-03T08:00:00Z")};

    const std::string text = metrics(report(), seen);

    EXPECT_TRUE(has(text, "clockguard_clock_trust{state=\"trusted\"} 1")) << text;
    EXPECT_TRUE(has(text, "clockguard_clock_trust{state=\"wrong\"} 0"));
    EXPECT_TRUE(has(text, "clockguard_last_verified_timestamp_seconds 1772524800"));
    const std::string clocks = "{clock=\"system\",reference=\"network\"} ";
    EXPECT_TRUE(has(text, "clockguard_clock_offset_seconds" + clocks + "-0.25"));
    EXPECT_TRUE(has(text, "clockguard_clock_offset_error_seconds" + clocks + "0.002"));
    const std::string unknown = metrics(report());
    EXPECT_TRUE(has(unknown, "clockguard_clock_trust{state=\"unknown\"} 1")) << unknown;
    EXPECT_EQ(unknown.find("last_verified"), std::string::npos);
}

/// The gate's verdict of this boot may hold though no source answers now.
TEST(Metrics, DistinguishAWrongClockFromAnUnverifiedOne)
{
    Evidence seen{};
    for (const Trust heard : {Trust::Unknown, Trust::Trusted, Trust::Wrong}) {
        seen.verdict.trust = heard;
        const std::string now = heard == Trust::Wrong ? "wrong" : "unknown";
        EXPECT_TRUE(
            has(metrics(report(), seen), "clockguard_clock_trust{state=\"" + now + "\"} 1"));
    }
}

TEST(Metrics, TellTheHardwareClocks)
{
    Report seen = report();
    seen.clocks = {
        {.id = "system", .readable = true},
        {.id = "rtc0",
         .readable = true,
         .offset = Offset{.value = 2'678'423s, .error = 500ms},
         .reference = "system",
         .device = "/dev/rtc0"},
        {.id = "rtc1", .device = "/dev/rtc1"},
    };

    const std::string text = metrics(seen);

    EXPECT_TRUE(has(text, "clockguard_clock_offset_seconds{clock=\"rtc0\",reference=\"system\"} "
                          "2678423"))
        << text;
    EXPECT_TRUE(has(text, "clockguard_rtc_readable{clock=\"rtc0\"} 1"));
    EXPECT_TRUE(has(text, "clockguard_rtc_readable{clock=\"rtc1\"} 0"));
    EXPECT_EQ(text.find("readable{clock=\"system\"}"), std::string::npos);
}

TEST(Metrics, TellTheGate)
{
    Evidence seen{};
    seen.gate = GateRecord{.outcome = GateOutcome::TimeoutReleased, .waited = 300s};

    const std::string text = metrics(report(), seen);

    EXPECT_TRUE(has(text, "clockguard_gate_outcome{outcome=\"timeout_released\"} 1")) << text;
    EXPECT_TRUE(has(text, "clockguard_gate_outcome{outcome=\"synchronized\"} 0"));
    EXPECT_TRUE(has(text, "clockguard_gate_outcome{outcome=\"disabled\"} 0"));
    EXPECT_TRUE(has(text, "clockguard_gate_wait_seconds 300"));
    EXPECT_TRUE(has(metrics(report()), "clockguard_gate_outcome{outcome=\"waiting\"} 0"));
}

TEST(Metrics, TellTheCertificates)
{
    Report seen = report();
    seen.certificates = {{.name = "server",
                          .path = "/certs/server.crt",
                          .state = "not_yet_valid",
                          .not_before = at("2026-04-03T08:07:34Z"),
                          .not_after = at("2027-04-03T08:07:34Z")},
                         {.name = "ca", .path = "/certs/ca.crt", .state = "missing"}};

    const std::string text = metrics(seen);

    const std::string server = "{name=\"server\",path=\"/certs/server.crt\"";
    EXPECT_TRUE(has(text, "clockguard_cert_not_before_timestamp_seconds" + server + "} 1775203654"))
        << text;
    EXPECT_TRUE(has(text, "clockguard_cert_not_after_timestamp_seconds" + server + "} 1806739654"));
    EXPECT_TRUE(has(text, "clockguard_cert_state" + server + ",state=\"not_yet_valid\"} 1"));
    EXPECT_TRUE(has(text, "clockguard_cert_state" + server + ",state=\"valid\"} 0"));
    EXPECT_TRUE(has(text, "clockguard_cert_state{name=\"ca\",path=\"/certs/ca.crt\","
                          "state=\"missing\"} 1"));
    EXPECT_EQ(text.find("not_after_timestamp_seconds{name=\"ca\""), std::string::npos);
}

TEST(Metrics, CountEveryCodeAndEveryCheck)
{
    Report seen = report();
    seen.findings = {{.code = "CG201", .status = Status::Critical}, {.code = "CG404"}};
    seen.checks = {{.id = "rtc.offset", .status = Status::Skipped}};

    const std::string text = metrics(seen);

    EXPECT_TRUE(has(text, "clockguard_finding_status{code=\"CG201\"} 2")) << text;
    EXPECT_TRUE(has(text, "clockguard_finding_status{code=\"CG404\"} 1"));
    EXPECT_TRUE(has(text, "clockguard_check_status{check=\"rtc.offset\"} 4"));
    for (const std::string& code : code_names())
        EXPECT_NE(text.find("{code=\"" + code + "\"} "), std::string::npos) << code;
}

/// Prometheus refuses a whole file for one line of it.
TEST(Metrics, AreWholeWhateverANameHolds)
{
    Report seen = report();
    const std::string name = "a\"b\\c\nd\xff\xc3\xa9";
    seen.certificates = {{.name = name, .path = "/x", .state = "missing"},
                         {.name = name, .path = "/x", .state = "missing"}};

    const std::string text = metrics(seen);

    EXPECT_NE(text.find("{name=\"a\\\"b\\\\c\\\\u000ad\\\\xff\\\\u00e9\",path=\"/x\""),
              std::string::npos)
        << text;
    EXPECT_EQ(
        text.find_first_not_of("\n !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"),
        std::string::npos);
    std::set<std::string_view> series;
    for (const std::string_view line : lines_of(text))
        EXPECT_TRUE(series.insert(line.substr(0, line.rfind(' '))).second) << line;
}

}  // namespace
}  // namespace clockguard
