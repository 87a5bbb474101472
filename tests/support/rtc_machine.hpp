// SPDX-License-Identifier: Apache-2.0
// A machine that the commands on hardware clocks are run on.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "clockguard/command/rtc/rtc_commands.hpp"

namespace clockguard {

inline Instant moment(std::string_view text)
{
    return parse_instant(text).value_or(Instant{});
}

/// A machine with one hardware clock, whose time passes only when somebody waits, and a little
/// with every look. Its system clock is right.
struct RtcMachine {
    Instant booted = moment("2026-03-03T08:00:00.300Z");
    Uptime now{std::chrono::seconds{10}};
    Span rtc_ahead{};  // of the system clock
    Span phase =
        std::chrono::milliseconds{500};  // after a write, its next second begins this much later
    Span look_takes = std::chrono::milliseconds{1};
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
    bool was_paused = false;  // and chronyd has not measured since
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

    Result<void> set(std::chrono::sys_seconds moment)
    {
        written_at.push_back(wall());
        if (refuses)
            return fail("cannot set hardware clock '/dev/rtc0' (RTC_SET_TIME)", refuses);
        if (!deaf)
            rtc_ahead += Instant{moment} + std::chrono::seconds{1} - phase - wall() - ahead();
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
        seen.reading->tick_error = std::chrono::microseconds{500};
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
                .have_measured = [this] { was_paused = false; },
                .trust =
                    [this] {
                        return trusted && !was_paused
                                   ? TrustNow{.trusted = true, .by = "chrony"}
                                   : TrustNow{.why = "chrony: not synchronised yet"};
                    },
                .host = [this] { return host; },
                .set = [this](const RtcDevice&,
                              std::chrono::sys_seconds moment) { return set(moment); },
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

inline void expect_in(const std::string& text, const std::string& part)
{
    EXPECT_NE(text.find(part), std::string::npos) << part << "\nis not in\n" << text;
}

}  // namespace clockguard
