// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/base/process.hpp"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "clockguard/edge/base/end_signals.hpp"
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
    EXPECT_EQ(
        path.out,
        "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin:/snap/bin:/opt/rke2/bin");
}

TEST(RunProgram, RunsItselfUnderItsOwnName)
{
    const std::string name = "RunsItselfUnderItsOwnName";

    const Said said =
        run({"clockguard", "--gtest_list_tests", "--gtest_filter=RunProgram." + name});

    EXPECT_TRUE(said.out.ends_with("RunProgram.\n  " + name + "\n")) << said.out;
}

TEST(RunProgram, HandsDownTheRestOfTheEnvironment)
{
    ::setenv("PATHS_OF_OTHERS", "kept", 1);

    const Said said = run({"sh", "-c", "env | grep -c ^PATH=; printf %s \"$PATHS_OF_OTHERS\""});
    ::unsetenv("PATHS_OF_OTHERS");

    EXPECT_EQ(said.out, "1\nkept");
}

/// A signal that is handled interrupts the wait, and the program goes on.
TEST(RunProgram, WaitsOnWhenItIsInterrupted)
{
    struct sigaction heard {};
    struct sigaction before {};
    heard.sa_handler = [](int) {};
    ASSERT_EQ(::sigaction(SIGUSR1, &heard, &before), 0);

    const Said said =
        run({"/bin/sh", "-c",
             "i=0; while [ $i -lt 200 ]; do kill -USR1 $PPID; i=$((i+1)); done; exit 7"});
    ::sigaction(SIGUSR1, &before, nullptr);

    EXPECT_EQ(said.code, 7);
}

/// Who ignores SIGCHLD is told nothing of its children (wait(2)).
TEST(RunProgram, TellsThatItCannotWait)
{
    std::signal(SIGCHLD, SIG_IGN);
    const auto code = run_program({"/bin/true"}, STDOUT_FILENO);
    std::signal(SIGCHLD, SIG_DFL);

    ASSERT_FALSE(code);
    EXPECT_EQ(to_text(code.error()), "cannot run '/bin/true': No child processes");
}

TEST(RunProgram, TellsWhatIsNowhere)
{
    const auto none = run_program({"no-such-program"}, STDOUT_FILENO);
    const auto bad = run_program({"/etc/passwd"}, STDOUT_FILENO);

    ASSERT_FALSE(none);
    EXPECT_TRUE(
        to_text(none.error()).starts_with("cannot run 'no-such-program': it is not in /usr/sbin:"))
        << to_text(none.error());
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().code, std::errc::permission_denied);
}

TEST(RunProgram, HoldsAndIgnoresNoSignalInIt)
{
    std::signal(SIGPIPE, SIG_IGN);
    const HeldEndSignals held;

    EXPECT_EQ(run({"/bin/sh", "-c", "kill -PIPE $$"}).code, 128 + SIGPIPE);
    EXPECT_EQ(run({"/bin/sh", "-c", "kill -INT $$"}).code, 128 + SIGINT);

    std::signal(SIGPIPE, SIG_DFL);
}

/// What was begun is ended first; the signal comes then.
TEST(RunProgram, IsNotLeftByWhoIsToldToEnd)
{
    const pid_t child = ::fork();
    if (child == 0) {
        const HeldEndSignals held;
        ::_exit(run_program({"/bin/sh", "-c", "kill -TERM $PPID; exit 7"}, STDOUT_FILENO).value());
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 7);
}

}  // namespace
}  // namespace clockguard
