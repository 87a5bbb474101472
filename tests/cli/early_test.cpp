// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "clockguard/core/report/report.hpp"
#include "clockguard/core/report/report_json.hpp"
#include "clockguard/core/report/report_reader_json.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "support/program.hpp"

namespace clockguard {
namespace {

TEST(Early, KeepsWhatItSaw)
{
    const Tree tree{{"/sys/class/rtc/rtc0/name", "rtc_cmos 00:04\n"},
                    {"/sys/class/rtc/rtc0/since_epoch", "1775203624\n"},
                    {"/sys/class/rtc/rtc0/hctosys", "1\n"},
                    {"/sys/class/dmi/id/sys_vendor", "Microsoft Corporation\n"},
                    {"/sys/class/dmi/id/product_name", "Virtual Machine\n"},
                    {"/sys/bus/vmbus/uevent", ""}};

    const Ran ran = run_clockguard({"--root", tree.folder(), "early"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_EQ(ran.err, "");
    EXPECT_TRUE(ran.out.starts_with("rtc0 shows 2026-04-03 08:07:04 UTC")) << ran.out;
    const std::string kept = tree.read("/run/clockguard/early.json");
    EXPECT_NE(kept.find("\"schema\": \"clockguard.report/v1\""), std::string::npos) << kept;
    EXPECT_NE(kept.find("\"time\": \"2026-04-03T08:07:04Z\""), std::string::npos) << kept;
    EXPECT_NE(kept.find("\"detail\": \"Microsoft Hyper-V, with VMBus\""), std::string::npos)
        << kept;
    EXPECT_NE(kept.find("\"clock_trusted\": false"), std::string::npos) << kept;
    EXPECT_NE(kept.find("\"by\": \"rtc_cmos 00:04\""), std::string::npos) << kept;
}

TEST(Early, IsContentWithoutAHardwareClock)
{
    const Tree tree;

    const Ran ran = run_clockguard({"--root", tree.folder(), "early"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_EQ(ran.out, "no hardware clock: the kernel lists none in /sys/class/rtc\n");
    EXPECT_NE(tree.read("/run/clockguard/early.json").find("\"command\": \"early\""),
              std::string::npos);
}

TEST(Early, NamesTheFileThatItCannotWrite)
{
    const Tree tree{{"/run/clockguard", "in the way\n"}};

    const Ran ran = run_clockguard({"--root", tree.folder(), "early"});

    EXPECT_EQ(ran.exit_code, 2);
    EXPECT_NE(ran.err.find(tree.path("/run/clockguard/early.json")), std::string::npos) << ran.err;
    const auto report =
        parse_report(run_clockguard({"--root", tree.folder(), "early", "-o", "json"}).out);
    ASSERT_TRUE(report) << to_text(report.error());
    EXPECT_EQ(report->verdict.exit_code, 2);
}

const Tree::File this_boot{"/proc/sys/kernel/random/boot_id", "b1\n"};

/// What an earlier look of this boot left, when the system clock said that it began at `booted`.
std::string earlier_look(Instant booted)
{
    Report report{.host = {.boot_id = "b1"},
                  .run = {.uptime = uptime_now().time_since_epoch()},
                  .time_sync = TimeSyncRecord{.state = "ptp_live",
                                              .clock = "ptp:hyperv",
                                              .offset = Offset{Span{5}, Span{100}},
                                              .boot_instant = booted}};
    report.starts.rtc = ClaimedStart{.at = booted, .by = "rtc_cmos, as it was found"};
    return render_json(report);
}

TEST(Early, DoesNotLookAgainWhereTheHostWasHeard)
{
    const Tree tree{this_boot, {"/run/clockguard/early.json", earlier_look(boot_instant())}};
    const auto before = tree.snapshot();

    const Ran ran = run_clockguard({"--root", tree.folder(), "early"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_EQ(ran.out, "nothing left to look at: the Hyper-V host's clock was heard earlier in "
                       "this boot\n");
    EXPECT_EQ(tree.snapshot(), before);
    const Ran json = run_clockguard({"--root", tree.folder(), "early", "-o", "json"});
    EXPECT_NE(json.out.find("\"summary\": \"nothing left to look at: "), std::string::npos);
}

TEST(Early, LooksAgainAfterAStepAndKeepsWhatTheClockShowed)
{
    const Tree tree{
        this_boot,
        {"/run/clockguard/early.json", earlier_look(boot_instant() - std::chrono::hours{1})},
        {"/sys/class/rtc/rtc0/name", "rtc_cmos 00:04\n"},
        {"/sys/class/rtc/rtc0/since_epoch", "1775203624\n"}};

    const Ran ran = run_clockguard({"--root", tree.folder(), "early"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_TRUE(ran.out.starts_with("rtc0 shows 2026-04-03 08:07:04 UTC")) << ran.out;
    const std::string kept = tree.read("/run/clockguard/early.json");
    EXPECT_NE(kept.find("\"by\": \"rtc_cmos, as it was found\""), std::string::npos) << kept;
}

TEST(Early, TakesNothingOverFromAnotherBoot)
{
    const Tree tree{{"/proc/sys/kernel/random/boot_id", "b2\n"},
                    {"/run/clockguard/early.json", earlier_look(boot_instant())}};

    const Ran ran = run_clockguard({"--root", tree.folder(), "early"});

    EXPECT_EQ(ran.out, "no hardware clock: the kernel lists none in /sys/class/rtc\n");
    EXPECT_EQ(tree.read("/run/clockguard/early.json").find("as it was found"), std::string::npos);
}

TEST(Early, LeavesEverythingToAGateThatHasOpened)
{
    const Report opened{.host = {.boot_id = "b1"},
                        .gate = GateRecord{.outcome = GateOutcome::TimeoutReleased}};
    const Tree tree{this_boot, {"/run/clockguard/state.json", render_json(opened)}};
    const auto before = tree.snapshot();

    const Ran ran = run_clockguard({"--root", tree.folder(), "early"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_EQ(ran.out, "nothing left to look at: the gate has opened (timeout_released)\n");
    EXPECT_EQ(tree.snapshot(), before);
}

}  // namespace
}  // namespace clockguard
