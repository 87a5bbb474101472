// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/process.hpp"

#include <csignal>
#include <gtest/gtest.h>
#include <thread>

#include "clockguard/edge/clocks.hpp"
#include "support/tree.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

Result<Finished> shell(const std::string& script, Span limit = 10s)
{
    return run({"/bin/sh", "-c", script}, limit);
}

std::string complaint(const Result<Finished>& result)
{
    return result ? "none" : to_text(result.error());
}

TEST(Run, TellsHowItEndedAndWhatItSaid)
{
    const auto finished = shell("echo out; echo err >&2; exit 4");

    ASSERT_TRUE(finished) << complaint(finished);
    EXPECT_EQ(finished->exit_code, 4);
    EXPECT_EQ(finished->output, "out\nerr\n");
}

TEST(Run, PassesEachArgumentAsItIs)
{
    const auto finished = run({"/bin/echo", "a b", "$HOME", "*"}, 10s);

    ASSERT_TRUE(finished) << complaint(finished);
    EXPECT_EQ(finished->output, "a b $HOME *\n");
}

TEST(Run, GivesNothingOfOurs)
{
    ::setenv("CLOCKGUARD_SECRET", "x", 1);

    const auto finished = run({"/usr/bin/env"}, 10s);
    const auto read = run({"/bin/cat"}, 10s);

    ASSERT_TRUE(finished) << complaint(finished);
    EXPECT_EQ(finished->output, "PATH=/usr/sbin:/usr/bin:/sbin:/bin\nHOME=/root\nLC_ALL=C.UTF-8\n");
    ASSERT_TRUE(read) << complaint(read);
    EXPECT_EQ(read->output, "");
}

TEST(Run, SaysWhyNothingRan)
{
    const Tree tree{{"/script", "#!/bin/sh\n"}};

    EXPECT_EQ(complaint(run({"/nowhere/microk8s"}, 1s)),
              "cannot run '/nowhere/microk8s': No such file or directory");
    EXPECT_EQ(complaint(run({tree.path("/script")}, 1s)),
              "cannot run '" + tree.path("/script") + "': Permission denied");
    EXPECT_EQ(complaint(run({"echo"}, 1s)), "cannot run 'echo': not an absolute path");
    EXPECT_EQ(complaint(run({}, 1s)), "cannot run '': not an absolute path");
}

TEST(Run, SaysThatASignalEndedIt)
{
    EXPECT_EQ(complaint(shell("kill -SEGV $$")),
              "cannot run '/bin/sh': ended by signal 11 (Segmentation fault)");
}

/// Gone, or a zombie that only init has to collect.
bool is_over(pid_t pid)
{
    std::ifstream stat{"/proc/" + std::to_string(pid) + "/stat"};
    std::string line;
    std::getline(stat, line);
    return line.empty() || line.substr(line.rfind(')') + 2, 1) == "Z";
}

TEST(Run, KillsWithItsChildrenWhatDoesNotEnd)
{
    const Tree tree;
    const Uptime before = uptime_now();

    const auto finished =
        shell("sleep 60 & echo $! >" + tree.path("/child") + "; trap '' TERM; wait", 300ms);

    EXPECT_EQ(complaint(finished), "cannot run '/bin/sh': not done after 0.300s");
    EXPECT_LT(uptime_now() - before, 5s);
    const pid_t child = std::stoi(tree.read("/child"));
    for (int looks = 0; looks < 100 && !is_over(child); ++looks)
        std::this_thread::sleep_for(10ms);
    EXPECT_TRUE(is_over(child));
}

TEST(Run, DoesNotWaitForWhoIsLeftBehind)
{
    const Uptime before = uptime_now();

    const auto finished = shell("echo done; sleep 60 & echo $!");

    ASSERT_TRUE(finished) << complaint(finished);
    EXPECT_LT(uptime_now() - before, 5s);
    ::kill(std::stoi(finished->output.substr(5)), SIGKILL);
}

TEST(Run, KeepsTheEndOfAFlood)
{
    const auto finished = shell("head -c 3000000 /dev/zero; echo; echo 'last words'");

    ASSERT_TRUE(finished) << complaint(finished);
    EXPECT_EQ(finished->output.size(), output_kept);
    EXPECT_TRUE(finished->output.ends_with("\nlast words\n"));
}

TEST(Run, StopsAFloodAtItsLimit)
{
    EXPECT_EQ(complaint(run({"/bin/cat", "/dev/zero"}, 200ms)),
              "cannot run '/bin/cat': not done after 0.200s");
}

}  // namespace
}  // namespace clockguard
