// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/base/process.hpp"

#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "clockguard/edge/base/fd.hpp"
#include "support/tree.hpp"

namespace clockguard {
namespace {

struct Said {
    int code = -1;
    std::string out{};
};

Said run(const std::vector<std::string>& words)
{
    const Tree tree{{"/out", ""}};
    const Fd output{::open(tree.path("/out").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC)};
    const auto code = run_program(words, output.get());
    EXPECT_TRUE(code) << to_text(code.error());
    return {.code = code.value_or(-1), .out = tree.read("/out")};
}

TEST(RunProgram, TellsHowItEndedAndWhereItsOutputWent)
{
    const Said said = run({"printf", "%s,%s", "one two", ""});
    EXPECT_EQ(said.code, 0);
    EXPECT_EQ(said.out, "one two,");
    EXPECT_EQ(run({"false"}).code, 1);
    EXPECT_EQ(run({"/bin/sh", "-c", "kill -9 $$"}).code, 137);
}

TEST(RunProgram, LooksNowhereButInTheSystemsFolders)
{
    const Tree tree;
    tree.write("/true", "#!/bin/sh\nexit 7\n");
    ASSERT_EQ(::chmod(tree.path("/true").c_str(), 0755), 0);
    const std::string before = std::getenv("PATH");
    ::setenv("PATH", tree.folder().c_str(), 1);

    const Said said = run({"true"});
    const Said path = run({"sh", "-c", "printf %s \"$PATH\""});
    ::setenv("PATH", before.c_str(), 1);

    EXPECT_EQ(said.code, 0);
    EXPECT_EQ(path.out, "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/bin:/snap/bin");
}

TEST(RunProgram, TellsWhatIsNotInstalled)
{
    const auto none = run_program({"no-such-program"}, STDOUT_FILENO);
    const auto bad = run_program({"/etc/passwd"}, STDOUT_FILENO);

    ASSERT_FALSE(none);
    EXPECT_EQ(to_text(none.error()), "cannot run 'no-such-program': it is not installed");
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().code, std::errc::permission_denied);
}

TEST(RunProgram, LeavesTheKeysToWhatRuns)
{
    struct sigaction before {};
    ASSERT_EQ(::sigaction(SIGINT, nullptr, &before), 0);

    EXPECT_EQ(run({"/bin/sh", "-c", "kill -INT $PPID; kill -INT $$"}).code, 130);

    struct sigaction after {};
    ASSERT_EQ(::sigaction(SIGINT, nullptr, &after), 0);
    EXPECT_EQ(after.sa_handler, before.sa_handler);
}

}  // namespace
}  // namespace clockguard
