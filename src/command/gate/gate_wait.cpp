// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/gate/gate_wait.hpp"

#include <algorithm>
#include <utility>

#include "clockguard/core/base/path.hpp"
#include "clockguard/edge/base/clocks.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

Span until_next_look(Span waited, const GatePolicy& gate)
{
    const Span poll = poll_interval(waited);
    return waited < gate.timeout ? std::min(poll, gate.timeout - waited) : poll;
}

/// Foretells when a slew will have brought the clock within the limit, from two looks at it.
class Slew {
public:
    explicit Slew(Span limit) : limit_{limit} {}

    std::optional<Span> until_done(const Verdict& verdict, Uptime now)
    {
        const auto before = std::exchange(last_, verdict.from_network);
        const Uptime then = std::exchange(at_, now);
        if (!before || !last_)
            return std::nullopt;
        const auto left = until_within(*before, *last_, now - then, limit_);
        return left ? std::optional{std::max<Span>(*left, 1ms)} : std::nullopt;
    }

private:
    Span limit_;
    std::optional<Offset> last_{};
    Uptime at_{};
};

GateOutcome outcome_of(GateMove move, const Verdict& verdict, bool host_corrected)
{
    switch (move) {
    case GateMove::Wait:
        return GateOutcome::Waiting;
    case GateMove::Open:
        return opened_by(verdict, host_corrected);
    case GateMove::Override:
        return GateOutcome::Overridden;
    case GateMove::Release:
        return GateOutcome::TimeoutReleased;
    case GateMove::Hold:
        return GateOutcome::TimeoutHeld;
    }
    return GateOutcome::Waiting;
}

}  // namespace

GateView wait_for_trust(const GatePolicy& gate, const ClockPolicy& clock, const GateWorld& world)
{
    const Uptime began = world.uptime();
    const Instant boot_at_begin = world.boot_instant();
    Slew slew{clock.limit};
    for (;;) {
        const Observation seen = world.observe();
        GateView view{.verdict = judge(seen, clock)};
        view.waited = world.uptime() - began;
        view.clock_moved = world.boot_instant() - boot_at_begin;
        const bool released = world.released && world.released();
        const GateMove move = next_move(view.verdict.trust, released, view.waited, gate);
        const bool corrected =
            move == GateMove::Open && world.host_corrected && world.host_corrected();
        view.outcome = outcome_of(move, view.verdict, corrected);
        if (is_open(view.outcome))
            return view;
        world.report(view);
        const Span poll = until_next_look(view.waited, gate);
        const auto slewed = slew.until_done(view.verdict, world.uptime());
        const WakeReasons woken =
            world.wait(std::min(poll, slewed.value_or(poll)), glance_interval(view.waited, seen));
        if (woken.stop_requested)
            return view;
        if (world.after_wait)
            world.after_wait(woken, seen);
    }
}

GateWorld live_world(const Sources& sources, Events& events,
                     std::function<void(const GateView&)> report, ChronyMemory memory)
{
    return {.observe = [&sources,
                        memory = std::move(memory)]() mutable { return observe(sources, memory); },
            .uptime = uptime_now,
            .boot_instant = boot_instant,
            .wait = [&events](Span longest, Span glance) { return events.wait(longest, glance); },
            .report = std::move(report)};
}

std::vector<WatchedFolder> watched_folders(const Context& context)
{
    const std::string socket = context.root.path(context.config.chrony.socket);
    return {{.path = folder_of(socket), .names = {name_of(socket), "chronyd.pid"}},
            {.path = context.root.path("/run/systemd/timesync")},
            {.path = context.root.path("/run/clockguard")}};
}

}  // namespace clockguard
