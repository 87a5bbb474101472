// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/base/systemd.hpp"

#include <array>
#include <cstdlib>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "clockguard/edge/base/datagram.hpp"
#include "support/datagrams.hpp"
#include "support/tree.hpp"

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

/// A line of its own would be another assignment (sd_notify(3)).
TEST(NotifyStatus, IsOneLine)
{
    const Tree tree;
    const std::string path = tree.path("/notify");
    const Fd socket = listen_for_datagrams(path);
    const auto told = [&socket] {
        std::array<char, 256> text{};
        const ssize_t got = ::recv(socket.get(), text.data(), text.size(), MSG_DONTWAIT);
        return std::string{text.data(), got < 0 ? 0 : static_cast<std::size_t>(got)};
    };
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);

    notify_status("waiting for x\nREADY=1\n");
    EXPECT_EQ(told(), "STATUS=waiting for x\\u000aREADY=1\\u000a");
    notify_ready("verified\n");
    EXPECT_EQ(told(), "READY=1\nSTATUS=verified\\u000a");

    ::unsetenv("NOTIFY_SOCKET");
}

TEST(NotifyReady, WaitsForRoomAndAStatusDoesNot)
{
    const Tree tree;
    const std::string path = tree.path("/notify");
    const Fd manager = listen_for_datagrams(path);
    const timeval longest{.tv_sec = 10, .tv_usec = 0};
    ASSERT_EQ(::setsockopt(manager.get(), SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest), 0);
    const auto full = connect_datagram(path);
    ASSERT_TRUE(full);
    while (::send(full->get(), "X=1", 3, 0) > 0) {
    }
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);

    notify_status("is dropped");
    std::string last;
    std::thread reader{[&] {
        while (!last.starts_with("READY=1") && !last.starts_with("STATUS=")) {
            std::array<char, 256> text{};
            const ssize_t got = ::recv(manager.get(), text.data(), text.size(), 0);
            if (got < 0)
                break;
            last.assign(text.data(), static_cast<std::size_t>(got));
        }
    }};
    notify_ready("verified");
    reader.join();

    EXPECT_EQ(last, "READY=1\nSTATUS=verified");
    ::unsetenv("NOTIFY_SOCKET");
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
