// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <csignal>

namespace clockguard {

/// With which others ask a program to end: systemd and kill(1), Ctrl-C, a terminal that goes away.
inline constexpr std::array end_signals{SIGTERM, SIGINT, SIGHUP};

inline sigset_t set_of_end_signals()
{
    sigset_t all;
    ::sigemptyset(&all);
    for (const int signal : end_signals)
        ::sigaddset(&all, signal);
    return all;
}

}  // namespace clockguard
