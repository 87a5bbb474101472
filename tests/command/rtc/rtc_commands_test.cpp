// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/rtc/rtc_commands.hpp"
#include "clockguard/command/rtc/rtc_drift.hpp"
#include "clockguard/command/rtc/rtc_set.hpp"
#include "clockguard/core/report/diagnosis_rtc.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::sys_seconds;

Instant at(std::string_view text)
{
    return parse_instant(text).value_or(Instant{});
}

/// A machine with one hardware clock, whose time passes only when somebody waits, and a little
/// with every look. Its system clock is right.
struct FakeMachine {
    Instant booted = at("2026-03-03T08:00:00.300Z");
    Uptime now{Span{10s}};
    Span rtc_ahead{};    // of the system clock
    Span phase = 500ms;  // after a write, its next second begins this much later
    Span look_takes = 1ms;
    bool trusted = true;
    HostClock host{};
    bool deaf = false;  // takes what is written, and forgets it
    bool unreadable = false;
    int unreadable_after = 1000;  // looks
    RtcZone zone = RtcZone::Utc;
    std::optional<unsigned> trouble{};
    UpdateInterrupt interrupt = UpdateInterrupt::Came;
    Span stepped_while_waiting{};
    Span oversleeps{};
    Span always_oversleeps{};
    std::error_code refuses{};
    std::string name = "rtc_cmos 00:04";
    std::vector<Instant> written_at{};
    double drift_ppm = 0;  // runs this much fast
    Span jumps_once{};     // at the next wait
    std::vector<std::string> progress{};
    BootRecords boots{};
    int rtcs = 1;

    Instant wall() const { return booted + now.time_since_epoch(); }

    Span ahead() const
    {
        return rtc_ahead + Span{std::llround(static_cast<double>(now.time_since_epoch().count()) *
                                             drift_ppm / 1e6)};
    }

    RtcSeen look(const RtcDevice& device)
    {
        now += look_takes;
        RtcSeen seen{.device = device, .zone = zone, .trouble = trouble};
        if (unreadable || unreadable_after-- == 0) {
            seen.reading = fail("cannot read hardware clock '/dev/rtc0'");
            return seen;
        }
        seen.reading =
            RtcReading{.device = device.node,
                       .name = device.name,
                       .shows = std::chrono::floor<std::chrono::seconds>(wall() + ahead()),
                       .taken_at = wall(),
                       .method = "RTC_RD_TIME"};
        return seen;
    }

    Result<void> set(sys_seconds moment)
    {
        written_at.push_back(wall());
        if (refuses)
            return fail("cannot set hardware clock '/dev/rtc0' (RTC_SET_TIME)", refuses);
        if (!deaf)
            rtc_ahead += Instant{moment} + 1s - phase - wall() - ahead();
        return {};
    }

    /// Waits for the next second, and finds it a millisecond wide.
    RtcSeen look_at_tick(const RtcDevice& device)
    {
        const Instant shown = wall() + ahead();
        now += std::chrono::ceil<std::chrono::seconds>(shown) - shown;
        RtcSeen seen = look(device);
        if (!seen.reading)
            return seen;
        seen.reading->tick_error = 500us;
        seen.reading->taken_at = wall() - look_takes;
        seen.reading->method = "RTC_RD_TIME, polled";
        seen.reading->interrupt = interrupt;
        return seen;
    }

    RtcWorld world()
    {
        return {.list =
                    [this] {
                        return std::vector<RtcDevice>(
                            static_cast<std::size_t>(rtcs),
                            {.node = "/dev/rtc0", .name = name, .set_system_clock = true});
                    },
                .look = [this](const RtcDevice& device) { return look(device); },
                .look_at_tick = [this](const RtcDevice& device) { return look_at_tick(device); },
                .trust =
                    [this] {
                        return trusted ? TrustNow{.trusted = true, .by = "chrony"}
                                       : TrustNow{.why = "chrony: not synchronised yet"};
                    },
                .host = [this] { return host; },
                .set = [this](const RtcDevice&, sys_seconds moment) { return set(moment); },
                .boot_instant = [this] { return booted; },
                .uptime = [this] { return now; },
                .wait_until =
                    [this](Uptime moment) {
                        rtc_ahead += std::exchange(jumps_once, Span{});
                        now = std::max(now, moment + std::exchange(oversleeps, Span{}) +
                                                always_oversleeps);
                        booted += std::exchange(stepped_while_waiting, Span{});
                    },
                .progress = [this](const std::string& line) { progress.push_back(line); },
                .boots = [this] { return boots; }};
    }
};

Answer set_on(FakeMachine& machine, const RtcSetOptions& options = {}, const Context& context = {})
{
    return set_rtcs(machine.world(), options, context);
}

Answer check_on(FakeMachine& machine, const RtcCheckOptions& options = {})
{
    return check_rtcs(machine.world(), options, {});
}

void expect_in(const std::string& text, const std::string& part)
{
    EXPECT_NE(text.find(part), std::string::npos) << part << "\nis not in\n" << text;
}

TEST(RtcSet, WritesAtTheHalfSecondAndReadsBack)
{
    FakeMachine machine{.rtc_ahead = days{31} + 23s};

    const Answer answer = set_on(machine);

    EXPECT_EQ(answer.code, ExitCode::Healthy);
    EXPECT_EQ(answer.err, "");
    EXPECT_EQ(answer.out,
              "set /dev/rtc0 (rtc_cmos 00:04) from the system clock, verified by chrony\n"
              "  before  2026-04-03 08:00:33  31 d 00:00:23 ahead (+/-0.500 s)\n"
              "  after   2026-03-03 08:00:11  0.000000 s ahead (+/-0.000500 s), read back\n");
    ASSERT_EQ(machine.written_at.size(), 1U);
    EXPECT_EQ(machine.written_at[0], at("2026-03-03T08:00:10.500Z"));
}

TEST(RtcSet, WritesOtherClocksOnTheSecond)
{
    FakeMachine machine{.phase = 1s, .name = "rtc-efi rtc-efi.0"};

    EXPECT_EQ(set_on(machine).code, ExitCode::Healthy);

    ASSERT_EQ(machine.written_at.size(), 1U);
    EXPECT_EQ(machine.written_at[0], at("2026-03-03T08:00:11Z"));
    EXPECT_LE(abs(machine.rtc_ahead), 20ms);
}

TEST(RtcSet, TriesAgainWhenItWokeTooLate)
{
    FakeMachine machine{.oversleeps = 300ms};

    EXPECT_EQ(set_on(machine).code, ExitCode::Healthy);

    ASSERT_EQ(machine.written_at.size(), 1U);
    EXPECT_EQ(machine.written_at[0], at("2026-03-03T08:00:11.500Z"));
}

TEST(RtcSet, TouchesNothingWhileTheClockIsNotTrusted)
{
    FakeMachine machine{.rtc_ahead = days{31}, .trusted = false};

    const Answer answer = set_on(machine);

    EXPECT_EQ(answer.code, ExitCode::Refused);
    EXPECT_EQ(answer.err, "hardware clock not touched: the system clock is not verified "
                          "(chrony: not synchronised yet)");
    EXPECT_TRUE(machine.written_at.empty());
}

TEST(RtcSet, TouchesNothingInADryRun)
{
    FakeMachine machine{.rtc_ahead = days{31} + 23s};

    const Answer answer = set_on(machine, {.dry_run = true});

    EXPECT_EQ(answer.code, ExitCode::Healthy);
    EXPECT_EQ(answer.out,
              "would set /dev/rtc0 (rtc_cmos 00:04) from the system clock, verified by chrony\n"
              "  now  2026-04-03 08:00:33  31 d 00:00:23 ahead (+/-0.500 s)\n");
    EXPECT_TRUE(machine.written_at.empty());
}

TEST(RtcSet, LeavesAClockAloneThatIsRightEnough)
{
    FakeMachine machine{.rtc_ahead = 1s};

    const Answer answer = set_on(machine, {.if_off = true});

    EXPECT_EQ(answer.code, ExitCode::Healthy);
    EXPECT_EQ(answer.out,
              "left /dev/rtc0 (rtc_cmos 00:04) alone: 1.199 s ahead (+/-0.500 s), limit "
              "2 s\n");
    EXPECT_TRUE(machine.written_at.empty());
}

TEST(RtcSet, WritesAClockThatIsOff)
{
    FakeMachine machine{.rtc_ahead = 2s};

    EXPECT_EQ(set_on(machine, {.if_off = true}).code, ExitCode::Healthy);

    EXPECT_EQ(machine.written_at.size(), 1U);
}

TEST(RtcSet, LeavesEveryClockAloneWhereTheConfigurationSaysNever)
{
    FakeMachine machine{.rtc_ahead = days{31}};
    const Context context{.config = {.rtc = {.correct = RtcCorrect::Never}}};

    const Answer answer = set_on(machine, {.if_off = true}, context);

    EXPECT_EQ(answer.code, ExitCode::Healthy);
    EXPECT_EQ(answer.out, "left /dev/rtc0 (rtc_cmos 00:04) alone: rtc.correct = \"never\"\n");
    EXPECT_TRUE(machine.written_at.empty());
}

TEST(RtcSet, StopsWhenTheSystemClockIsSteppedMeanwhile)
{
    FakeMachine machine{.rtc_ahead = days{31}, .stepped_while_waiting = -days{31}};

    const Answer answer = set_on(machine);

    EXPECT_EQ(answer.code, ExitCode::Critical);
    EXPECT_EQ(answer.err, "hardware clock not touched: the system clock was stepped meanwhile; run "
                          "this again");
    EXPECT_TRUE(machine.written_at.empty());
}

TEST(RtcSet, WritesNothingAtTheWrongMoment)
{
    FakeMachine machine{.rtc_ahead = days{31}, .always_oversleeps = 1900ms};

    const Answer answer = set_on(machine);

    EXPECT_EQ(answer.code, ExitCode::Critical);
    EXPECT_EQ(answer.err,
              "hardware clock not touched: woke up more than 50 ms late 10 times in a row; run "
              "this again when this machine is less busy");
    EXPECT_TRUE(machine.written_at.empty());
}

TEST(RtcSet, FailsWhenTheClockForgetsWhatWasWritten)
{
    FakeMachine machine{.rtc_ahead = days{31} + 23s, .deaf = true};

    const Answer answer = set_on(machine);

    EXPECT_EQ(answer.code, ExitCode::Critical);
    EXPECT_EQ(answer.err,
              "cannot set hardware clock '/dev/rtc0': written, but it reads back "
              "31 d 00:00:23.000000 ahead (+/-0.000500 s) of the system clock, limit 2 s");
}

TEST(RtcSet, DoesNotOverwriteLocalTimeUnasked)
{
    FakeMachine machine{.rtc_ahead = 2h};

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
    FakeMachine machine{.rtc_ahead = -1h, .zone = RtcZone::Local};

    const Answer answer = set_on(machine);

    EXPECT_EQ(answer.code, ExitCode::Refused);
    expect_in(answer.err, ", a zone's difference, although /etc/adjtime says LOCAL: to write this "
                          "machine's local time use --trust-adjtime (CG106)");
    EXPECT_TRUE(machine.written_at.empty());
}

TEST(RtcSet, LooksAgainLater)
{
    FakeMachine machine{.rtc_ahead = days{31}};

    const Answer answer = set_on(machine, {.verify_for = 12s});

    EXPECT_EQ(answer.code, ExitCode::Healthy);
    expect_in(answer.out, "\n  later   2026-03-03 08:00:24  0.000000 s ahead (+/-0.000500 s), read "
                          "back 13 s after the write\n");
}

TEST(RtcSet, FindsThatTheClockWasSetWrongAgain)
{
    FakeMachine machine{.rtc_ahead = days{31}};
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
    FakeMachine machine{.rtc_ahead = days{31}};
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
    FakeMachine machine{.trouble = 1};

    const Answer answer = set_on(machine, {.if_off = true});

    EXPECT_EQ(answer.code, ExitCode::Healthy);
    EXPECT_EQ(machine.written_at.size(), 1U);
    expect_in(answer.out, "\n  reports  time invalid\n");
}

TEST(RtcCheck, PassesOnWhatTheClockReports)
{
    FakeMachine machine{.trouble = 2};

    const Answer answer = check_on(machine);

    EXPECT_EQ(answer.code, ExitCode::Healthy);
    expect_in(answer.out, "\n  hardware clock rtc0 reports a fault: backup battery low\n");
    expect_in(show_rtcs(machine.world(), {}, {}).out,
              "\nCG112  hardware clock rtc0 reports a fault: backup battery low\n");
}

TEST(RtcSet, SaysThatItNeedsRoot)
{
    FakeMachine machine{.refuses = std::make_error_code(std::errc::permission_denied)};

    const Answer answer = set_on(machine);

    EXPECT_EQ(answer.code, ExitCode::NeedsRoot);
    EXPECT_EQ(answer.err,
              "cannot set hardware clock '/dev/rtc0' (RTC_SET_TIME): Permission denied");
}

TEST(RtcSet, WritesAReport)
{
    FakeMachine machine{.rtc_ahead = days{31} + 23s};

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
    FakeMachine machine{.rtc_ahead = days{31}, .trusted = false};

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
    FakeMachine machine{.rtcs = 0};

    EXPECT_EQ(set_on(machine, {.if_off = true}).code, ExitCode::Healthy);
    EXPECT_EQ(set_on(machine).code, ExitCode::Undetermined);
    EXPECT_EQ(set_on(machine).err, "no hardware clock: the kernel lists none in /sys/class/rtc");
}

HostClock host_clock(Span system_ahead)
{
    return {.view = {.state = TimeSync::Live,
                     .offset = Offset{.value = system_ahead, .error = 1ms},
                     .why = "answers"},
            .may_vouch = true};
}

/// The system clock is a month ahead, and so is the hardware clock: the host's is right.
TEST(RtcSet, CopiesTheHostsClockWhateverTheSystemClockShows)
{
    FakeMachine machine{.trusted = false, .host = host_clock(days{30} + 250ms)};

    const Answer answer = set_on(machine, {.from = RtcSource::Host});

    EXPECT_EQ(answer.code, ExitCode::Healthy) << answer.err;
    EXPECT_EQ(answer.out,
              "set /dev/rtc0 (rtc_cmos 00:04) from the Hyper-V host's clock, which trust.host lets "
              "vouch\n"
              "  before  2026-03-03 08:00:10  30 d 00:00:00 ahead (+/-0.501 s)\n"
              "  after   2026-02-01 08:00:11  0.000000 s ahead (+/-0.001500 s), read back\n");
    ASSERT_EQ(machine.written_at.size(), 1U);
    EXPECT_EQ(machine.written_at[0], at("2026-03-03T08:00:10.750Z"));
}

TEST(RtcSet, CopiesNoHostsClockThatIsNoWitness)
{
    struct Case {
        HostClock host;
        bool trusted;
        ExitCode code;
        std::string said;
    };
    HostClock silent = host_clock(0s);
    silent.view.state = TimeSync::PtpWithoutSample;
    silent.view.why = "no sample has come";
    HostClock forbidden = host_clock(0s);
    forbidden.may_vouch = false;
    for (const Case& one : {Case{silent, true, ExitCode::Undetermined,
                                 "the Hyper-V host's clock is no witness (no sample has come)"},
                            Case{forbidden, false, ExitCode::Refused,
                                 "trust.host does not let the Hyper-V host's clock vouch here"},
                            Case{host_clock(-days{30}), true, ExitCode::Refused,
                                 "the Hyper-V host's clock contradicts the system clock, verified "
                                 "by chrony: 30 d behind "
                                 "(+/-0.001 s)"}}) {
        FakeMachine machine{.trusted = one.trusted, .host = one.host};

        const Answer answer = set_on(machine, {.from = RtcSource::Host});

        EXPECT_EQ(answer.code, one.code);
        EXPECT_EQ(answer.err, "hardware clock not touched: " + one.said);
        EXPECT_TRUE(machine.written_at.empty());
    }
}

TEST(RtcCheck, TellsWhetherTheTwoClocksAgree)
{
    FakeMachine right;
    FakeMachine wrong{.rtc_ahead = days{31} + 23s};

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
    FakeMachine machine{.trusted = false};

    const Answer answer = check_on(machine);

    EXPECT_EQ(answer.code, ExitCode::Undetermined);
    EXPECT_EQ(
        answer.out.substr(0, answer.out.find('\n')),
        "UNKNOWN  hardware clock rtc0 is 0.199 s ahead of the system clock (+/-0.500 s), limit "
        "2 s; the system clock is not verified");
}

TEST(RtcCheck, DoesNotSayWhichOfTwoIsWrongWhenNobodyVouches)
{
    FakeMachine machine{.rtc_ahead = days{31}, .trusted = false};

    const Answer answer = check_on(machine);

    EXPECT_EQ(answer.code, ExitCode::Critical);
    EXPECT_EQ(answer.out.find("rtc set"), std::string::npos);
    EXPECT_NE(answer.out.find("To find out which of the two is wrong"), std::string::npos);
}

TEST(RtcCheck, NamesLocalTimeWhereTheDifferenceFitsAZone)
{
    FakeMachine machine{.rtc_ahead = 2h + 1s};

    const Answer answer = check_on(machine);

    EXPECT_EQ(answer.code, ExitCode::Critical);
    expect_in(answer.out, "hardware clock rtc0 is 02:00:01 ahead of the system clock (+/-0.500 s), "
                          "limit 2 s; it probably keeps local time (UTC+02:00)\n");
    expect_in(check_rtcs(machine.world(), {}, {.output = {.format = Format::Json}}).out,
              "probably keeps local time");
}

TEST(RtcCheck, DoubtsAdjtimeWhereALocalClockIsAZoneOff)
{
    FakeMachine machine{.rtc_ahead = -1h, .zone = RtcZone::Local};

    expect_in(check_on(machine).out,
              "; /etc/adjtime says LOCAL, but it probably keeps UTC or the time of another zone\n");
}

TEST(RtcCheck, HoldsTheClockToTheGivenLimit)
{
    FakeMachine machine{.rtc_ahead = 1min};

    EXPECT_EQ(check_on(machine).code, ExitCode::Critical);
    EXPECT_EQ(check_on(machine, {.max_offset = 2min}).code, ExitCode::Healthy);
}

TEST(RtcCheck, CannotJudgeAClockThatItCannotRead)
{
    FakeMachine machine{.unreadable = true};
    FakeMachine none{.rtcs = 0};

    EXPECT_EQ(check_on(machine).code, ExitCode::Undetermined);
    EXPECT_EQ(check_on(none).code, ExitCode::Undetermined);
}

Answer drift_on(FakeMachine& machine, const RtcDriftOptions& options = {},
                const Context& context = {})
{
    return measure_drift(machine.world(), options, context);
}

TEST(RtcDrift, TellsTheRateAndItsError)
{
    FakeMachine machine{.drift_ppm = 50};

    const Answer answer = drift_on(machine, {.length = 120s, .interval = 5s});

    EXPECT_EQ(answer.code, ExitCode::Healthy);
    EXPECT_EQ(answer.err, "");
    EXPECT_EQ(answer.out,
              "hardware clock rtc0 runs fast by 50.00 ppm (+/-3.14 ppm, 95 %), 4.320 s a day\n"
              "  readings  25 in 2 min\n"
              "  by boots  not known: no two recorded boots in a row without a write by the kernel "
              "or clockguard between them\n");
    ASSERT_EQ(machine.progress.size(), 26U);
    EXPECT_EQ(machine.progress[0], "reading 1 of 25: 0.000500 s ahead (+/-0.000500 s)");
    EXPECT_EQ(machine.progress.back(), "");
}

TEST(RtcDrift, TakesItsProgressAwayWhereItFails)
{
    FakeMachine machine{.unreadable_after = 3};

    const Answer answer = drift_on(machine, {.length = 120s, .interval = 5s});

    EXPECT_EQ(answer.err, "cannot read hardware clock '/dev/rtc0'");
    ASSERT_EQ(machine.progress.size(), 4U);
    EXPECT_EQ(machine.progress.back(), "");
}

TEST(RtcDrift, IsNotDeterminableInAShortTime)
{
    FakeMachine machine;

    const Answer answer = drift_on(machine, {.length = 10s, .interval = 5s});

    EXPECT_EQ(answer.code, ExitCode::Undetermined);
    EXPECT_EQ(answer.err,
              "not yet determinable: the rate of hardware clock rtc0 is known to "
              "+/-80.0 ppm after 10 s, limit 10 ppm; measure longer with --for\n"
              "  readings  3 in 10 s\n"
              "  by boots  not known: no two recorded boots in a row without a write by the "
              "kernel or clockguard between them");
    EXPECT_EQ(drift_on(machine, {.length = 2s, .interval = 5s}).err,
              "not yet determinable: hardware clock rtc0 was read once; measure longer with --for");
}

/// A boot whose hardware clock was that far ahead, and that left it so.
BootRecord boot_on_record(std::int64_t number, Instant began, Span ahead)
{
    BootRecord boot{.number = number};
    boot.starts = {.rtc = ClaimedStart{.at = began + ahead, .error = 500ms},
                   .network = ClaimedStart{.at = began, .error = 1ms},
                   .rtc_left_alone = true};
    return boot;
}

TEST(RtcDrift, TellsTheRateFromTheBootsOnRecord)
{
    const Instant began = at("2026-03-03T08:00:00Z");
    FakeMachine machine{.drift_ppm = 50};
    machine.boots.newest_first = {boot_on_record(8, began, 9s),
                                  boot_on_record(7, began - days{2}, 300ms)};

    const Answer answer = drift_on(machine);

    expect_in(answer.out,
              "\n  by boots  runs fast by 50.35 ppm (+/-5.80 ppm, 95 %), 4.350 s a day, "
              "over 2 boots in 2 d\n");
    const Answer json = drift_on(machine, {}, {.output = {.format = Format::Json}});
    expect_in(json.out, "\"boots_drift_ppm\": 50.3");
    expect_in(json.out, "\"boots_drift_over_s\": 172800");
    expect_in(json.out, "\"boots_drift_readings\": 2");
}

TEST(RtcDrift, LeavesOutWhatWasReadBeforeTheClockWasSet)
{
    FakeMachine machine{.jumps_once = 30ms};
    const RtcWorld world = machine.world();
    int looks = 0;
    RtcWorld jumping = world;
    jumping.look_at_tick = [&](const RtcDevice& device) {
        if (++looks == 4)
            machine.rtc_ahead += 1s;
        return world.look_at_tick(device);
    };

    const Answer answer = measure_drift(jumping, {}, {});

    EXPECT_EQ(answer.code, ExitCode::Healthy);
    expect_in(answer.out,
              "\n  readings  22 in 1 min 45 s\n  left out  3: a clock was set meanwhile\n");
}

TEST(RtcDrift, SaysThatNobodyVouches)
{
    FakeMachine machine{.trusted = false};

    const Answer answer = drift_on(machine);

    EXPECT_EQ(answer.code, ExitCode::Undetermined);
    expect_in(answer.err, "\n  warning   the system clock is not verified (chrony: not "
                          "synchronised yet)");
}

TEST(RtcDrift, CannotMeasureWhatItCannotRead)
{
    FakeMachine machine{.unreadable = true};
    FakeMachine none{.rtcs = 0};

    EXPECT_EQ(drift_on(machine).err, "cannot read hardware clock '/dev/rtc0'");
    EXPECT_EQ(drift_on(machine).code, ExitCode::Undetermined);
    EXPECT_EQ(drift_on(none).code, ExitCode::Undetermined);
}

TEST(RtcDrift, WritesAReport)
{
    FakeMachine machine;

    const Answer answer = drift_on(machine, {}, {.output = {.format = Format::Json}});

    expect_in(answer.out, "\"id\": \"rtc.drift\"");
    expect_in(answer.out, "\"drift_ppm\": 0");
    expect_in(answer.out, "\"drift_uncertainty_ppm\": ");
    expect_in(answer.out, "\"drift_over_s\": 120");
    expect_in(answer.out, "\"drift_readings\": 25");
}

TEST(RtcShow, IsATable)
{
    FakeMachine machine{.rtc_ahead = days{31} + 23s};

    const Answer answer = show_rtcs(machine.world(), {}, {});

    EXPECT_EQ(answer.code, ExitCode::Healthy);
    EXPECT_EQ(
        answer.out,
        "DEVICE     NAME            TIME (UTC)           AGAINST SYSTEM CLOCK              READ "
        "BY      NOTES\n"
        "/dev/rtc0  rtc_cmos 00:04  2026-04-03 08:00:33  31 d 00:00:23 ahead (+/-0.500 s)  "
        "RTC_RD_TIME  set the clock at boot\n"
        "The system clock is verified (chrony).\n");
}

TEST(RtcShow, IsToldToAMillisecondWhereATickWasWaitedFor)
{
    FakeMachine machine{.rtc_ahead = 92'413us};

    const Answer answer = show_rtcs(machine.world(), {.precise = true}, {});

    EXPECT_EQ(answer.code, ExitCode::Healthy);
    EXPECT_EQ(
        answer.out,
        "DEVICE     NAME            TIME (UTC)           AGAINST SYSTEM CLOCK              READ "
        "BY              NOTES\n"
        "/dev/rtc0  rtc_cmos 00:04  2026-03-03 08:00:11  0.092413 s ahead (+/-0.000500 s)  "
        "RTC_RD_TIME, polled  set the clock at boot\n"
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
    FakeMachine machine{.interrupt = UpdateInterrupt::Missing};

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
    FakeMachine machine{.rtcs = 0};

    const Answer answer = show_rtcs(machine.world(), {}, {});

    EXPECT_EQ(answer.code, ExitCode::Healthy);
    EXPECT_EQ(answer.out, "no hardware clock: the kernel lists none in /sys/class/rtc\n");
}

}  // namespace
}  // namespace clockguard
