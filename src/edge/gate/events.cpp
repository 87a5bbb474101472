// SPDX-License-Identifier: Apache-2.0
// What ends the gate's wait: each kind of event with its descriptor, how it is opened, and what it
// tells.
#include "clockguard/edge/gate/events.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <limits>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <span>
#include <string_view>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "clockguard/core/base/path.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/gate/route_news.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

Fd open_network()
{
    Fd socket{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE)};
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE |
                        RTMGRP_IPV6_ROUTE;
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

/// A datagram of rtnetlink, or all events of inotify that fit, is read at once (inotify(7)).
using Buffer = std::array<std::byte, 32768>;

/// Whether an event is worth waking for. A name that is watched for, a folder itself that changed
/// or went, and events that were lost.
bool counts(const inotify_event& event, std::string_view name,
            const std::map<int, std::vector<std::string>>& watches)
{
    const auto watch = watches.find(event.wd);
    if (watch == watches.end() || watch->second.empty() || name.empty())
        return true;
    return std::ranges::find(watch->second, name) != watch->second.end();
}

/// Calls `see` with each event and its name.
template <class See>
void for_each_event(std::span<const std::byte> events, See see)
{
    inotify_event event{};
    while (events.size() >= sizeof event) {
        std::memcpy(&event, events.data(), sizeof event);
        events = events.subspan(sizeof event);
        const std::size_t length = std::min<std::size_t>(event.len, events.size());
        // Padded with zeros.
        const std::string name{reinterpret_cast<const char*>(events.data()),
                               ::strnlen(reinterpret_cast<const char*>(events.data()), length)};
        see(event, name);
        events = events.subspan(length);
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

void add(WakeReasons& all, const WakeReasons& one)
{
    all.clock_stepped |= one.clock_stepped;
    all.files_changed |= one.files_changed;
    all.network_changed |= one.network_changed;
    all.route_came |= one.route_came;
    all.route_went |= one.route_went;
    all.stop_requested |= one.stop_requested;
}

bool is_awake(const WakeReasons& woken)
{
    return woken.clock_stepped || woken.files_changed || woken.network_changed ||
           woken.kernel_written || woken.stop_requested;
}

}  // namespace

StopSignals::StopSignals()
{
    stop_came = 0;
    const sigset_t stops = set_of_end_signals();
    ::sigprocmask(SIG_BLOCK, &stops, &before_);
    waiting_ = before_;
    struct sigaction noted {};
    noted.sa_handler = note_stop;
    for (std::size_t i = 0; i < end_signals.size(); ++i) {
        ::sigdelset(&waiting_, end_signals.at(i));
        ::sigaction(end_signals.at(i), &noted, &handled_before_.at(i));
        if (end_signals.at(i) == SIGHUP && handled_before_.at(i).sa_handler == SIG_IGN)
            ::sigaction(SIGHUP, &handled_before_.at(i), nullptr);
    }
}

StopSignals::~StopSignals()
{
    for (std::size_t i = 0; i < end_signals.size(); ++i)
        ::sigaction(end_signals.at(i), &handled_before_.at(i), nullptr);
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

bool StopSignals::came()
{
    return stop_came != 0;
}

bool StopSignals::await(Span longest)
{
    const sigset_t stops = set_of_end_signals();
    const timespec limit = to_timeout(longest);
    return ::sigtimedwait(&stops, nullptr, &limit) > 0;
}

Events::Events(std::vector<WatchedFolder> folders)
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

/// A folder that is watched already is watched for these names too.
bool Events::watch(const std::string& folder, std::uint32_t changes, const Names& names)
{
    const int number =
        ::inotify_add_watch(files_.get(), folder.c_str(), changes | IN_MASK_ADD | IN_ONLYDIR);
    if (number < 0)
        return false;
    const auto [watch, is_new] = watches_.try_emplace(number, names);
    if (is_new || watch->second.empty())
        return true;
    if (names.empty())
        watch->second.clear();
    for (const std::string& name : names)
        if (std::ranges::find(watch->second, name) == watch->second.end())
            watch->second.push_back(name);
    return true;
}

/// The folder above tells when one comes into being.
void Events::watch_folders()
{
    for (const WatchedFolder& folder : folders_) {
        if (!watch(folder.path, IN_CREATE | IN_MOVED_TO | IN_ATTRIB, folder.names))
            watch(folder_of(folder.path), IN_CREATE | IN_MOVED_TO, {name_of(folder.path)});
    }
}

WakeReasons Events::take_step()
{
    std::uint64_t expirations = 0;
    const bool cancelled =
        ::read(timer_.get(), &expirations, sizeof expirations) < 0 && errno == ECANCELED;
    // Armed again before anybody looks: a step that comes meanwhile must not be lost.
    arm_timer();
    return {.clock_stepped = cancelled};
}

WakeReasons Events::take_files()
{
    alignas(inotify_event) Buffer buffer{};
    bool changed = false;
    for (;;) {
        const ssize_t got = ::read(files_.get(), buffer.data(), buffer.size());
        if (got <= 0)
            break;
        for_each_event(std::span{buffer}.first(static_cast<std::size_t>(got)),
                       [&](const inotify_event& event, const std::string& name) {
                           changed |= counts(event, name, watches_);
                           if ((event.mask & IN_IGNORED) != 0)
                               watches_.erase(event.wd);
                       });
    }
    if (changed)
        watch_folders();
    return {.files_changed = changed};
}

/// What was lost because too much came at once (ENOBUFS) is no news of a route.
WakeReasons Events::take_network()
{
    Buffer buffer{};
    WakeReasons woken{.network_changed = true};
    for (;;) {
        const ssize_t got = ::recv(network_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (got < 0 && errno == ENOBUFS)
            continue;
        if (got <= 0)
            return woken;
        const RouteNews news =
            read_route_news(std::span{buffer}.first(static_cast<std::size_t>(got)));
        woken.route_came |= news.came;
        woken.route_went |= news.went;
    }
}

WakeReasons Events::take(int fd)
{
    if (fd == timer_.get())
        return take_step();
    return fd == files_.get() ? take_files() : take_network();
}

/// poll refuses more entries than this process may open files (poll(2), EINVAL), so those that are
/// not there are left out.
WakeReasons Events::wait_once(Span longest)
{
    std::array<pollfd, 3> watched{};
    nfds_t count = 0;
    for (const Fd* source : {&timer_, &files_, &network_})
        if (source->get() >= 0)
            watched.at(count++) = {.fd = source->get(), .events = POLLIN, .revents = 0};
    const timespec limit = to_timeout(longest);
    const int ready = ::ppoll(watched.data(), count, &limit, &signals_.while_waiting());
    const bool refused = ready < 0 && errno != EINTR;
    WakeReasons woken{.stop_requested = refused && StopSignals::await(longest)};
    woken.stop_requested |= StopSignals::came();
    for (nfds_t i = 0; ready > 0 && i < count; ++i)
        if (watched.at(i).revents != 0)
            add(woken, take(watched.at(i).fd));
    return woken;
}

/// What does not count in a watched folder ends no sleep: our own socket in chronyd's folder comes
/// and goes with every look.
WakeReasons Events::wait(Span longest, Span glance)
{
    const Uptime until = uptime_now() + std::min<Span>(longest, 1h);
    for (;;) {
        WakeReasons woken = wait_once(std::min<Span>(until - uptime_now(), glance));
        woken.kernel_written = kernel_.look();
        if (is_awake(woken) || uptime_now() >= until)
            return woken;
    }
}

}  // namespace clockguard
