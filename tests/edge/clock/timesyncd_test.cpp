// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/timesyncd.hpp"

#include <cstdlib>
#include <sys/socket.h>
#include <systemd/sd-bus.h>
#include <thread>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/datagram.hpp"
#include "support/tree.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

Fd listen_on(const std::string& path)
{
    Fd socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const auto address = unix_address(path).value();
    EXPECT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(socket.get(), 4), 0);
    ::setenv("DBUS_SYSTEM_BUS_ADDRESS", fmt::format("unix:path={}", path).c_str(), 1);
    return socket;
}

int greet(sd_bus_message* asked, void*, sd_bus_error*)
{
    return sd_bus_reply_method_return(asked, "s", ":1.1");
}

int tell_message(sd_bus_message* asked, void*, sd_bus_error*)
{
    constexpr std::uint64_t none = 0;
    return sd_bus_reply_method_return(asked, "v", "(uuuuittayttttbtt)", 0U, 4U, 4U, 1U, -20,
                                      std::uint64_t{15}, none, 4U, 'L', 'O', 'C', 'L', none, none,
                                      none, none, 0, none, none);
}

/// A bus and timesyncd in one, for one caller.
void serve(const Fd& listener)
{
    const int caller = ::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    sd_bus* bus = nullptr;
    sd_bus_new(&bus);
    sd_bus_set_fd(bus, caller, caller);
    sd_bus_set_server(bus, 1, sd_id128_t{});
    sd_bus_add_object(bus, nullptr, "/org/freedesktop/DBus", greet, nullptr);
    sd_bus_add_object(bus, nullptr, "/org/freedesktop/timesync1", tell_message, nullptr);
    sd_bus_start(bus);
    int done = 0;
    while ((done = sd_bus_process(bus, nullptr)) >= 0)
        if (done == 0 && sd_bus_wait(bus, 5'000'000) <= 0)
            break;
    sd_bus_close_unref(bus);
}

TEST(AskTimesyncd, HearsWhatItsServerFollows)
{
    const Tree tree;
    const Fd listener = listen_on(tree.path("/bus"));
    std::thread bus{[&] { serve(listener); }};

    const auto server = ask_timesyncd(uptime_now() + 5s);
    bus.join();

    ASSERT_TRUE(server);
    EXPECT_EQ(server->id, 0x4C4F434CU);
    EXPECT_EQ(server->stratum, 1);
    EXPECT_EQ(server->root_delay, 15us);
    ::unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
}

TEST(AskTimesyncd, WaitsForNoBusThatIsSilent)
{
    const Tree tree;
    const Fd listener = listen_on(tree.path("/bus"));
    const Uptime began = uptime_now();

    EXPECT_FALSE(ask_timesyncd(began + 50ms));
    EXPECT_LT(uptime_now() - began, 5s);
    ::unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
}

TEST(AskTimesyncd, HearsNothingWhereThereIsNoBus)
{
    ::setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
    EXPECT_FALSE(ask_timesyncd(uptime_now() + 5s));
    ::unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
}

}  // namespace
}  // namespace clockguard
