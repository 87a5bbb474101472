// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/rtc/rtc_commands.hpp"

#include <gtest/gtest.h>

#include "clockguard/core/report/diagnosis_rtc.hpp"
#include "support/rtc_machine.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::sys_seconds;

Answer check_on(RtcMachine& machine, const RtcCheckOptions& options = {})
{
    return check_rtcs(machine.world(), options, {});
}

TEST(RtcCheck, PassesOnWhatTheClockReports)
{
    RtcMachine machine{.trouble = 2};

    const Answer answer = check_on(machine);

    EXPECT_EQ(answer.code, ExitCode::Healthy);
    expect_in(answer.out, "\n  hardware clock rtc0 reports a fault: backup battery low\n");
    expect_in(show_rtcs(machine.world(), {}, {}).out,
              "\nCG112  hardware clock rtc0 reports a fault: backup battery low\n");
}

TEST(RtcCheck, TellsWhetherTheTwoClocksAgree)
{
    RtcMachine right;
    RtcMachine wrong{.rtc_ahead = days{31} + 23s};

    EXPECT_EQ(check_on(right).code, ExitCode::Healthy);
    const Answer answer = check_on(wrong);

    EXPECT_EQ(answer.code, ExitCode::Critical);
    EXPECT_EQ(answer.out,
              "CRITICAL  hardware clock rtc0 is 31 d 00:00:23 ahead of the system clock "
              "(+/-0.500 s), limit 2 s\n"
              "  The system clock is verified (chrony).\n"
              "  Fix: sudo clockguard rtc set --from system\n");
}

TEST(RtcCheck, DoesNotCallAClockRightThatNobodyVouchesFor)
{
    RtcMachine machine{.trusted = false};

    const Answer answer = check_on(machine);

    EXPECT_EQ(answer.code, ExitCode::Undetermined);
    EXPECT_EQ(
        answer.out.substr(0, answer.out.find('\n')),
        "UNKNOWN  hardware clock rtc0 is 0.199 s ahead of the system clock (+/-0.500 s), limit "
        "2 s; the system clock is not verified");
}

TEST(RtcCheck, DoesNotSayWhichOfTwoIsWrongWhenNobodyVouches)
{
    RtcMachine machine{.rtc_ahead = days{31}, .trusted = false};

    const Answer answer = check_on(machine);

    EXPECT_EQ(answer.code, ExitCode::Critical);
    EXPECT_EQ(answer.out.find("rtc set"), std::string::npos);
    EXPECT_NE(answer.out.find("To find out which of the two is wrong"), std::string::npos);
}

TEST(RtcCheck, NamesLocalTimeWhereTheDifferenceFitsAZone)
{
    RtcMachine machine{.rtc_ahead = 2h + 1s};

    const Answer answer = check_on(machine);

    EXPECT_EQ(answer.code, ExitCode::Critical);
    expect_in(answer.out, "hardware clock rtc0 is 02:00:01 ahead of the system clock (+/-0.500 s), "
                          "limit 2 s; it probably keeps local time (UTC+02:00)\n");
    expect_in(check_rtcs(machine.world(), {}, {.output = {.format = Format::Json}}).out,
              "probably keeps local time");
}

TEST(RtcCheck, DoubtsAdjtimeWhereALocalClockIsAZoneOff)
{
    RtcMachine machine{.rtc_ahead = -1h, .zone = RtcZone::Local};

    expect_in(check_on(machine).out,
              "; /etc/adjtime says LOCAL, but it probably keeps UTC or the time of another zone\n");
}

TEST(RtcCheck, HoldsTheClockToTheGivenLimit)
{
    RtcMachine machine{.rtc_ahead = 1min};

    EXPECT_EQ(check_on(machine).code, ExitCode::Critical);
    EXPECT_EQ(check_on(machine, {.max_offset = 2min}).code, ExitCode::Healthy);
}

TEST(RtcCheck, CannotJudgeAClockThatItCannotRead)
{
    RtcMachine machine{.unreadable = true};
    RtcMachine none{.rtcs = 0};

    EXPECT_EQ(check_on(machine).code, ExitCode::Undetermined);
    EXPECT_EQ(check_on(none).code, ExitCode::Undetermined);
}

TEST(RtcShow, TellsWhatAClockShowsAndHowItWasRead)
{
    RtcMachine machine{.rtc_ahead = days{31} + 23s};

    const Answer answer = show_rtcs(machine.world(), {}, {});

    EXPECT_EQ(answer.code, ExitCode::Healthy);
    EXPECT_EQ(answer.out, "/dev/rtc0 (rtc_cmos 00:04)\n"
                          "  shows    2026-04-03 08:00:33 UTC\n"
                          "  offset   31 d 00:00:23 ahead (+/-0.500 s) of the system clock\n"
                          "  read by  RTC_RD_TIME\n"
                          "  notes    set the clock at boot\n"
                          "The system clock is verified (chrony).\n");
}

TEST(RtcShow, IsToldToAMillisecondWhereATickWasWaitedFor)
{
    RtcMachine machine{.rtc_ahead = 92'413us};

    const Answer answer = show_rtcs(machine.world(), {.precise = true}, {});

    EXPECT_EQ(answer.code, ExitCode::Healthy);
    EXPECT_EQ(answer.out, "/dev/rtc0 (rtc_cmos 00:04)\n"
                          "  shows    2026-03-03 08:00:11 UTC\n"
                          "  offset   0.092413 s ahead (+/-0.000500 s) of the system clock\n"
                          "  read by  RTC_RD_TIME, polled\n"
                          "  notes    set the clock at boot\n"
                          "The system clock is verified (chrony).\n");
    const std::string json =
        show_rtcs(machine.world(), {.precise = true}, {.output = {.format = Format::Json}}).out;
    expect_in(json, "\"offset_s\": 0.092413");
    expect_in(json, "\"uncertainty_s\": 0.0005");
    expect_in(json, "\"method\": \"RTC_RD_TIME, polled\"");
    expect_in(json, "\"tick_seen\": true");
    expect_in(json, "\"update_interrupt\": \"came\"");
}

TEST(RtcShow, SaysThatInterruptsNeverCome)
{
    RtcMachine machine{.interrupt = UpdateInterrupt::Missing};

    const Answer answer = show_rtcs(machine.world(), {.precise = true}, {});

    EXPECT_EQ(answer.code, ExitCode::Healthy);
    expect_in(answer.out, "\nCG107  hardware clock rtc0 sends no update interrupts, although its "
                          "driver accepts the request: read by polling\n");
    expect_in(
        show_rtcs(machine.world(), {.precise = true}, {.output = {.format = Format::Json}}).out,
        "\"update_interrupt\": \"missing\"");
}

TEST(RtcShow, SaysThatThereIsNone)
{
    RtcMachine machine{.rtcs = 0};

    const Answer answer = show_rtcs(machine.world(), {}, {});

    EXPECT_EQ(answer.code, ExitCode::Healthy);
    EXPECT_EQ(answer.out, "no hardware clock: the kernel lists none in /sys/class/rtc\n");
}

}  // namespace
}  // namespace clockguard
