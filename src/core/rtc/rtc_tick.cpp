// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/rtc/rtc_tick.hpp"

#include <algorithm>

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// An interrupt that is this late behind what the clock shows will not come.
constexpr Span grace = 50ms;

}  // namespace

void TickWatch::look(const RtcGlance& glance, std::optional<Uptime> woken)
{
    interrupt_came_ = interrupt_came_ || woken.has_value();
    if (last_ && !tick_ && glance.shows == last_->shows + 1s)
        tick_ = RtcTick{.shows = glance.shows,
                        .earliest = last_->asked,
                        .latest = std::min(glance.answered, woken.value_or(glance.answered)),
                        .by_interrupt = woken.has_value()};
    last_ = glance;
}

bool TickWatch::is_over(Uptime now) const
{
    if (now - began_ >= tick_limit)
        return true;
    if (!tick_)
        return false;
    return !expects_interrupts_ || interrupt_came_ || now - tick_->latest >= grace;
}

RtcReading TickWatch::to_reading(RtcReading reading, Instant booted) const
{
    reading.interrupt = interrupt();
    if (!tick_) {
        reading.stands_still = true;
        const RtcGlance seen = last_.value_or(RtcGlance{});
        reading.shows = seen.shows;
        reading.taken_at = booted + seen.answered.time_since_epoch();
        return reading;
    }
    const Span width = tick_->latest - tick_->earliest;
    reading.method = tick_->by_interrupt ? "update interrupt" : reading.method + ", polled";
    reading.shows = tick_->shows;
    reading.taken_at = booted + (tick_->earliest + width / 2).time_since_epoch();
    reading.tick_error = (width + Span{1}) / 2;
    return reading;
}

UpdateInterrupt TickWatch::interrupt() const
{
    if (interrupt_came_)
        return UpdateInterrupt::Came;
    return expects_interrupts_ ? UpdateInterrupt::Missing : UpdateInterrupt::Refused;
}

}  // namespace clockguard
