// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "clockguard/core/report/report_reader_json.hpp"
#include "support/program.hpp"
#include "support/silent_machine.hpp"

namespace clockguard {
namespace {

TEST(GateCommand, ReleasesAtTheLimitAndTellsTheTruth)
{
    const Tree tree = silent_machine();

    const Ran ran = run_clockguard({"--root", tree.folder(), "gate", "--timeout", "0s"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_EQ(ran.err, "");
    EXPECT_EQ(without_waits(ran.out),
              "clockguard: holding MicroK8s until the clock is verified (limit 0 s, then "
              "release)\n"
              "clockguard: NOT VERIFIED after N: " +
                  silence_in(tree) +
                  "\n"
                  "clockguard: starting MicroK8s anyway (on_timeout = release). Certificates will "
                  "not be touched. See: clockguard diagnose\n");
    EXPECT_NE(tree.read(gate_state).find("\"outcome\": \"timeout_released\""), std::string::npos);
    EXPECT_NE(tree.read("/var/lib/clockguard/boots/b1.json").find("\"gate\""), std::string::npos);
    EXPECT_NE(tree.read("/var/lib/clockguard/boots/b1.json").find("\"number\": 1"),
              std::string::npos);
    EXPECT_EQ(tree.read("/var/lib/clockguard/last-good.json"), "");
}

TEST(GateCommand, SaysThatItHoldsNothingWhereItWasTyped)
{
    const Ran ran = run_clockguard({"gate", "--timeout", "0s"});

    EXPECT_TRUE(ran.out.starts_with(
        "clockguard: started by hand: this gate holds nothing and records nothing\n"
        "clockguard: waiting until the clock is verified (limit 0 s)\n"))
        << ran.out;
    EXPECT_EQ(ran.out.find("starting"), std::string::npos) << ran.out;
}

TEST(GateCommand, LetsGoWhenItWasReleasedByHand)
{
    const Tree tree = silent_machine("[gate]\non_timeout = \"hold\"\n");
    const pid_t gate = start_clockguard({"--root", tree.folder(), "gate", "--timeout", "0s"});
    Ran asked;
    while (asked.out != "Release of MicroK8s requested. Check with: clockguard status\n")
        asked = run_clockguard({"--root", tree.folder(), "gate", "--release"});

    EXPECT_EQ(asked.exit_code, 0);
    EXPECT_EQ(end_of(gate), 0);
    EXPECT_NE(tree.read(gate_state).find("\"outcome\": \"overridden\""), std::string::npos);
}

TEST(GateCommand, ReleasesNothingWhereNoGateWaits)
{
    const Tree tree = silent_machine();
    const auto before = tree.snapshot();

    const Ran asked = run_clockguard({"--root", tree.folder(), "gate", "--release"});
    const auto after = tree.snapshot();
    const Ran ran = run_clockguard({"--root", tree.folder(), "gate", "--timeout", "0s"});

    EXPECT_EQ(asked.exit_code, 0);
    EXPECT_EQ(asked.out, "no gate is waiting: there is nothing to release\n");
    EXPECT_EQ(after, before);
    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_NE(tree.read(gate_state).find("\"outcome\": \"timeout_released\""), std::string::npos);
}

TEST(GateCommand, PassesOverAReleaseThatWasMeantForAnother)
{
    const Tree tree = silent_machine();
    tree.write("/run/clockguard/release", "");

    const Ran ran = run_clockguard({"--root", tree.folder(), "gate", "--timeout", "0s"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_NE(tree.read(gate_state).find("\"outcome\": \"timeout_released\""), std::string::npos);
}

TEST(GateCommand, AnswersInOneDocument)
{
    const Tree tree = silent_machine();
    const Tree off{{"/proc/cmdline", "clockguard=off\n"}};

    const Ran waited =
        run_clockguard({"--root", tree.folder(), "gate", "--timeout", "0s", "-o", "json"});
    const Ran released =
        run_clockguard({"--root", off.folder(), "gate", "--release", "-o", "json"});
    const Ran nothing = run_clockguard({"--root", off.folder(), "gate", "-o", "json"});

    for (const Ran& ran : {waited, released, nothing}) {
        EXPECT_EQ(ran.exit_code, 0);
        EXPECT_TRUE(parse_report(ran.out)) << ran.out;
    }
    EXPECT_NE(waited.out.find("\"outcome\": \"timeout_released\""), std::string::npos);
    EXPECT_NE(waited.err.find("holding MicroK8s until the clock is verified"), std::string::npos);
    EXPECT_NE(released.out.find("\"summary\": \"no gate is waiting"), std::string::npos);
    EXPECT_NE(nothing.out.find("\"summary\": \"switched off"), std::string::npos);
}

TEST(GateCommand, DoesNothingWhenSwitchedOff)
{
    const Tree tree{{"/proc/cmdline", "root=/dev/vda clockguard=off quiet\n"}};
    const auto before = tree.snapshot();

    const Ran ran = run_clockguard({"--root", tree.folder(), "gate"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_EQ(ran.out, "clockguard: switched off on the kernel command line (clockguard=off): "
                       "nothing is held\n");
    EXPECT_EQ(tree.snapshot(), before);
}

TEST(GateCommand, GoesByFlagThenEnvironmentThenFile)
{
    const Tree tree = silent_machine("[gate]\ntimeout = \"infinity\"\non_timeout = \"hold\"\n");

    const Ran ran = run_clockguard({"--root", tree.folder(), "gate", "--timeout", "0s"},
                                   {"CLOCKGUARD_GATE_ON_TIMEOUT=release"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_NE(ran.out.find("(limit 0 s, then release)"), std::string::npos);
}

TEST(GateCommand, ReleasesWithoutAnyLimit)
{
    const Tree tree;
    for (const std::vector<std::string>& more : std::vector<std::vector<std::string>>{
             {"--timeout", "5s"}, {"--on-timeout", "hold"}, {"--after-failure"}}) {
        std::vector<std::string> words{"--root", tree.folder(), "gate", "--release"};
        words.insert(words.end(), more.begin(), more.end());

        EXPECT_EQ(run_clockguard(words).exit_code, 64) << more.front();
    }
}

}  // namespace
}  // namespace clockguard
