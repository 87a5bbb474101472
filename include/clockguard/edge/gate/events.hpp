// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <csignal>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "clockguard/core/base/time.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/end_signals.hpp"
#include "clockguard/edge/base/fd.hpp"
#include "clockguard/edge/clock/kernel_clock.hpp"

namespace clockguard {

/// What woke us; nothing set means that the time was up.
struct WakeReasons {
    bool clock_stepped = false;
    bool files_changed = false;
    bool network_changed = false;
    bool route_came = false;  // a default route of either family
    bool route_went = false;
    bool kernel_written = false;  // its NTP state: chronyd writes it at each update
    bool stop_requested = false;
};

/// A folder, and the names in it that are worth waking for; without names, all are.
struct WatchedFolder {
    std::string path{};
    std::vector<std::string> names{};
};

/// SIGTERM, SIGINT and SIGHUP, which come through only while somebody waits for them. A SIGHUP that
/// was ignored before stays so (nohup(1)).
class StopSignals {
public:
    StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;
    ~StopSignals();

    /// The signals to be blocked while waiting: as they were, and never these.
    const sigset_t& while_waiting() const { return waiting_; }

    /// Whether one has come.
    static bool came();

    /// Waits for one where nothing else can be waited for.
    static bool await(Span longest);

private:
    sigset_t before_{};
    sigset_t waiting_{};
    std::array<struct sigaction, end_signals.size()> handled_before_{};
};

/// Everything worth looking up for while waiting for the clock, in one poll: every step of the
/// system clock (timerfd with TFD_TIMER_CANCEL_ON_SET, timerfd_create(2)), files that come and go
/// in the watched folders, links, addresses and routes of the network, the signals that
/// ask for an end; and each `glance` between, whether an NTP client wrote the kernel's state. What
/// this machine does not offer is left out, and found by polling instead: a wait ends by its time,
/// and at SIGTERM, whatever could not be opened. Signals are blocked but while it waits, and as
/// they were again at its end; one at a time.
class Events {
public:
    /// Folders that do not exist yet are watched from when they do.
    explicit Events(std::vector<WatchedFolder> folders);

    /// Sleeps until something happens, `longest` at the most.
    WakeReasons wait(Span longest, Span glance = forever);

private:
    using Names = std::vector<std::string>;

    void arm_timer();
    void watch_folders();
    bool watch(const std::string& folder, std::uint32_t changes, const Names& names);
    WakeReasons take(int fd);
    WakeReasons take_step();
    WakeReasons take_files();
    WakeReasons take_network();
    WakeReasons wait_once(Span longest);

    KernelWatch kernel_{};
    std::vector<WatchedFolder> folders_{};
    std::map<int, Names> watches_{};  // by inotify's number; without names, all count
    StopSignals signals_{};
    Fd timer_{};
    Fd files_{};
    Fd network_{};
};

}  // namespace clockguard
