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

/// While it lives, these signals wait: what was begun is ended before we are.
class HeldEndSignals {
public:
    HeldEndSignals()
    {
        const sigset_t ends = set_of_end_signals();
        ::sigprocmask(SIG_BLOCK, &ends, &before_);
    }
    HeldEndSignals(const HeldEndSignals&) = delete;
    HeldEndSignals& operator=(const HeldEndSignals&) = delete;
    ~HeldEndSignals() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }

private:
    sigset_t before_{};
};

}  // namespace clockguard
