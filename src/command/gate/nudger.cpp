// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/gate/nudger.hpp"

#include "clockguard/edge/base/clocks.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// Short: a gate that is stopped meanwhile must end within about a second.
Uptime nudge_deadline()
{
    return uptime_now() + 200ms;
}

}  // namespace

void Nudger::after_wait(const WakeReasons& woken, const Observation& seen)
{
    const Uptime now = world_.uptime();
    if (woken.route_went)
        times_.route_went();
    if (woken.route_came)
        times_.route_came(now);
    if (!seen.chrony_sources)
        return;
    if (!offline_at_begin_)
        offline_at_begin_ = seen.chrony_sources->offline;
    if (seen.wants_measurement)
        times_.wanted(now);
    const bool wanted = seen.wants_measurement || seen.chrony_sources->reached == 0;
    if (!wanted || !times_.is_due(now))
        return;
    static_cast<void>(world_.nudge());
    times_.nudged(now);
}

void Nudger::end()
{
    if (!offline_at_begin_)
        return;
    const auto activity = world_.activity();
    if (activity && activity->offline > *offline_at_begin_)
        static_cast<void>(world_.put_online());
}

NudgerWorld live_nudger_world(const ChronyAddress& chrony)
{
    return {.uptime = uptime_now,
            .nudge = [chrony] { return nudge_chrony(chrony, nudge_deadline()); },
            .activity = [chrony] { return query_activity(chrony, nudge_deadline()); },
            .put_online = [chrony] { return put_sources_online(chrony, nudge_deadline()); }};
}

}  // namespace clockguard
