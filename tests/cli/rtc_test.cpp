// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <gtest/gtest.h>
#include <regex>

#include "support/program.hpp"

namespace clockguard {
namespace {

/// A tree with a hardware clock that is this far from the clock of the machine the test runs on.
class RtcTree {
public:
    explicit RtcTree(std::chrono::seconds ahead)
    {
        const auto now = std::chrono::system_clock::now() + ahead;
        tree_.write("/sys/class/rtc/rtc0/name", "rtc_cmos 00:04\n");
        tree_.write("/sys/class/rtc/rtc0/hctosys", "1\n");
        tree_.write("/sys/class/rtc/rtc0/since_epoch",
                    std::to_string(std::chrono::system_clock::to_time_t(now)) + "\n");
    }

    const Tree& tree() const { return tree_; }

    Ran run(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.begin(), {"--root", tree_.folder()});
        return run_clockguard(arguments);
    }

private:
    Tree tree_{};
};

TEST(RtcShow, ReadsSysfsBelowAnotherRoot)
{
    const RtcTree machine{std::chrono::hours{24 * 31}};

    const Ran ran = machine.run({"rtc", "show"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_EQ(ran.err, "");
    EXPECT_TRUE(std::regex_search(
        ran.out,
        std::regex{"^/dev/rtc0 \\(rtc_cmos 00:04\\)\n"
                   "  shows    2\\d{3}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d UTC\n"
                   "  offset   (31 d 00:00|30 d 23:59):\\d\\d ahead \\(\\+/-0\\.500 s\\) of the "
                   "system clock\n"
                   "  read by  sysfs since_epoch\n"
                   "  notes    set the clock at boot\n"}))
        << ran.out;
}

TEST(RtcShow, WritesAReport)
{
    const RtcTree machine{std::chrono::hours{-2}};

    const Ran ran = machine.run({"rtc", "show", "-o", "json"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_NE(ran.out.find("\"schema\": \"clockguard.report/v1\""), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("\"device\": \"/dev/rtc0\""), std::string::npos);
    EXPECT_NE(ran.out.find("\"set_system_clock\": true"), std::string::npos);
    EXPECT_NE(ran.out.find("\"method\": \"sysfs since_epoch\""), std::string::npos);
    EXPECT_TRUE(std::regex_search(ran.out, std::regex{"\"offset_s\": -7(199|200)\\.\\d+"}))
        << ran.out;
}

TEST(RtcShow, IsADocumentWhereClocksCannotBeListed)
{
    const Tree tree{{"/sys/class/rtc", "no folder\n"}};

    for (const char* verb : {"show", "check"}) {
        const Ran ran = run_clockguard({"--root", tree.folder(), "rtc", verb, "-o", "json"});

        EXPECT_EQ(ran.exit_code, 3);
        EXPECT_NE(ran.out.find("\"exit_code\": 3"), std::string::npos) << ran.out;
        EXPECT_NE(ran.err.find("cannot list folder"), std::string::npos) << ran.err;
    }
}

TEST(RtcShow, SaysThatAClockStandsStill)
{
    const RtcTree machine{std::chrono::hours{0}};

    const Ran ran = machine.run({"rtc", "show", "--precise"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_NE(
        ran.out.find("\nCG108  hardware clock rtc0 is stopped: its seconds did not advance within "
                     "1.2 s\n"),
        std::string::npos)
        << ran.out;
}

TEST(RtcShow, SaysThatThereIsNone)
{
    const Tree tree;

    const Ran ran = run_clockguard({"--root", tree.folder(), "rtc", "show"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_EQ(ran.out, "no hardware clock: the kernel lists none in /sys/class/rtc\n");
}

TEST(RtcCheck, ExitsWithTheVerdict)
{
    const RtcTree wrong{std::chrono::hours{24 * 31}};
    const RtcTree unvouched{std::chrono::seconds{0}};
    const Tree none;

    EXPECT_EQ(wrong.run({"rtc", "check"}).exit_code, 2);
    EXPECT_EQ(unvouched.run({"rtc", "check"}).exit_code, 3);
    EXPECT_EQ(wrong.run({"rtc", "check", "--max-offset", "40d"}).exit_code, 3);
    EXPECT_EQ(run_clockguard({"--root", none.folder(), "rtc", "check"}).exit_code, 3);
}

TEST(RtcSet, RefusesWhileNobodyVouchesForTheClock)
{
    const RtcTree machine{std::chrono::hours{24 * 31}};
    const auto before = machine.tree().snapshot();

    const Ran ran = machine.run({"rtc", "set", "--from", "system"});

    EXPECT_EQ(ran.exit_code, 4);
    EXPECT_EQ(ran.out, "");
    EXPECT_TRUE(ran.err.starts_with(
        "clockguard: hardware clock not touched: the system clock is not verified ("))
        << ran.err;
    EXPECT_EQ(machine.tree().snapshot(), before);
}

TEST(RtcSet, WritesAReportOfARefusalToo)
{
    const RtcTree machine{std::chrono::hours{24 * 31}};

    const Ran ran = machine.run({"rtc", "set", "--from", "system", "-o", "json"});

    EXPECT_EQ(ran.exit_code, 4);
    EXPECT_TRUE(ran.out.starts_with("{")) << ran.out;
    EXPECT_NE(ran.out.find("\"exit_code\": 4"), std::string::npos) << ran.out;
}

TEST(RtcCheck, TakesTheHardwareClocksWordWhereItMayVouch)
{
    const RtcTree machine{std::chrono::seconds{0}};
    machine.tree().write("/etc/clockguard/clockguard.toml", "[trust]\nrtc = \"always\"\n");

    const Ran ran = machine.run({"rtc", "check"});

    EXPECT_EQ(ran.exit_code, 0) << ran.out;
    EXPECT_NE(ran.out.find("The system clock is verified (rtc:/dev/rtc0)."), std::string::npos)
        << ran.out;
}

TEST(RtcCommands, ChangeNothingThatTheyShow)
{
    const RtcTree machine{std::chrono::hours{2}};
    const auto before = machine.tree().snapshot();

    machine.run({"rtc", "show"});
    machine.run({"rtc", "check"});

    EXPECT_EQ(machine.tree().snapshot(), before);
}

TEST(RtcDrift, CannotMeasureAClockThatStandsStill)
{
    const RtcTree machine{std::chrono::hours{0}};

    const Ran ran = machine.run({"rtc", "drift"});

    EXPECT_EQ(ran.exit_code, 3);
    EXPECT_EQ(ran.err,
              "clockguard: hardware clock rtc0 is stopped: its seconds did not advance within "
              "1.2 s\n");
}

TEST(RtcDrift, RefusesATimeThatIsNone)
{
    EXPECT_EQ(run_clockguard({"rtc", "drift", "--interval", "1s"}).err,
              "clockguard: --interval: must be between 2s and 30d\n"
              "See 'clockguard rtc drift --help'.\n");
    EXPECT_EQ(run_clockguard({"rtc", "drift", "--for", "infinity"}).exit_code, 64);
}

TEST(RtcUsage, HelpsWithAMistypedWord)
{
    const Ran ran = run_clockguard({"rtc", "shwo"});

    EXPECT_EQ(ran.exit_code, 64);
    EXPECT_EQ(ran.err, "clockguard: cannot understand 'shwo' (did you mean 'show'?)\n"
                       "See 'clockguard rtc --help'.\n");
    EXPECT_EQ(run_clockguard({"rtc", "set"}).err, "clockguard: --from is required\n"
                                                  "See 'clockguard rtc set --help'.\n");
    EXPECT_EQ(run_clockguard({"rtc", "set", "--from", "moon"}).err,
              "clockguard: --from: 'moon' is not one of: system, host\n"
              "See 'clockguard rtc set --help'.\n");
}

}  // namespace
}  // namespace clockguard
