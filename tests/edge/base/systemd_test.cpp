// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/base/systemd.hpp"

#include <array>
#include <cstdlib>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <thread>
#include <unistd.h>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "clockguard/edge/base/datagram.hpp"
#include "support/datagrams.hpp"
#include "support/fake_systemd.hpp"
#include "support/tree.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

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
    ::setenv("SYSTEMD_EXEC_PID", fmt::format("{}", ::getpid()).c_str(), 1);
    EXPECT_FALSE(is_unit_process());
    ::unsetenv("SYSTEMD_EXEC_PID");
}

template <class T>
std::string why_not(const Result<T>& result)
{
    return result ? "" : to_text(result.error());
}

TEST(QueryUnit, TellsItsStateAndSinceWhen)
{
    FakeSystemd systemd;
    systemd.units["chrony.service"] = {.entered_us = 1'789'000'000'000'000,
                                       .entered_monotonic_us = 7'000'000};
    systemd.units["idle.service"] = {.active = "inactive"};
    systemd.units["half.service"] = {.entered_us = 1};
    systemd.units["other-half.service"] = {.entered_monotonic_us = 1};

    const auto active = query_unit("chrony.service");
    const auto idle = query_unit("idle.service");
    const auto half = query_unit("half.service");
    const auto other_half = query_unit("other-half.service");

    ASSERT_TRUE(active && idle && half && other_half) << why_not(active);
    EXPECT_EQ(active->active, "active");
    ASSERT_TRUE(active->active_since);
    EXPECT_EQ(to_text(active->active_since->wall), "2026-09-10T00:26:40Z");
    EXPECT_EQ(active->active_since->monotonic, 7s);
    EXPECT_EQ(idle->active, "inactive");
    EXPECT_FALSE(idle->active_since);
    EXPECT_FALSE(half->active_since);
    EXPECT_FALSE(other_half->active_since);
}

TEST(QueryUnit, SaysWhatSystemdDoesNotKnow)
{
    const FakeSystemd systemd;

    EXPECT_EQ(why_not(query_unit("none.service")),
              "cannot find unit 'none.service': Unit none.service not found.");
}

TEST(QueryUnit, SaysThatSystemdIsNotThere)
{
    const AsAnotherUser not_root;
    ::setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/no/such/bus", 1);

    EXPECT_EQ(why_not(query_unit("x.service")), "cannot reach systemd: No such file or directory");
    EXPECT_EQ(why_not(run_unit("x.service", 0s)),
              "cannot reach systemd: No such file or directory");
    EXPECT_EQ(why_not(restart_unit("x.service")),
              "cannot reach systemd: No such file or directory");
    EXPECT_FALSE(is_system_stopping());

    ::unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
}

TEST(RunUnit, WaitsForItsEnd)
{
    FakeSystemd systemd;
    systemd.units["x.service"] = {.active = "inactive"};
    systemd.looks_at_a_job = 2;

    EXPECT_EQ(why_not(run_unit("x.service", 1h)), "");
    EXPECT_EQ(systemd.jobs, std::vector<std::string>{"RestartUnit x.service replace"});
    EXPECT_LT(systemd.looks_at_a_job, 0);
}

TEST(RunUnit, SaysThatItFailedOrDidNotEnd)
{
    FakeSystemd failed;
    failed.units["x.service"] = {.active = "failed"};
    EXPECT_EQ(why_not(run_unit("x.service", 1h)),
              "cannot run unit 'x.service': it failed (journalctl -u x.service)");
    failed.looks_at_a_job = 1000;
    EXPECT_EQ(why_not(run_unit("x.service", 0s)),
              "cannot run unit 'x.service': not done after 0 s");
}

TEST(RunUnit, SaysWhatSystemdRefuses)
{
    FakeSystemd systemd;
    systemd.trouble_with_jobs = "Access denied";
    EXPECT_EQ(why_not(run_unit("x.service", 1h)), "cannot ask systemd about a job: Access denied");
    systemd.trouble_with_jobs = "";
    EXPECT_EQ(why_not(run_unit("x.service", 1h)),
              "cannot find unit 'x.service': Unit x.service not found.");
    systemd.refuses = "Interactive authentication required.";
    EXPECT_EQ(why_not(run_unit("x.service", 1h)),
              "cannot restart unit 'x.service': Interactive authentication required.");
    EXPECT_EQ(why_not(restart_unit("x.service")),
              "cannot restart unit 'x.service': Interactive authentication required.");
}

TEST(RestartUnit, StartsNoneThatDoesNotRunAndWaitsForNone)
{
    FakeSystemd systemd;
    systemd.looks_at_a_job = 1;

    EXPECT_EQ(why_not(restart_unit("x.service")), "");
    EXPECT_EQ(systemd.jobs, std::vector<std::string>{"TryRestartUnit x.service replace"});
    EXPECT_EQ(systemd.looks_at_a_job, 1);
}

TEST(IsSystemStopping, IsWhatSystemdSays)
{
    FakeSystemd systemd;
    EXPECT_FALSE(is_system_stopping());

    systemd.system_state = "stopping";

    EXPECT_TRUE(is_system_stopping());
}

TEST(NotifyExtendTimeout, CountsInMicroseconds)
{
    const Tree tree;
    const std::string path = tree.path("/notify");
    const Fd socket = listen_for_datagrams(path);
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);

    notify_extend_timeout(30s);

    std::array<char, 64> text{};
    const ssize_t got = ::recv(socket.get(), text.data(), text.size(), MSG_DONTWAIT);
    EXPECT_EQ(std::string(text.data(), got < 0 ? 0 : static_cast<std::size_t>(got)),
              "EXTEND_TIMEOUT_USEC=30000000");
    ::unsetenv("NOTIFY_SOCKET");
}

}  // namespace
}  // namespace clockguard
