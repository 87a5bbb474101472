// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/events.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <limits>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "clockguard/edge/clocks.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

Fd open_network()
{
    Fd socket{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE)};
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE;
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return Fd{};
    return socket;
}

Fd open_signals()
{
    sigset_t wanted;
    ::sigemptyset(&wanted);
    ::sigaddset(&wanted, SIGTERM);
    ::sigaddset(&wanted, SIGINT);
    ::sigprocmask(SIG_BLOCK, &wanted, nullptr);
    return Fd{::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK)};
}

void listen_to(const Fd& epoll, const Fd& source)
{
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    wanted.data.fd = source.get();
    if (source.get() >= 0)
        ::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, source.get(), &wanted);
}

/// Empties a descriptor; the events themselves tell nothing that a look does not tell better.
void drain(int fd)
{
    std::array<char, 8192> buffer{};
    while (::read(fd, buffer.data(), buffer.size()) > 0) {
    }
}

/// epoll counts in milliseconds; rounding up keeps the last sleep from becoming a busy loop.
int to_timeout(Span longest)
{
    constexpr Span most = 1h;
    const Span bounded = std::min(std::max(longest, Span{0}), most);
    return static_cast<int>((bounded + 999us) / 1ms);
}

void add(Woken& all, const Woken& one)
{
    all.clock_stepped |= one.clock_stepped;
    all.files_changed |= one.files_changed;
    all.network_changed |= one.network_changed;
    all.told_to_stop |= one.told_to_stop;
}

}  // namespace

Events::Events(std::vector<std::string> folders)
    : folders_{std::move(folders)}, epoll_{::epoll_create1(EPOLL_CLOEXEC)},
      timer_{::timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK)}, files_{::inotify_init1(
                                                                                IN_CLOEXEC |
                                                                                IN_NONBLOCK)},
      network_{open_network()}, signals_{open_signals()}
{
    for (const Fd* source : {&timer_, &files_, &network_, &signals_})
        listen_to(epoll_, *source);
    arm_timer();
    watch_folders();
}

/// Set for the end of time, so that nothing but a step of the clock can fire it.
void Events::arm_timer()
{
    itimerspec never{};
    never.it_value.tv_sec = std::numeric_limits<time_t>::max();
    ::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, nullptr);
}

/// Adding a folder that is watched already changes nothing. The one above tells when a folder
/// comes into being.
void Events::watch_folders()
{
    constexpr std::uint32_t changes = IN_CREATE | IN_MOVED_TO | IN_ATTRIB | IN_ONLYDIR;
    for (const std::string& folder : folders_) {
        if (::inotify_add_watch(files_.get(), folder.c_str(), changes) >= 0)
            continue;
        const std::string above = folder.substr(0, folder.rfind('/'));
        ::inotify_add_watch(files_.get(), above.c_str(), IN_CREATE | IN_MOVED_TO | IN_ONLYDIR);
    }
}

Woken Events::take(int fd)
{
    if (fd == timer_.get()) {
        std::uint64_t expirations = 0;
        const bool cancelled =
            ::read(fd, &expirations, sizeof expirations) < 0 && errno == ECANCELED;
        // Armed again before anybody looks: a step that comes meanwhile must not be lost.
        arm_timer();
        return {.clock_stepped = cancelled};
    }
    drain(fd);
    if (fd == files_.get()) {
        watch_folders();
        return {.files_changed = true};
    }
    if (fd == network_.get())
        return {.network_changed = true};
    return {.told_to_stop = true};
}

Woken Events::wait(Span longest)
{
    std::array<epoll_event, 8> ready{};
    const int count = ::epoll_wait(epoll_.get(), ready.data(), static_cast<int>(ready.size()),
                                   to_timeout(longest));
    Woken woken;
    for (int i = 0; i < count; ++i)
        add(woken, take(ready.at(static_cast<std::size_t>(i)).data.fd));
    return woken;
}

}  // namespace clockguard
