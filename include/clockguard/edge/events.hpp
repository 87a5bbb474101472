// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "clockguard/core/time.hpp"
#include "clockguard/edge/fd.hpp"

namespace clockguard {

/// What woke us; nothing set means that the time was up.
struct Woken {
    bool clock_stepped = false;
    bool files_changed = false;
    bool network_changed = false;
    bool route_came = false;  // a default route of either family
    bool route_went = false;
    bool told_to_stop = false;
};

/// A folder, and the names in it that are worth waking for; without names, all are.
struct WatchedFolder {
    std::string path{};
    std::vector<std::string> names{};
};

/// Everything worth looking up for while waiting for the clock, in one epoll: every step of the
/// system clock (timerfd with TFD_TIMER_CANCEL_ON_SET, timerfd_create(2)), files that come and go
/// in the watched folders, links, addresses and routes of the network, SIGTERM and SIGINT. What
/// this machine does not offer is left out, and found by polling instead.
class Events {
public:
    /// Folders that do not exist yet are watched from when they do.
    explicit Events(std::vector<WatchedFolder> folders);

    /// Sleeps until something happens, `longest` at the most.
    Woken wait(Span longest);

private:
    using Names = std::vector<std::string>;

    void arm_timer();
    void watch_folders();
    bool watch(const std::string& folder, std::uint32_t changes, const Names& names);
    Woken take(int fd);
    Woken take_step();
    Woken take_files();
    Woken take_network();
    Woken wait_once(Span longest);

    std::vector<WatchedFolder> folders_{};
    std::map<int, Names> watches_{};  // by inotify's number; without names, all count
    Fd epoll_{};
    Fd timer_{};
    Fd files_{};
    Fd network_{};
    Fd signals_{};
};

}  // namespace clockguard
