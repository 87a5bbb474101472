// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "clockguard/core/base/time.hpp"

namespace clockguard {

/// When chronyd is told to measure at once: a quarter of a second after a default route came, for
/// changes of a network come in swarms, then 10 s, 20 s, 40 s ... 10 min apart for as long as the
/// route is there and no source answers. Routes that come and go do not begin it anew, so that time
/// servers are spared.
class NudgeTimes {
public:
    void route_came(Uptime now) { since_ = now; }
    void route_went() { since_.reset(); }

    /// A measurement is wanted, whatever the routes do.
    void wanted(Uptime now) { since_ = since_.value_or(now - std::chrono::milliseconds{250}); }

    bool is_due(Uptime now) const;

    /// It was told to: the next time is twice as far away as the one before.
    void nudged(Uptime now);

private:
    std::optional<Uptime> since_{};  // the route that is there
    Uptime not_before_{};
    Span pause_ = std::chrono::seconds{10};
};

}  // namespace clockguard
