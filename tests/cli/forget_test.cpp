// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>

#include <gtest/gtest.h>

#include "support/program.hpp"

namespace clockguard {
namespace {

const std::string record = "/var/lib/clockguard/last-good.json";

constexpr const char* a_month_ahead = R"({
  "schema": "clockguard.report/v1",
  "tool": {"name": "clockguard", "version": "0.1.0"},
  "host": {"hostname": "edge-07", "boot_id": "b1"},
  "run": {"command": "gate", "time": "2027-01-03T08:20:13Z", "uptime_s": 30.0,
          "clock_trusted": true, "trusted_by": "rtc:/dev/rtc0"},
  "verdict": {"status": "ok", "exit_code": 0, "summary": "trusted"}
})";

TEST(ForgetCommand, RemovesTheRecordAndSaysWhatItHeld)
{
    const Tree tree{{record, a_month_ahead}};

    const Ran ran = run_clockguard({"--root", tree.folder(), "forget"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_EQ(ran.out, "forgotten: the clock was verified at 2027-01-03T08:20:13Z (by "
                       "rtc:/dev/rtc0)\n");
    EXPECT_EQ(tree.read(record), "");
}

TEST(ForgetCommand, FindsNothingToForget)
{
    const Tree tree;

    const Ran ran = run_clockguard({"--root", tree.folder(), "forget"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_EQ(ran.out, "nothing to forget: no verified moment is on record\n");
    EXPECT_TRUE(tree.snapshot().empty());
}

TEST(ForgetCommand, RemovesARecordOfNoVerifiedMoment)
{
    std::string unverified = a_month_ahead;
    unverified.replace(unverified.find("true"), 4, "false");
    const Tree tree{{record, unverified}};

    const Ran ran = run_clockguard({"--root", tree.folder(), "forget"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_EQ(ran.out,
              "forgotten: a record of no verified moment, or one that could not be read\n");
}

TEST(ForgetCommand, RemovesARecordThatCannotBeRead)
{
    const Tree tree{{record, "{\"schema\": "}};

    const Ran ran = run_clockguard({"--root", tree.folder(), "forget", "-q"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(tree.read(record), "");
}

TEST(ForgetCommand, TellsAGateThatWaits)
{
    const Tree tree{{record, a_month_ahead}, {"/run/clockguard/gate.lock", ""}};
    const Tree idle{{record, a_month_ahead}, {"/run/clockguard/gate.lock", ""}};
    const int lock = ::open(tree.path("/run/clockguard/gate.lock").c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_EQ(::flock(lock, LOCK_EX), 0);

    run_clockguard({"--root", tree.folder(), "forget"});
    run_clockguard({"--root", idle.folder(), "forget"});

    EXPECT_TRUE(std::filesystem::exists(tree.path("/run/clockguard/forget")));
    EXPECT_FALSE(std::filesystem::exists(idle.path("/run/clockguard/forget")));
    ::close(lock);
}

TEST(ForgetCommand, FailsWhereAGateThatWaitsCannotBeTold)
{
    const Tree tree{{record, a_month_ahead}, {"/run/clockguard/gate.lock", ""}};
    const int lock = ::open(tree.path("/run/clockguard/gate.lock").c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_EQ(::flock(lock, LOCK_EX), 0);
    std::filesystem::create_directories(tree.path("/run/clockguard/forget"));

    EXPECT_EQ(run_clockguard({"--root", tree.folder(), "forget"}).exit_code, 2);
    ::close(lock);
}

TEST(ForgetCommand, AnswersInOneDocument)
{
    const Tree tree{{record, a_month_ahead}};

    const Ran ran = run_clockguard({"--root", tree.folder(), "-o", "json", "forget"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_TRUE(ran.out.starts_with("{\n  \"schema\": \"clockguard.report/v1\""));
    EXPECT_NE(ran.out.find("forgotten: the clock was verified at 2027-01-03"), std::string::npos);
}

}  // namespace
}  // namespace clockguard
