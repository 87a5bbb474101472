// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/rtc/rtc_outcome.hpp"

#include <gtest/gtest.h>

#include "clockguard/core/report/report_reader_json.hpp"
#include "support/has.hpp"

namespace clockguard {
namespace {

RtcOutcome set_and_read_back()
{
    return {.summary = "set /dev/rtc0 from the system clock",
            .details = {{.when = "before", .state = "31 d ahead"},
                        {.when = "now", .state = "0.000 s ahead"}}};
}

const Context in_json{.output = {.format = Format::Json}};

TEST(RtcOutcome, SaysASuccessOnStandardOutput)
{
    const Answer answer = to_answer(set_and_read_back(), "rtc.set", {});

    EXPECT_EQ(answer.code, ExitCode::Healthy);
    EXPECT_EQ(answer.out, "set /dev/rtc0 from the system clock\n"
                          "  before  31 d ahead\n"
                          "  now     0.000 s ahead\n");
    EXPECT_EQ(answer.err, "");
}

TEST(RtcOutcome, SaysAFailureOnStandardError)
{
    RtcOutcome outcome = set_and_read_back();
    outcome.code = ExitCode::Critical;

    const Answer answer = to_answer(outcome, "rtc.set", {});

    EXPECT_EQ(answer.code, ExitCode::Critical);
    EXPECT_EQ(answer.out, "");
    EXPECT_EQ(answer.err, "set /dev/rtc0 from the system clock\n"
                          "  before  31 d ahead\n"
                          "  now     0.000 s ahead");
}

TEST(RtcOutcome, IsOneDocumentWhateverCameOfIt)
{
    RtcOutcome outcome = set_and_read_back();
    outcome.trust = {.trusted = true, .by = "chrony"};
    const Answer done = to_answer(outcome, "rtc.set", in_json);
    outcome.code = ExitCode::Refused;
    outcome.trust = {};
    const Answer refused = to_answer(outcome, "rtc.set", in_json);

    EXPECT_EQ(done.err, "");
    EXPECT_EQ(refused.err.substr(0, 13), "set /dev/rtc0");
    const auto good = parse_report(done.out);
    const auto bad = parse_report(refused.out);
    ASSERT_TRUE(good && bad) << done.out << refused.out;
    EXPECT_EQ(good->run.command, "rtc");
    EXPECT_EQ(good->run.trusted_by, "chrony");
    EXPECT_EQ(good->verdict.exit_code, 0);
    EXPECT_EQ(good->verdict.status, Status::Ok);
    EXPECT_FALSE(bad->run.clock_trusted);
    EXPECT_EQ(bad->verdict.exit_code, 4);
    EXPECT_EQ(bad->verdict.status, Status::Unknown);
}

TEST(RtcOutcome, NamesItsCheckItsClockAndItsFindingInADocument)
{
    RtcOutcome outcome = set_and_read_back();
    const std::string nameless = to_answer(outcome, "rtc.set", in_json).out;
    outcome.clock = ReportClock{.id = "rtc0", .device = "/dev/rtc0"};
    outcome.finding = ReportFinding{.code = "CG109"};
    const std::string named = to_answer(outcome, "rtc.set", in_json).out;

    EXPECT_TRUE(has(nameless, "\"id\": \"rtc.set\""));
    EXPECT_TRUE(has(nameless, "\"title\": \"rtc\"")) << nameless;
    EXPECT_FALSE(has(nameless, "\"code\""));
    EXPECT_TRUE(has(named, "\"detail\": \"before: 31 d ahead; now: 0.000 s ahead\"")) << named;
    EXPECT_TRUE(has(named, "\"title\": \"rtc0\""));
    EXPECT_TRUE(has(named, "\"device\": \"/dev/rtc0\""));
    EXPECT_TRUE(has(named, "\"code\": \"CG109\""));
}

}  // namespace
}  // namespace clockguard
