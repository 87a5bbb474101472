// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/report_reader_json.hpp"

#include <gtest/gtest.h>

#include "clockguard/core/report/report_json.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

Report held_report()
{
    return {.host = {.hostname = "edge-07", .boot_id = "b1"},
            .run = {.command = "gate",
                    .version = "0.1.0",
                    .time = Instant{1789000000s},
                    .uptime = 12500ms},
            .verdict = {.status = Status::Warning, .exit_code = 0, .summary = "waiting"},
            .gate = GateRecord{.outcome = GateOutcome::TimeoutHeld,
                               .waited = 300s,
                               .limit = 300s,
                               .on_timeout = OnTimeout::Hold,
                               .reason = "chrony says nothing",
                               .boot_instant = Instant{1788999987s + 250ms},
                               .began_boot_instant = Instant{1788999987s}},
            .time_sync = TimeSyncRecord{.state = "ptp_live",
                                        .count = HostCount{.messages = 7, .at = Uptime{9250ms}},
                                        .ic_version = "4.0",
                                        .generation = 2,
                                        .clock = "ptp:hyperv",
                                        .offset = Offset{.value = 2ms, .error = 1ms},
                                        .boot_instant = Instant{1788999987s}}};
}

std::string refusal_of(std::string_view text)
{
    const auto report = parse_report(text);
    return report ? "accepted" : to_text(report.error());
}

TEST(ReportReader, ComesBackButForWhatIsForTheReaderAlone)
{
    const auto report = parse_report(render_json(held_report()));

    ASSERT_TRUE(report) << to_text(report.error());
    EXPECT_NE(render_json(held_report()).find("\"ic_version\": \"4.0\""), std::string::npos);
    Report expected = held_report();
    expected.time_sync->state.clear();
    expected.time_sync->ic_version.clear();
    expected.time_sync->generation = 0;
    EXPECT_EQ(render_json(*report), render_json(expected));
}

TEST(ReportReader, RefusesACountThatCannotBe)
{
    const std::string whole = render_json(held_report());
    const std::string good = "\"messages\": 7";
    for (const std::string bad : {"-1", "7.5", "\"7\"", "9007199254740994", "null"}) {
        std::string text = whole;
        text.replace(text.find(good), good.size(), "\"messages\": " + bad);
        EXPECT_EQ(refusal_of(text), "not a clockguard report") << bad;
    }
}

TEST(ReportReader, KeepsWhenTheBootBegan)
{
    Report report = held_report();
    report.boot_number = 17;
    report.starts = {
        .rtc = ClaimedStart{.at = Instant{1791072065s + 1us}, .error = 1s, .by = "rtc_cmos 00:04"},
        .network = ClaimedStart{.at = Instant{1788566488s}, .error = 2ms}};
    const std::string text = render_json(report);

    const auto again = parse_report(text);

    ASSERT_TRUE(again) << to_text(again.error());
    EXPECT_EQ(again->boot_number, 17);
    EXPECT_EQ(again->starts.rtc->at, Instant{1791072065s + 1us});
    EXPECT_FALSE(again->starts.host);
    EXPECT_FALSE(again->starts.rtc_left_alone);
    report.starts.rtc_left_alone = true;
    EXPECT_TRUE(parse_report(render_json(report))->starts.rtc_left_alone);
    EXPECT_EQ(again->starts.rtc->by, "rtc_cmos 00:04");
    EXPECT_EQ(again->starts.network->error, 2ms);
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string changed = text;
        changed.replace(changed.find(from), from.size(), to);
        return refusal_of(changed);
    };
    EXPECT_NE(with("\"number\": 17", "\"number\": 1.5"), "accepted");
    EXPECT_NE(with("1791072065000001", "1e300"), "accepted");
    EXPECT_NE(with("\"uncertainty_s\": 1.0", "\"uncertainty_s\": \"1\""), "accepted");
    EXPECT_NE(with("\"by\": \"rtc_cmos 00:04\"", "\"by\": 4"), "accepted");
}

TEST(ReportReader, LosesNoMicrosecond)
{
    Report report = held_report();
    for (report.run.uptime = 0us; report.run.uptime < 2ms; report.run.uptime += 1us)
        ASSERT_EQ(parse_report(render_json(report))->run.uptime, report.run.uptime);
}

TEST(ReportReader, KnowsAWaitWithoutALimit)
{
    Report endless = held_report();
    endless.gate->limit = forever;
    endless.run.clock_trusted = true;
    endless.run.trusted_by = "chrony";

    const auto report = parse_report(render_json(endless));

    ASSERT_TRUE(report) << to_text(report.error());
    EXPECT_EQ(report->gate->limit, forever);
    EXPECT_EQ(report->run.trusted_by, "chrony");
}

/// What we write, we read: the longest limit that can be set, and a hardware clock of the year
/// 9999.
TEST(ReportReader, KeepsTheLongestTimes)
{
    Report report = held_report();
    report.gate->limit = longest_span;
    report.gate->rtc_ahead = std::chrono::days{8000 * 365};

    const auto read = parse_report(render_json(report));

    ASSERT_TRUE(read) << to_text(read.error());
    EXPECT_EQ(read->gate->limit, report.gate->limit);
    EXPECT_EQ(read->gate->rtc_ahead, report.gate->rtc_ahead);
}

TEST(ReportReader, RefusesWhatIsTornOrForeign)
{
    const std::string whole = render_json(held_report());
    for (std::size_t length = 0; length + 2 < whole.size(); ++length)
        EXPECT_EQ(refusal_of(whole.substr(0, length)), "not JSON, or cut off") << length;
    EXPECT_EQ(refusal_of("{}"), "not a clockguard report");
    EXPECT_EQ(refusal_of("[]"), "not a clockguard report");
    EXPECT_EQ(refusal_of("17"), "not a clockguard report");
}

TEST(ReportReader, RefusesValuesThatCannotBe)
{
    const std::string whole = render_json(held_report());
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string text = whole;
        text.replace(text.find(from), from.size(), to);
        return refusal_of(text);
    };

    EXPECT_NE(with("\"waited_s\": 300.0", "\"waited_s\": 1e300"), "accepted");
    EXPECT_NE(with("\"exit_code\": 0", "\"exit_code\": 1e300"), "accepted");
    EXPECT_NE(with("\"boot_epoch_us\": 1788999987250000", "\"boot_epoch_us\": 1e300"), "accepted");
    EXPECT_NE(
        with("\"boot_epoch_us\": 1788999987250000", "\"boot_epoch_us\": 18446744073709551615"),
        "accepted");
    EXPECT_NE(with("\"timeout_held\"", "\"asleep\""), "accepted");
    EXPECT_NE(with("\"exit_code\": 0", "\"exit_code\": \"0\""), "accepted");
    EXPECT_NE(with("clockguard.report/v1", "clockguard.report/v2"), "accepted");
}

}  // namespace
}  // namespace clockguard
