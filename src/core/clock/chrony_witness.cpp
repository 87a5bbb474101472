// SPDX-License-Identifier: Apache-2.0
// What chronyd's answers are worth: a function for each doubt, and the first that holds is the
// reason.
#include "clockguard/core/clock/chrony_witness.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "clockguard/core/clock/clock_moment.hpp"
#include "clockguard/core/clock/reference_id.hpp"
#include "clockguard/core/clock/source_words.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

constexpr int leap_unsynchronized = 3;

/// chronyd writes the kernel's bound right after a step of its own.
constexpr Span own_step = 5s;

/// The kernel's bound reaches its limit by itself, by 500 us a second (second_overflow() of
/// kernel/time/ntp.c), sooner where chronyd's own was large.
constexpr Span bound_grows_for = 7h;

/// Three sources and more outvote one that is wrong, once they have been heard.
constexpr int sources_with_a_majority = 3;
constexpr int enough_heard = 2;
constexpr Span time_for_the_second = 15s;
/// One that has answered needs some polls more until chronyd judges it.
constexpr Span time_for_its_samples = 30s;
/// A source that was heard eight polls ago leaves no doubt that the others had their time.
constexpr unsigned eight_polls = 0x80;

/// No NTP client polls more seldom (RFC 5905, MAXPOLL 17).
constexpr int longest_poll = 17;
constexpr Span longest_interval = std::chrono::seconds{1LL << longest_poll};

/// chronyd's dispersion ages by itself, so this is only for a chronyd that has stopped measuring:
/// eight polls are the window of its reach register.
Span patience(const ChronyTracking& said, const std::optional<ChronySources>& sources)
{
    Span poll = said.update_interval;
    for (const ChronySource& source : sources ? sources->all : std::vector<ChronySource>{})
        if (source.state == SourceState::Selected)
            poll = std::max<Span>(
                poll, std::chrono::seconds{1LL << std::clamp(source.poll, 0, longest_poll)});
    return std::max<Span>(20min, 8 * std::min(poll, longest_interval));
}

/// How long ago chronyd measured, by its own idea of now: its reference time is a true one, the
/// system clock may be far from it for as long as a slew takes.
Span age_of(const ChronyTracking& said)
{
    return said.taken_at + said.correction - said.reference_time;
}

/// Servers that name each other in a circle have no end; strata beyond are refused anyway.
constexpr int longest_chain = 16;

/// Why chronyd's word cannot be used or believed; unspecified where it can.
struct Objection {
    Ground ground = Ground::Unspecified;
    std::string why{};
};

Objection objection(const ChronyStatus& status, const ClockPolicy& policy)
{
    const ChronyTracking& said = *status.tracking;
    if (is_own_clock(said.reference_id))
        return {Ground::OwnClock, "it serves its own clock ('local') and follows no source"};
    if (!is_synchronised(said) || said.stratum < 1)
        return {Ground::NotSynchronised, "not synchronised yet"};
    if (said.leap < 0 || said.leap > leap_unsynchronized)
        return {Ground::UnknownLeap, fmt::format("leap status {} does not exist", said.leap)};
    if (said.stratum > policy.max_stratum)
        return {Ground::HighStratum,
                fmt::format("stratum {} is above the limit {}", said.stratum, policy.max_stratum)};
    const Span age = age_of(said);
    const Span limit = patience(said, status.sources);
    if (age > limit)
        return {Ground::OldUpdate,
                fmt::format("last update {} ago, limit {}", to_text(age), to_text(limit))};
    // chronyd blurs this time by up to a second, towards the past only.
    if (age < -1s)
        return {Ground::FutureUpdate,
                fmt::format("last update lies {} in the future", to_text(-age))};
    return {};
}

/// chronyd blurs the time of an update by up to a second.
bool has_stood_still_since(const ChronyStatus& status)
{
    return status.stood_still && status.stood_still->update &&
           status.tracking->reference_time <= *status.stood_still->update + 1s;
}

/// What chronyd last found was corrected, as far as the clock's own moves tell.
bool was_corrected(const ChronyStatus& status, Span limit)
{
    const Span found = abs(status.tracking->last_offset);
    return found <= limit || std::ranges::any_of(status.moved, [&](Span moved) {
               return abs(abs(moved) - found) <= std::max<Span>(limit, 1s);
           });
}

/// One server of several that answers first may be the one that is wrong.
bool waits_for_a_second(const ChronyStatus& status)
{
    if (!status.sources || status.sources->known < sources_with_a_majority)
        return false;
    const auto& all = status.sources->all;
    if (std::ranges::count_if(all, is_sane) >= enough_heard ||
        std::ranges::any_of(all, [](const ChronySource& source) {
            return is_sane(source) && (source.reach & eight_polls) != 0;
        }))
        return false;
    const Span longest =
        status.sources->reached >= enough_heard ? time_for_its_samples : time_for_the_second;
    return status.heard_for.value_or(0s) < longest;
}

/// Why chronyd's agreement is not believed yet, or nothing.
Objection doubt(const ChronyStatus& status, const ClockPolicy& policy)
{
    if (status.kernel && was_set_since(*status.tracking, *status.kernel)) {
        const Span age = age_of(*status.tracking);
        return {Ground::SetByAnother,
                fmt::format("{} after chronyd's last update, {} ago: waiting for the next "
                            "measurement",
                            age < bound_grows_for ? "the clock was set by another program"
                                                  : "the kernel lost its error bound",
                            to_text(age))};
    }
    if (has_stood_still_since(status))
        return {Ground::OldUpdate, fmt::format("{}, and chronyd has not measured since",
                                               still_text(status.stood_still->length))};
    if (!was_corrected(status, policy.limit))
        return {
            Ground::NotCorrected,
            fmt::format("its last update found the clock {} off, and no step by as much was "
                        "seen since: waiting for the next measurement (chronyd -x sets no clock)",
                        to_text(abs(status.tracking->last_offset)))};
    if (status.sources_lost)
        return {Ground::SourcesLost,
                fmt::format("its sources are not known: {}", to_text(*status.sources_lost))};
    if (waits_for_a_second(status))
        return {Ground::OneSourceOnly, fmt::format("{}: waiting for a second one that is usable",
                                                   to_text(*status.sources))};
    return {};
}

/// The one of the sources that has this address; null where there is none.
const ChronySource* server_of(std::uint32_t reference_id, const ChronySources& sources)
{
    const auto found = std::ranges::find(sources.all, reference_id, reference_id_of);
    return found == sources.all.end() ? nullptr : &*found;
}

/// The server that is selected or, where chronyd has lost it and goes on with what it had, that it
/// had it from.
const ChronySource* followed_server(const ChronyStatus& status)
{
    if (!status.sources)
        return nullptr;
    const auto& all = status.sources->all;
    const auto found = std::ranges::find(all, SourceState::Selected, &ChronySource::state);
    if (found == all.end())
        return server_of(status.tracking->reference_id, *status.sources);
    return found->is_reference_clock ? nullptr : &*found;
}

/// A server that names another of the sources has its time from that one.
bool follows_nobody(const ChronySource& source, const ChronySources& sources)
{
    const ChronySource* server = &source;
    for (int hops = 0; server != nullptr && server->follows && hops < longest_chain; ++hops) {
        if (is_no_source(*server->follows))
            return true;
        server = server_of(server->follows->id, sources);
    }
    return false;
}

/// Beside a selected clock of this machine, or a server that follows nobody: another server, or a
/// receiver, whose own measurement agrees with the clock.
bool is_confirmed_by_another(const ChronyStatus& status, const ClockPolicy& policy)
{
    return status.sources &&
           std::ranges::any_of(status.sources->all, [&](const ChronySource& source) {
               const bool has_outside_time = source.is_reference_clock
                                                 ? tells_time_from_outside(source, policy.refclocks)
                                                 : !follows_nobody(source, *status.sources);
               return has_outside_time && source.reach != 0 &&
                      (source.state == SourceState::Combined ||
                       source.state == SourceState::Unselected) &&
                      abs(source.latest) + source.latest_error <= policy.limit;
           });
}

/// Whose word chronyd passes on, and what policy makes of it.
void classify(Witness& witness, const ChronyStatus& status, const ClockPolicy& policy)
{
    const ChronyTracking& said = *status.tracking;
    const ChronySource* const server = followed_server(status);
    bool may_vouch = true;
    if (said.address_family == 0 && !is_reference_clock(said.reference_id, policy.refclocks)) {
        witness.source = WitnessClass::Host;
        witness.follows = reference_text(said.reference_id);
        may_vouch = policy.host_may_vouch;
    } else if (said.address_family != 0 && server && follows_nobody(*server, *status.sources)) {
        witness.source = WitnessClass::Local;
        witness.follows = reference_text(server->follows->id);
        may_vouch = policy.local_may_vouch;
    }
    if (witness.source != WitnessClass::Network && is_confirmed_by_another(status, policy))
        witness.source = WitnessClass::Network;
    witness.is_fresh_network = witness.source == WitnessClass::Network;
    if (!witness.is_fresh_network && !may_vouch)
        witness.standing = Standing::HeardOnly;
}

}  // namespace

bool is_synchronised(const ChronyTracking& said)
{
    return said.reference_id != 0 && said.leap != leap_unsynchronized;
}

bool was_set_since(const ChronyTracking& said, const KernelClock& kernel)
{
    return kernel.is_disciplined && kernel.max_error >= kernel_error_limit &&
           age_of(said) > own_step;
}

bool wants_measurement(const ChronyStatus& status)
{
    if (!status.tracking)
        return false;
    if (has_stood_still_since(status) ||
        (status.kernel && was_set_since(*status.tracking, *status.kernel)))
        return true;
    return status.heard_for && waits_for_a_second(status) &&
           status.sources->reached >= enough_heard;
}

Witness chrony_witness(const ChronyStatus& status, const ClockPolicy& policy)
{
    Witness witness{.name = "chrony", .kind = WitnessKind::Chrony, .standing = Standing::MayVouch};
    if (!status.tracking) {
        witness.offset = fail(status.tracking.error());
        witness.basis.error = status.tracking.error().code;
        return witness;
    }
    const ChronyTracking& said = *status.tracking;
    if (const auto [ground, why] = objection(status, policy); ground != Ground::Unspecified) {
        witness.offset =
            fail(status.sources ? fmt::format("{}: {}", why, to_text(*status.sources)) : why);
        witness.basis = {.ground = ground};
        if (status.sources)
            witness.basis.sources = faults_of(*status.sources);
        return witness;
    }
    witness.offset =
        Offset{.value = -said.correction, .error = said.root_dispersion + said.root_delay / 2};
    witness.coarse_by =
        said.root_dispersion >= said.root_delay / 2 ? "root dispersion" : "root delay";
    classify(witness, status, policy);
    if (weigh(*witness.offset, policy.limit) != Testimony::Agrees)
        return witness;
    if (const auto [ground, why] = doubt(status, policy); ground != Ground::Unspecified) {
        witness.offset = fail(why);
        witness.basis = {.ground = ground};
    }
    return witness;
}

}  // namespace clockguard
