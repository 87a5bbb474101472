// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/rtc/rtc_drift.hpp"

#include <gtest/gtest.h>

#include "support/rtc_machine.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::sys_seconds;

Answer drift_on(RtcMachine& machine, const RtcDriftOptions& options = {},
                const Context& context = {})
{
    return measure_drift(machine.world(), options, context);
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

TEST(RtcDrift, TellsTheRateAndItsError)
{
    RtcMachine machine{.drift_ppm = 50};

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
    RtcMachine machine{.unreadable_after = 3};

    const Answer answer = drift_on(machine, {.length = 120s, .interval = 5s});

    EXPECT_EQ(answer.err, "cannot read hardware clock '/dev/rtc0'");
    ASSERT_EQ(machine.progress.size(), 4U);
    EXPECT_EQ(machine.progress.back(), "");
}

TEST(RtcDrift, IsNotDeterminableInAShortTime)
{
    RtcMachine machine;

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

TEST(RtcDrift, TellsTheRateFromTheBootsOnRecord)
{
    const Instant began = moment("2026-03-03T08:00:00Z");
    RtcMachine machine{.drift_ppm = 50};
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
    RtcMachine machine{.jumps_once = 30ms};
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
    RtcMachine machine{.trusted = false};

    const Answer answer = drift_on(machine);

    EXPECT_EQ(answer.code, ExitCode::Undetermined);
    expect_in(answer.err, "\n  warning   the system clock is not verified (chrony: not "
                          "synchronised yet)");
}

TEST(RtcDrift, CannotMeasureWhatItCannotRead)
{
    RtcMachine machine{.unreadable = true};
    RtcMachine none{.rtcs = 0};

    EXPECT_EQ(drift_on(machine).err, "cannot read hardware clock '/dev/rtc0'");
    EXPECT_EQ(drift_on(machine).code, ExitCode::Undetermined);
    EXPECT_EQ(drift_on(none).code, ExitCode::Undetermined);
}

TEST(RtcDrift, WritesAReport)
{
    RtcMachine machine;

    const Answer answer = drift_on(machine, {}, {.output = {.format = Format::Json}});

    expect_in(answer.out, "\"id\": \"rtc.drift\"");
    expect_in(answer.out, "\"drift_ppm\": 0");
    expect_in(answer.out, "\"drift_uncertainty_ppm\": ");
    expect_in(answer.out, "\"drift_over_s\": 120");
    expect_in(answer.out, "\"drift_readings\": 25");
}

}  // namespace
}  // namespace clockguard
