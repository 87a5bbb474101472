// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/events.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <limits>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <sys/inotify.h>
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

/// Set by the handler alone: what it may touch is a variable of this kind, outside every function
/// (signal-safety(7)).
volatile std::sig_atomic_t stop_came = 0;

void note_stop(int)
{
    stop_came = 1;
}

sigset_t stop_signals()
{
    sigset_t wanted;
    ::sigemptyset(&wanted);
    ::sigaddset(&wanted, SIGTERM);
    ::sigaddset(&wanted, SIGINT);
    return wanted;
}

/// Empties a descriptor; the events themselves tell nothing that a look does not tell better.
void drain(int fd)
{
    std::array<char, 8192> buffer{};
    while (::read(fd, buffer.data(), buffer.size()) > 0) {
    }
}

timespec to_timeout(Span longest)
{
    constexpr Span most = 1h;
    const Span bounded = std::min(std::max(longest, Span{0}), most);
    const auto whole = std::chrono::floor<std::chrono::seconds>(bounded);
    return {.tv_sec = static_cast<time_t>(whole.count()),
            .tv_nsec = static_cast<long>(std::chrono::nanoseconds{bounded - whole}.count())};
}

void add(Woken& all, const Woken& one)
{
    all.clock_stepped |= one.clock_stepped;
    all.files_changed |= one.files_changed;
    all.network_changed |= one.network_changed;
    all.told_to_stop |= one.told_to_stop;
}

}  // namespace

StopSignals::StopSignals()
{
    stop_came = 0;
    const sigset_t stops = stop_signals();
    ::sigprocmask(SIG_BLOCK, &stops, &before_);
    waiting_ = before_;
    ::sigdelset(&waiting_, SIGTERM);
    ::sigdelset(&waiting_, SIGINT);
    struct sigaction noted {};
    noted.sa_handler = note_stop;
    ::sigaction(SIGTERM, &noted, &term_);
    ::sigaction(SIGINT, &noted, &interrupt_);
}

StopSignals::~StopSignals()
{
    ::sigaction(SIGTERM, &term_, nullptr);
    ::sigaction(SIGINT, &interrupt_, nullptr);
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

bool StopSignals::came()
{
    return stop_came != 0;
}

bool StopSignals::await(Span longest)
{
    const sigset_t stops = stop_signals();
    const timespec limit = to_timeout(longest);
    return ::sigtimedwait(&stops, nullptr, &limit) > 0;
}

Events::Events(std::vector<std::string> folders)
    : folders_{std::move(folders)}, timer_{::timerfd_create(CLOCK_REALTIME,
                                                            TFD_CLOEXEC | TFD_NONBLOCK)},
      files_{::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)}, network_{open_network()}
{
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
    return {.network_changed = true};
}

/// poll refuses more entries than this process may open files (poll(2), EINVAL), so those that are
/// not there are left out.
Woken Events::wait(Span longest)
{
    std::array<pollfd, 3> watched{};
    nfds_t count = 0;
    for (const Fd* source : {&timer_, &files_, &network_})
        if (source->get() >= 0)
            watched.at(count++) = {.fd = source->get(), .events = POLLIN, .revents = 0};
    const timespec limit = to_timeout(longest);
    const int ready = ::ppoll(watched.data(), count, &limit, &signals_.while_waiting());
    const bool refused = ready < 0 && errno != EINTR;
    Woken woken{.told_to_stop = refused && StopSignals::await(longest)};
    woken.told_to_stop |= StopSignals::came();
    for (nfds_t i = 0; ready > 0 && i < count; ++i)
        if (watched.at(i).revents != 0)
            add(woken, take(watched.at(i).fd));
    return woken;
}

}  // namespace clockguard
