// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/boot_log.hpp"

#include <gtest/gtest.h>
#include <random>

#include "support/instant.hpp"
#include "support/log_entries.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

const std::string rtc_line =
    "rtc_cmos 00:04: setting system clock to 2026-10-04T00:01:05 UTC (1791072065)";

std::vector<ClockEvent> history_of(const LogEntry& entry)
{
    const auto event = to_event(entry);
    return event ? std::vector<ClockEvent>{*event} : std::vector<ClockEvent>{};
}

std::string read_line(std::string_view text)
{
    const auto line = parse_rtc_line(text);
    return line ? line->driver + "|" + line->device + "|" + to_text(Instant{line->set_to}) : "none";
}

TEST(ParseRtcLine, ReadsBothFormsOfTheDate)
{
    EXPECT_EQ(read_line(rtc_line), "rtc_cmos|00:04|2026-10-04T00:01:05Z");
    EXPECT_EQ(read_line("rtc_cmos 00:01: setting system clock to 2021-06-12 03:15:38 UTC "
                        "(1623467738)"),
              "rtc_cmos|00:01|2021-06-12T03:15:38Z");
    EXPECT_EQ(read_line("rtc-efi rtc-efi.0: setting system clock to 1969-12-31T23:59:59 UTC (-1)"),
              "rtc-efi|rtc-efi.0|1969-12-31T23:59:59Z");
}

TEST(ParseRtcLine, ReadsTheNamesAndDatesOfManyDrivers)
{
    EXPECT_EQ(read_line("rtc-pm8xxx 200f000.spmi:pm8916@0:rtc@6000: setting system clock to "
                        "1970-02-03T05:35:54 UTC (2871354)"),
              "rtc-pm8xxx|200f000.spmi:pm8916@0:rtc@6000|1970-02-03T05:35:54Z");
    EXPECT_EQ(read_line("snvs_rtc 20cc034.snvs-rtc-lp: setting system clock to 1970-01-01 00:00:00 "
                        "UTC (0)"),
              "snvs_rtc|20cc034.snvs-rtc-lp|1970-01-01T00:00:00Z");
    EXPECT_EQ(read_line("rtc-pcf8523 1-0068: setting system clock to 2165-01-01T00:00:00 UTC "
                        "(6153667200)"),
              "rtc-pcf8523|1-0068|2165-01-01T00:00:00Z");
}

TEST(ParseRtcLine, TellsNothingOfAnRtcThatCouldNotBeRead)
{
    EXPECT_EQ(read_line("rtc-efi rtc-efi.0: hctosys: unable to read the hardware clock"), "none");
    EXPECT_EQ(read_line("hctosys: unable to open rtc device (rtc0)"), "none");
}

TEST(ParseRtcLine, RefusesADateThatIsNotItsNumber)
{
    EXPECT_EQ(read_line("rtc_cmos 00:04: setting system clock to 2026-10-04T00:01:60 UTC "
                        "(1791072120)"),
              "none");
    EXPECT_EQ(read_line("rtc_cmos 00:04: setting system clock to 2026-10-04T00:01:05 UTC "
                        "(1791072066)"),
              "none");
}

TEST(ParseRtcLine, RefusesEveryTruncation)
{
    for (std::size_t length = 0; length < rtc_line.size(); ++length)
        EXPECT_EQ(read_line(rtc_line.substr(0, length)), "none") << length;
}

TEST(ParseRtcLine, RefusesHostileLines)
{
    EXPECT_EQ(read_line(": setting system clock to 2026-10-04T00:01:05 UTC (1791072065)"), "none");
    EXPECT_EQ(read_line(" x: setting system clock to 2026-10-04T00:01:05 UTC (1791072065)"),
              "none");
    EXPECT_EQ(read_line("a b: setting system clock to 2026-13-04T00:01:05 UTC (1791072065)"),
              "none");
    EXPECT_EQ(read_line("a b: setting system clock to  UTC ("), "none");
    EXPECT_EQ(read_line("a b: setting system clock to 2026-10-04T00:01:05 UTC ()"), "none");
}

TEST(ParseRtcLine, SurvivesAnyDamage)
{
    const unsigned seed = std::random_device{}();
    std::mt19937 random{seed};
    std::uniform_int_distribution<std::size_t> place{0, rtc_line.size() - 1};
    std::uniform_int_distribution<int> byte{-128, 127};
    for (int round = 0; round < 20000; ++round) {
        std::string damaged = rtc_line;
        damaged[place(random)] = static_cast<char>(byte(random));
        const std::string read = read_line(damaged);
        // The date and its number guard each other, until both are damaged alike.
        EXPECT_TRUE(read == "none" || read.ends_with("|2026-10-04T00:01:05Z"))
            << read << " seed " << seed;
        damaged[place(random)] = static_cast<char>(byte(random));
        read_line(damaged);
    }
}

TEST(ToEvent, ReadsWhatChronydDid)
{
    const auto stepped =
        history_of(said("chronyd", 26s, "System clock was stepped by -2507228.418502 seconds"));
    const auto wrong =
        history_of(said("chronyd", 26s, "System clock wrong by -2507228.418502 seconds"));
    const auto old = history_of(
        said("chronyd", 26s, "System clock wrong by 1.500000 seconds, adjustment started"));

    ASSERT_EQ(stepped.size(), 1U);
    EXPECT_EQ(stepped[0].kind, ClockEventKind::Stepped);
    EXPECT_EQ(stepped[0].amount, -2507228418502us);
    ASSERT_EQ(wrong.size(), 1U);
    EXPECT_EQ(wrong[0].kind, ClockEventKind::FoundWrong);
    ASSERT_EQ(old.size(), 1U);
    EXPECT_EQ(old[0].amount, 1500ms);
}

/// Its own stamps are by the clock that it steps.
TEST(ToEvent, ReadsWhatChronydWritesElsewhereThanToSyslog)
{
    const auto stepped = history_of(
        said("chronyd", 26s, "2022-01-03T14:32:43Z System clock was stepped by -1.707730 seconds"));
    const auto wrong = history_of(said("chronyd", 26s,
                                       "2022-01-03T14:32:44Z System clock wrong by -1.707730 "
                                       "seconds, adjustment started"));

    ASSERT_EQ(stepped.size(), 1U);
    EXPECT_EQ(stepped[0].kind, ClockEventKind::Stepped);
    EXPECT_EQ(stepped[0].amount, -1707730us);
    ASSERT_EQ(wrong.size(), 1U);
    EXPECT_EQ(wrong[0].kind, ClockEventKind::FoundWrong);
    EXPECT_TRUE(
        history_of(said("chronyd", 26s, "x System clock was stepped by 1.0 seconds")).empty());
}

/// initstepslew: how far the clock is fast or slow, the opposite of how it is moved.
TEST(ToEvent, ReadsWhatChronydDoesAtItsStart)
{
    const auto stepped = history_of(said(
        "chronyd", 2s, "System's initial offset : 2591999.733315 seconds fast of true (step)"));
    const auto slewed = history_of(
        said("chronyd", 2s, "System's initial offset : 0.5 seconds slow of true (slew)"));

    ASSERT_EQ(stepped.size(), 1U);
    EXPECT_EQ(stepped[0].kind, ClockEventKind::Stepped);
    EXPECT_EQ(stepped[0].amount, -2591999733315us);
    ASSERT_EQ(slewed.size(), 1U);
    EXPECT_EQ(slewed[0].kind, ClockEventKind::FoundWrong);
    EXPECT_EQ(slewed[0].amount, 500ms);
    EXPECT_TRUE(
        history_of(said("chronyd", 2s, "System's initial offset : 0.5 seconds of true (slew)"))
            .empty());
}

TEST(ToEvent, ReadsTheOthersWhoTellOfTheClock)
{
    EXPECT_EQ(history_of(said("kernel", 3s, rtc_line)).at(0).source, "rtc_cmos 00:04");
    EXPECT_EQ(history_of(said("kernel", 5s, "hv_utils: TimeSync IC version 4.0")).at(0).kind,
              ClockEventKind::HostTimeReady);
    EXPECT_EQ(ic_version(history_of(said("kernel", 5s, "hv_utils: TimeSync IC version 4.0"))),
              "4.0");
    EXPECT_EQ(ic_version(history_of(said("kernel", 5s, "hv_utils: Using TimeSync version 3.0"))),
              "3.0");
    EXPECT_EQ(ic_version(history_of(said("kernel", 5s, "hv_utils: TimeSync IC version"))), "");
    EXPECT_EQ(ic_version({}), "");
    EXPECT_EQ(history_of(said("systemd", 26s, "Time has been changed")).at(0).kind,
              ClockEventKind::TimeChanged);
    EXPECT_EQ(history_of(said("microk8s.daemon-apiserver-kicker", 26s,
                              "cert change detected. Reconfiguring the kube-apiserver"))
                  .at(0)
                  .kind,
              ClockEventKind::CertsReissued);
    EXPECT_EQ(history_of(said("snap.microk8s.daemon-apiserver-kicker", 26s,
                              "CSR change detected. Restarting the cluster-agent"))
                  .at(0)
                  .kind,
              ClockEventKind::CertsReissued);
}

/// chronyd -q sets the clock once and ends; -Q only looks.
TEST(ToEvent, ReadsWhatChronydDoesOnce)
{
    const auto kind_of = [](std::string end) {
        const auto events =
            history_of(said("chronyd", 25s, "System clock wrong by -2591999.733315 seconds" + end));
        return events.empty() ? ClockEventKind::LeftOut : events[0].kind;
    };

    EXPECT_EQ(kind_of(" (step)"), ClockEventKind::Stepped);
    EXPECT_EQ(kind_of(" (slew)"), ClockEventKind::FoundWrong);
    EXPECT_EQ(kind_of(" (ignored)"), ClockEventKind::LeftOut);
}

std::string amount_told_by(std::string speaker, std::string text)
{
    const auto events = history_of(said(std::move(speaker), 40s, std::move(text)));
    return events.size() == 1 && events[0].kind == ClockEventKind::Stepped
               ? to_text(events[0].amount)
               : "none";
}

TEST(ToEvent, ReadsTheStepsOfOtherNtpClients)
{
    EXPECT_EQ(amount_told_by("ntpd", "0.0.0.0 c61c 0c clock_step -86400.0 s"), "-1 d");
    EXPECT_EQ(amount_told_by("ntpd", "ntpd: time set +86400.500000 s"), "1 d");
    EXPECT_EQ(amount_told_by("ntpd", "time reset +0.300000 s"), "0.3 s");
    EXPECT_EQ(amount_told_by("ntpd", "CLOCK: time stepped by 305.583273"), "5 min 6 s");
    EXPECT_EQ(amount_told_by("openntpd", "set local clock to Mon Nov 24 16:00:30 UTC 2025 (offset "
                                         "-90.000000s)"),
              "-1 min 30 s");
    EXPECT_EQ(amount_told_by("ntpd-rs", "INFO ntp_proto::algorithm::kalman: Jumped offset by "
                                        "-2592000123.4567ms"),
              "-30 d");
    EXPECT_EQ(amount_told_by("ntpd-rs", "Jumped offset by 315576000000ms"), "3652 d 12 h");
    EXPECT_EQ(amount_told_by("ntpd-rs", "Jumped offset by 12345678901234ms"), "none");
    EXPECT_EQ(amount_told_by("ntpd-rs", "Jumped offset by ms"), "none");
    EXPECT_EQ(amount_told_by("ntpd-rs", "Slewing by 12.5ms over 2s"), "none");
    EXPECT_EQ(amount_told_by("ntpd", "ntpd: time slew +0.250000 s"), "none");
    EXPECT_EQ(amount_told_by("ntpd", "0.0.0.0 c61c 0c clock_step s"), "none");
    EXPECT_EQ(amount_told_by("ntpd-rs",
                             "WARN ntp_proto::algorithm::kalman: Jumped offset by -2592000123ms. "
                             "This may cause problems for other software."),
              "-30 d");
    EXPECT_EQ(amount_told_by("pod", "CLOCK: time stepped by 305.583273"), "none");
}

/// Of ntp 4.2 and older; newer ones have a sign.
TEST(ToEvent, ReadsWhatNtpdateSteps)
{
    EXPECT_EQ(amount_told_by("ntpdate", "step time server 192.0.2.1 offset -2592000.123456 sec"),
              "-30 d");
    EXPECT_EQ(amount_told_by("ntpdate", "step time server 2001:db8::1 offset +86400.5 sec"), "1 d");
    EXPECT_EQ(amount_told_by("ntpdate", "adjust time server 192.0.2.1 offset 0.120000 sec"),
              "none");
    EXPECT_EQ(amount_told_by("ntpdate", "step time server 192.0.2.1 offset sec"), "none");
    EXPECT_EQ(amount_told_by("pod", "step time server 192.0.2.1 offset -1.5 sec"), "none");
}

TEST(ToEvent, KnowsOfEachKernelThatTheMachineWokeUp)
{
    for (const char* text : {"PM: suspend exit", "PM: hibernation: hibernation exit",
                             "PM: hibernation exit", "PM: Finishing wakeup."})
        EXPECT_EQ(history_of(said("kernel", 40s, text)).at(0).kind, ClockEventKind::Slept) << text;
    EXPECT_TRUE(history_of(said("kernel", 40s, "PM: suspend entry (deep)")).empty());
}

/// Each ends where it wrote that, but for chronyd whose maxchange says "(ignored)".
TEST(ToEvent, ReadsWhatATimeProgramRefusesToCorrect)
{
    const auto refused = [](std::string speaker, std::string text) {
        const auto events = history_of(said(std::move(speaker), 40s, std::move(text)));
        return events.size() == 1 && events[0].kind == ClockEventKind::Refused
                   ? to_text(events[0].amount)
                   : "none";
    };

    EXPECT_EQ(refused("ntpd", "0.0.0.0 0617 07 panic_stop -2592000 s; set clock manually within "
                              "1000 s."),
              "-30 d");
    EXPECT_EQ(refused("ntpd", "PROTO: 0.0.0.0 c617 07 panic_stop +86400 s; set clock manually "
                              "within 1000 s."),
              "1 d");
    EXPECT_EQ(refused("ntpd", "time correction of -86400 seconds exceeds sanity limit (1000); set "
                              "clock manually to the correct UTC time."),
              "-1 d");
    EXPECT_EQ(refused("chronyd", "Adjustment of -2592000.123 seconds exceeds the allowed maximum "
                                 "of 3600.000 seconds (exiting) "),
              "-30 d");
    EXPECT_EQ(refused("ntpd-rs", "ERROR ntp_proto::algorithm::kalman: Unusually large clock step "
                                 "suggested, please manually verify system clock"),
              "0 s");
    EXPECT_EQ(refused("pod", "0.0.0.0 0617 07 panic_stop -2592000 s"), "none");
}

/// What it finds every few minutes is less.
TEST(ToEvent, ReadsWhatOpenntpdSlews)
{
    const auto wrong =
        history_of(said("openntpd", 40s, "adjusting local clock by -2592000.123456s"));

    ASSERT_EQ(wrong.size(), 1U);
    EXPECT_EQ(wrong[0].kind, ClockEventKind::FoundWrong);
    EXPECT_EQ(to_text(wrong[0].amount), "-30 d");
    EXPECT_TRUE(history_of(said("openntpd", 40s, "adjusting local clock by 0.225044s")).empty());
}

TEST(ToEvent, KnowsWhoSetsTheClockAndDoesNotSayByHowMuch)
{
    const auto maker = [](std::string speaker, std::string text) {
        const auto events = history_of(said(std::move(speaker), 40s, std::move(text)));
        return events.size() == 1 && events[0].kind == ClockEventKind::SaidToSet ? events[0].source
                                                                                 : "none";
    };

    EXPECT_EQ(maker("systemd-timesyncd",
                    "Initial clock synchronization to Mon 2025-11-24 16:00:30.1 UTC."),
              "systemd-timesyncd");
    EXPECT_EQ(maker("systemd-timesyncd",
                    "System clock time unset or jumped backwards, restoring from recorded "
                    "timestamp: Mon 2025-10-06 12:00:00 UTC"),
              "systemd-timesyncd");
    EXPECT_EQ(
        maker("systemd-timesyncd",
              "System clock time advanced to recorded timestamp: Mon 2025-10-06 12:00:00 UTC"),
        "systemd-timesyncd");
    EXPECT_EQ(maker("kernel", "systemd[1]: System time was before build time, advanced clock."),
              "systemd");
    EXPECT_EQ(maker("kernel", "System time before build time, advancing clock."), "systemd");
    EXPECT_EQ(maker("kernel", "systemd[1]: System time was further ahead than 15y after built-in "
                              "epoch, clock reset to Mon 2025-10-06 12:00:00 UTC"),
              "systemd");
    EXPECT_EQ(maker("kernel", "RTC configured in localtime, applying delta of 99999 minutes to "),
              "none");
    EXPECT_EQ(maker("chronyd", "System time set from RTC"), "chronyd");
    EXPECT_EQ(maker("chronyd", "2022-01-03T14:32:43Z System time restored from driftfile"),
              "chronyd");
    EXPECT_EQ(maker("timedatectl", "Changed local time to Mon 2025-11-24 16:10:00 UTC"),
              "timedatectl");
    EXPECT_EQ(maker("timedatectl", "Changed time zone to 'Europe/Berlin' (CET)."), "none");
    const std::string virtualbox = "03:01:35.931323 timesync vgsvcTimeSyncWorker: Radical guest "
                                   "time change: 8 353 359 671 000ns (GuestNow=1 578 ns "
                                   "fSetTimeLastLoop=";
    EXPECT_EQ(maker("kernel", virtualbox + "true )"), "VBoxService");
    EXPECT_EQ(maker("kernel", virtualbox + "false)"), "none");
    EXPECT_EQ(maker("systemd-timesyncd", "Network configuration changed"), "none");
    EXPECT_EQ(maker("pod", "Initial clock synchronization to Mon"), "none");
}

TEST(ToEvent, BelievesNobodyElse)
{
    EXPECT_TRUE(history_of(said("pod", 26s, "System clock was stepped by 100.0 seconds")).empty());
    EXPECT_TRUE(history_of(said("logger", 3s, rtc_line)).empty());
    EXPECT_TRUE(history_of(said("pod", 26s, "Time has been changed")).empty());
    EXPECT_TRUE(history_of(said("pod", 26s, "cert change detected")).empty());
}

TEST(ToEvent, RefusesAmountsThatAreNone)
{
    for (const char* amount : {"", "x", "nan", "inf", "-inf", "1e300", "1e10", "1.5x"})
        EXPECT_TRUE(
            history_of(said("chronyd", 1s,
                            "System clock was stepped by " + std::string{amount} + " seconds"))
                .empty())
            << amount;
    EXPECT_TRUE(history_of(said("chronyd", 1s, "System clock was stepped by 1.0")).empty());
}

TEST(Correction, IsTheSumOfAllStepsSinceTheRtcSetTheClock)
{
    const auto set = history_of(said("kernel", 3500ms, rtc_line)).at(0);
    const Instant booted = at("2026-10-04T00:01:02Z");  // 00:01:05.5 less 3.5 s

    EXPECT_EQ(to_text(correction_since(set, booted)), "0.000 s ahead (+/-1.000 s)");
    EXPECT_EQ(to_text(correction_since(set, booted - days{30})), "30 d behind (+/-1.000 s)");
    EXPECT_EQ(to_text(correction_since(set, booted + 2h)), "2 h ahead (+/-1.000 s)");
}

}  // namespace
}  // namespace clockguard
