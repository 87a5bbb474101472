// SPDX-License-Identifier: Apache-2.0
#pragma once

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
    bool told_to_stop = false;
};

/// Everything worth looking up for while waiting for the clock, in one epoll: every step of the
/// system clock (timerfd with TFD_TIMER_CANCEL_ON_SET, timerfd_create(2)), files that come and go
/// in the watched folders, links and addresses of the network, SIGTERM and SIGINT. What this
/// machine does not offer is left out, and found by polling instead.
class Events {
public:
    /// Folders that do not exist yet are watched from when they do.
    explicit Events(std::vector<std::string> folders);

    /// Sleeps until something happens, `longest` at the most.
    Woken wait(Span longest);

private:
    void arm_timer();
    void watch_folders();
    Woken take(int fd);

    std::vector<std::string> folders_{};
    Fd epoll_{};
    Fd timer_{};
    Fd files_{};
    Fd network_{};
    Fd signals_{};
};

}  // namespace clockguard
