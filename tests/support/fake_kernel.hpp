// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <ctime>
#include <map>
#include <sys/timex.h>
#include <vector>

namespace clockguard {

/// While one lives, the kernel's clocks are those of the test, in this whole program, and a sleep
/// is over at once. Clocks that the test does not set go on as they do.
struct FakeKernel {
    struct Timex {
        timex state{};
        int error = 0;  // errno; 0: it answers
    };
    struct Sleep {
        clockid_t clock = CLOCK_REALTIME;
        int flags = 0;
        std::chrono::nanoseconds until{};
    };

    FakeKernel();
    FakeKernel(const FakeKernel&) = delete;
    FakeKernel& operator=(const FakeKernel&) = delete;
    ~FakeKernel();

    /// What a clock shows, one look after the other; the last goes on.
    std::map<clockid_t, std::vector<std::chrono::nanoseconds>> shows{};
    std::vector<clockid_t> looks{};
    /// Likewise, what adjtimex(2) answers.
    std::vector<Timex> answers{};
    std::vector<timex> asked{};
    int signals = 0;  // each ends one sleep
    std::vector<Sleep> sleeps{};
};

}  // namespace clockguard
