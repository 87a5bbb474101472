// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "clockguard/core/report/report_reader_json.hpp"
#include "support/program.hpp"
#include "support/silent_machine.hpp"

namespace clockguard {
namespace {

TEST(RehearseCommand, TellsOfTheSimulatedBootAlone)
{
    const Tree tree = silent_machine("[certs]\nprofile = \"k3s\"\n");
    tree.write("/sys/class/rtc/rtc0/since_epoch", "1775203624\n");
    tree.write("/sys/class/rtc/rtc0/hctosys", "1\n");

    const Ran text = run_clockguard({"--root", tree.folder(), "rehearse"});
    EXPECT_EQ(text.exit_code, 0) << text.err;
    EXPECT_NE(text.out.find("k3s"), std::string::npos) << text.out;
    EXPECT_EQ(text.out.find("MicroK8s"), std::string::npos) << text.out;

    const auto report =
        parse_report(run_clockguard({"--root", tree.folder(), "rehearse", "-o", "json"}).out);
    ASSERT_TRUE(report) << to_text(report.error());
    EXPECT_FALSE(report->starts.rtc);
    EXPECT_FALSE(report->gate->rtc_ahead);
    EXPECT_EQ(report->gate->boot_instant, Instant{});
    EXPECT_EQ(report->gate->began_boot_instant, Instant{std::chrono::days{30}});

    EXPECT_EQ(run_clockguard({"--root", tree.folder(), "rehearse", "-q"}).out, "");
    const Ran endless =
        run_clockguard({"--root", tree.folder(), "rehearse", "--timeout", "infinity"});
    EXPECT_NE(endless.out.find("\nGate: no limit.\n"), std::string::npos) << endless.out;
}

}  // namespace
}  // namespace clockguard
