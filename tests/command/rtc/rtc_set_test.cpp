// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/rtc/rtc_set.hpp"

#include <gtest/gtest.h>

#include "support/rtc_machine.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::sys_seconds;

Answer set_on(RtcMachine& machine, const RtcSetOptions& options = {}, const Context& context = {})
{
    return set_rtcs(machine.world(), options, context);
}

HostClock host_clock(Span system_ahead)
{
    return {.view = {.state = TimeSync::Live,
                     .offset = Offset{.value = system_ahead, .error = 1ms},
                     .why = "answers"},
            .may_vouch = true};
}

TEST(RtcSet, WritesAtTheHalfSecondAndReadsBack)
{
    RtcMachine machine{.rtc_ahead = days{31} + 23s};

    const Answer answer = set_on(machine);

    EXPECT_EQ(answer.code, ExitCode::Healthy);
    EXPECT_EQ(answer.err, "");
    EXPECT_EQ(answer.out,
              "set /dev/rtc0 (rtc_cmos 00:04) from the system clock, verified by chrony\n"
              "  before  2026-04-03 08:00:33  31 d 00:00:23 ahead (+/-0.500 s)\n"
              "  after   2026-03-03 08:00:11  0.000000 s ahead (+/-0.000500 s), read back\n");
    ASSERT_EQ(machine.written_at.size(), 1U);
    EXPECT_EQ(machine.written_at[0], moment("2026-03-03T08:00:10.500Z"));
}

TEST(RtcSet, HasChronydMeasureAfterAPauseOfTheMachine)
{
    RtcMachine machine{.rtc_ahead = days{31}, .was_paused = true};

    EXPECT_EQ(show_rtcs(machine.world(), {}, {}).code, ExitCode::Healthy);
    EXPECT_TRUE(machine.was_paused);
    EXPECT_EQ(set_on(machine, {.dry_run = true}).code, ExitCode::Refused);
    EXPECT_TRUE(machine.was_paused);
    EXPECT_EQ(set_on(machine).code, ExitCode::Healthy);
    EXPECT_EQ(machine.written_at.size(), 1U);
}

TEST(RtcSet, WritesOtherClocksOnTheSecond)
{
    RtcMachine machine{.phase = 1s, .name = "rtc-efi rtc-efi.0"};

    EXPECT_EQ(set_on(machine).code, ExitCode::Healthy);

    ASSERT_EQ(machine.written_at.size(), 1U);
    EXPECT_EQ(machine.written_at[0], moment("2026-03-03T08:00:11Z"));
    EXPECT_LE(abs(machine.rtc_ahead), 20ms);
}

TEST(RtcSet, TriesAgainWhenItWokeTooLate)
{
    RtcMachine machine{.oversleeps = 300ms};

    EXPECT_EQ(set_on(machine).code, ExitCode::Healthy);

    ASSERT_EQ(machine.written_at.size(), 1U);
    EXPECT_EQ(machine.written_at[0], moment("2026-03-03T08:00:11.500Z"));
}

TEST(RtcSet, TouchesNothingWhileTheClockIsNotTrusted)
{
    RtcMachine machine{.rtc_ahead = days{31}, .trusted = false};

    const Answer answer = set_on(machine);

    EXPECT_EQ(answer.code, ExitCode::Refused);
    EXPECT_EQ(answer.err, "hardware clock not touched: the system clock is not verified "
                          "(chrony: not synchronised yet)");
    EXPECT_TRUE(machine.written_at.empty());
}

TEST(RtcSet, TouchesNothingInADryRun)
{
    RtcMachine machine{.rtc_ahead = days{31} + 23s};

    const Answer answer = set_on(machine, {.dry_run = true});

    EXPECT_EQ(answer.code, ExitCode::Healthy);
    EXPECT_EQ(answer.out,
              "would set /dev/rtc0 (rtc_cmos 00:04) from the system clock, verified by chrony\n"
              "  now  2026-04-03 08:00:33  31 d 00:00:23 ahead (+/-0.500 s)\n");
    EXPECT_TRUE(machine.written_at.empty());
}

TEST(RtcSet, LeavesAClockAloneThatIsRightEnough)
{
    RtcMachine machine{.rtc_ahead = 1s};

    const Answer answer = set_on(machine, {.if_off = true});

    EXPECT_EQ(answer.code, ExitCode::Healthy);
    EXPECT_EQ(answer.out,
              "left /dev/rtc0 (rtc_cmos 00:04) alone: 1.199 s ahead (+/-0.500 s), limit "
              "2 s\n");
    EXPECT_TRUE(machine.written_at.empty());
}

TEST(RtcSet, WritesAClockThatIsOff)
{
    RtcMachine machine{.rtc_ahead = 2s};

    EXPECT_EQ(set_on(machine, {.if_off = true}).code, ExitCode::Healthy);

    EXPECT_EQ(machine.written_at.size(), 1U);
}

TEST(RtcSet, LeavesEveryClockAloneWhereTheConfigurationSaysNever)
{
    RtcMachine machine{.rtc_ahead = days{31}};
    const Context context{.config = {.rtc = {.correct = RtcCorrect::Never}}};

    const Answer answer = set_on(machine, {.if_off = true}, context);

    EXPECT_EQ(answer.code, ExitCode::Healthy);
    EXPECT_EQ(answer.out, "left /dev/rtc0 (rtc_cmos 00:04) alone: rtc.correct = \"never\"\n");
    EXPECT_TRUE(machine.written_at.empty());
}

TEST(RtcSet, StopsWhenTheSystemClockIsSteppedMeanwhile)
{
    RtcMachine machine{.rtc_ahead = days{31}, .stepped_while_waiting = -days{31}};

    const Answer answer = set_on(machine);

    EXPECT_EQ(answer.code, ExitCode::Critical);
    EXPECT_EQ(answer.err, "hardware clock not touched: the system clock was stepped meanwhile; run "
                          "this again");
    EXPECT_TRUE(machine.written_at.empty());
}

TEST(RtcSet, WritesNothingAtTheWrongMoment)
{
    RtcMachine machine{.rtc_ahead = days{31}, .always_oversleeps = 1900ms};

    const Answer answer = set_on(machine);

    EXPECT_EQ(answer.code, ExitCode::Critical);
    EXPECT_EQ(answer.err,
              "hardware clock not touched: woke up more than 50 ms late 10 times in a row; run "
              "this again when this machine is less busy");
    EXPECT_TRUE(machine.written_at.empty());
}

TEST(RtcSet, FailsWhenTheClockForgetsWhatWasWritten)
{
    RtcMachine machine{.rtc_ahead = days{31} + 23s, .deaf = true};

    const Answer answer = set_on(machine);

    EXPECT_EQ(answer.code, ExitCode::Critical);
    EXPECT_EQ(answer.err,
              "cannot set hardware clock '/dev/rtc0': written, but it reads back "
              "31 d 00:00:23.000000 ahead (+/-0.000500 s) of the system clock, limit 2 s");
}

TEST(RtcSet, DoesNotOverwriteLocalTimeUnasked)
{
    RtcMachine machine{.rtc_ahead = 2h};

    const Answer answer = set_on(machine, {.if_off = true});

    EXPECT_EQ(answer.code, ExitCode::Refused);
    EXPECT_EQ(answer.err, "hardware clock not touched: rtc0 is 02:00:00 ahead (+/-0.500 s), and "
                          "probably keeps local time (UTC+02:00): to write UTC use "
                          "--trust-adjtime; to keep local time, timedatectl set-local-rtc 1 "
                          "(CG106)");
    EXPECT_TRUE(machine.written_at.empty());
    EXPECT_EQ(set_on(machine, {.dry_run = true}).code, ExitCode::Refused);

    EXPECT_EQ(set_on(machine, {.trust_adjtime = true}).code, ExitCode::Healthy);
    EXPECT_EQ(machine.written_at.size(), 1U);
}

TEST(RtcSet, DoesNotChooseBetweenAdjtimeAndTheClock)
{
    RtcMachine machine{.rtc_ahead = -1h, .zone = RtcZone::Local};

    const Answer answer = set_on(machine);

    EXPECT_EQ(answer.code, ExitCode::Refused);
    expect_in(answer.err, ", a zone's difference, although /etc/adjtime says LOCAL: to write this "
                          "machine's local time use --trust-adjtime (CG106)");
    EXPECT_TRUE(machine.written_at.empty());
}

TEST(RtcSet, LooksAgainLater)
{
    RtcMachine machine{.rtc_ahead = days{31}};

    const Answer answer = set_on(machine, {.verify_for = 12s});

    EXPECT_EQ(answer.code, ExitCode::Healthy);
    expect_in(answer.out, "\n  later   2026-03-03 08:00:24  0.000000 s ahead (+/-0.000500 s), read "
                          "back 13 s after the write\n");
}

TEST(RtcSet, FindsThatTheClockWasSetWrongAgain)
{
    RtcMachine machine{.rtc_ahead = days{31}};
    RtcWorld world = machine.world();
    world.look_at_tick = [&, looks = 0](const RtcDevice& device) mutable {
        if (++looks == 2)
            machine.rtc_ahead = days{31};
        return machine.look_at_tick(device);
    };

    const Answer answer =
        set_rtcs(world, {.verify_for = 12s}, {.output = {.format = Format::Json}});

    EXPECT_EQ(answer.code, ExitCode::Critical);
    EXPECT_TRUE(
        answer.err.starts_with("hardware clock '/dev/rtc0' did not keep what was written\n"))
        << answer.err;
    expect_in(answer.err, "\n  later   2026-04-03 08:00:24  31 d 00:00:00.000000 ahead");
    expect_in(answer.out, "\"code\": \"CG109\"");
}

TEST(RtcSet, DoesNotBlameTheHardwareClockForAStepOfTheSystems)
{
    RtcMachine machine{.rtc_ahead = days{31}};
    RtcWorld world = machine.world();
    world.look_at_tick = [&, looks = 0](const RtcDevice& device) mutable {
        if (++looks == 2)
            machine.booted += 1h;
        return machine.look_at_tick(device);
    };

    const Answer answer = set_rtcs(world, {.verify_for = 12s}, {});

    EXPECT_EQ(answer.code, ExitCode::Healthy);
    expect_in(answer.out, "\n  later   not compared: the system clock was stepped meanwhile\n");
}

TEST(RtcSet, WritesAClockWhoseTimeIsInvalidThoughItLooksRight)
{
    RtcMachine machine{.trouble = 1};

    const Answer answer = set_on(machine, {.if_off = true});

    EXPECT_EQ(answer.code, ExitCode::Healthy);
    EXPECT_EQ(machine.written_at.size(), 1U);
    expect_in(answer.out, "\n  reports  time invalid\n");
}

TEST(RtcSet, SaysThatItNeedsRoot)
{
    RtcMachine machine{.refuses = std::make_error_code(std::errc::permission_denied)};

    const Answer answer = set_on(machine);

    EXPECT_EQ(answer.code, ExitCode::NeedsRoot);
    EXPECT_EQ(answer.err,
              "cannot set hardware clock '/dev/rtc0' (RTC_SET_TIME): Permission denied");
}

TEST(RtcSet, WritesAReport)
{
    RtcMachine machine{.rtc_ahead = days{31} + 23s};

    const Answer answer = set_on(machine, {}, {.output = {.format = Format::Json}});

    EXPECT_EQ(answer.code, ExitCode::Healthy);
    EXPECT_EQ(answer.err, "");
    expect_in(answer.out, "\"schema\": \"clockguard.report/v1\"");
    expect_in(answer.out, "\"trusted_by\": \"chrony\"");
    expect_in(answer.out, "\"exit_code\": 0");
    expect_in(answer.out, "\"id\": \"rtc.set\"");
    expect_in(answer.out, "before: 2026-04-03 08:00:33  31 d 00:00:23 ahead (+/-0.500 s); after: ");
    expect_in(answer.out, "\"device\": \"/dev/rtc0\"");
    expect_in(answer.out, "\"offset_s\": 0.0");
}

TEST(RtcSet, ReportsThatItRefused)
{
    RtcMachine machine{.rtc_ahead = days{31}, .trusted = false};

    const Answer answer = set_on(machine, {}, {.output = {.format = Format::Json}});

    EXPECT_EQ(answer.code, ExitCode::Refused);
    expect_in(answer.out, "\"exit_code\": 4");
    expect_in(answer.out, "\"summary\": \"hardware clock not touched: ");
    expect_in(answer.out, "\"clock_trusted\": false");
    expect_in(answer.err, "hardware clock not touched: ");
    EXPECT_TRUE(machine.written_at.empty());
}

TEST(RtcSet, FindsNothingToDoWithoutAHardwareClock)
{
    RtcMachine machine{.rtcs = 0};

    EXPECT_EQ(set_on(machine, {.if_off = true}).code, ExitCode::Healthy);
    EXPECT_EQ(set_on(machine).code, ExitCode::Undetermined);
    EXPECT_EQ(set_on(machine).err, "no hardware clock: the kernel lists none in /sys/class/rtc");
}

/// The system clock is a month ahead, and so is the hardware clock: the host's is right.
TEST(RtcSet, CopiesTheHostsClockWhateverTheSystemClockShows)
{
    RtcMachine machine{.trusted = false, .host = host_clock(days{30} + 250ms)};

    const Answer answer = set_on(machine, {.from = RtcSource::Host});

    EXPECT_EQ(answer.code, ExitCode::Healthy) << answer.err;
    EXPECT_EQ(
        answer.out,
        "set /dev/rtc0 (rtc_cmos 00:04) from the Hyper-V host's clock, which trust.host accepts\n"
        "  before  2026-03-03 08:00:10  30 d 00:00:00 ahead (+/-0.501 s)\n"
        "  after   2026-02-01 08:00:11  0.000000 s ahead (+/-0.001500 s), read back\n");
    ASSERT_EQ(machine.written_at.size(), 1U);
    EXPECT_EQ(machine.written_at[0], moment("2026-03-03T08:00:10.750Z"));
}

TEST(RtcSet, CopiesNoHostsClockThatMayNotVouch)
{
    HostClock forbidden = host_clock(0s);
    forbidden.may_vouch = false;
    RtcMachine machine{.trusted = false, .host = forbidden};

    const Answer answer = set_on(machine, {.from = RtcSource::Host});

    EXPECT_EQ(answer.code, ExitCode::Refused);
    EXPECT_EQ(answer.err, "hardware clock not touched: trust.host does not accept the Hyper-V "
                          "host's clock here");
    EXPECT_TRUE(machine.written_at.empty());
}

}  // namespace
}  // namespace clockguard
