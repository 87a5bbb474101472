// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/base/systemd.hpp"

#include <array>
#include <cstdlib>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace clockguard {
namespace {

std::string stream_of(int descriptor)
{
    struct stat about {};
    EXPECT_EQ(::fstat(descriptor, &about), 0);
    return fmt::format("{}:{}", about.st_dev, about.st_ino);
}

TEST(IsJournal, IsTheStreamItselfAndNoInheritedName)
{
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);

    ::setenv("JOURNAL_STREAM", stream_of(ends[0]).c_str(), 1);
    EXPECT_TRUE(is_journal(ends[0]));
    EXPECT_FALSE(is_journal(STDERR_FILENO));
    ::unsetenv("JOURNAL_STREAM");
    EXPECT_FALSE(is_journal(ends[0]));

    for (const int end : ends)
        ::close(end);
}

TEST(IsUnitProcess, IsTheProcessThatSystemdStartedAndNoneBelowIt)
{
    ::setenv("INVOCATION_ID", "0123456789abcdef0123456789abcdef", 1);
    ::setenv("SYSTEMD_EXEC_PID", fmt::format("{}", ::getpid()).c_str(), 1);
    EXPECT_TRUE(is_unit_process());

    ::setenv("SYSTEMD_EXEC_PID", fmt::format("{}", ::getppid()).c_str(), 1);
    EXPECT_FALSE(is_unit_process());
    ::unsetenv("SYSTEMD_EXEC_PID");
    EXPECT_FALSE(is_unit_process());
    ::unsetenv("INVOCATION_ID");
}

}  // namespace
}  // namespace clockguard
