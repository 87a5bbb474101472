// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

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
    EXPECT_TRUE(ran.out.starts_with("rtc0 shows 2026-04-03 08:07:04, ")) << ran.out;
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
}

}  // namespace
}  // namespace clockguard
