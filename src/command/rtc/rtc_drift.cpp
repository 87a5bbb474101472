// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "clockguard/command/clock/report_base.hpp"
#include "clockguard/command/rtc/rtc_outcome.hpp"
#include "clockguard/core/base/exact.hpp"
#include "clockguard/core/gate/boot_drift.hpp"
#include "clockguard/core/rtc/rtc_tick.hpp"

namespace clockguard {
namespace {

RtcOutcome undetermined(std::string summary)
{
    return {.code = ExitCode::Undetermined, .summary = std::move(summary)};
}

struct DriftMeasurement {
    RtcSeen last{};
    std::vector<DriftPoint> points{};
};

Result<DriftPoint> read_point(const RtcSeen& seen)
{
    if (!seen.reading)
        return fail(seen.reading.error());
    if (!seen.reading->tick_error)
        return fail(
            fmt::format("hardware clock {} is stopped: its seconds did not advance within {}",
                        short_name(seen.device), to_text(tick_limit)));
    return DriftPoint{.at = seen.reading->taken_at, .ahead = ahead_of_system(*seen.reading)};
}

/// One reading at once, then one every interval, the last before the time is over.
Result<DriftMeasurement> watch_drift(const RtcWorld& world, const RtcDevice& rtc,
                                     const RtcDriftOptions& options)
{
    const Uptime began = world.uptime();
    const auto count = options.length / options.interval + 1;
    DriftMeasurement measured;
    for (std::int64_t i = 0; i < count; ++i) {
        world.wait_until(began + i * options.interval);
        measured.last = world.look_at_tick(rtc);
        const auto point = read_point(measured.last);
        if (!point)
            return fail(point.error());
        measured.points.push_back(*point);
        world.progress(
            fmt::format("reading {} of {}: {}", i + 1, count, to_fine_text(point->ahead)));
    }
    return measured;
}

std::string sentence(const std::string& id, const Drift& drift)
{
    return is_determined(drift)
               ? fmt::format("hardware clock {} {}", id, to_text(drift))
               : fmt::format("not yet determinable: the rate of hardware clock {} is known to "
                             "+/-{:.1f} ppm after {}, limit {:.0f} ppm; measure longer with --for",
                             id, drift.error_ppm, to_text(drift.over), drift_error_limit_ppm);
}

RtcOutcome judge_drift(const DriftMeasurement& measured, const TrustNow& trust)
{
    const std::string id = short_name(measured.last.device);
    const auto points = longest_undisturbed(measured.points);
    const auto drift = estimate_drift(points);
    if (!drift)
        return undetermined(fmt::format("not yet determinable: hardware clock {} was read once; "
                                        "measure longer with --for",
                                        id));
    RtcOutcome outcome{
        .summary = sentence(id, *drift),
        .details = {{"readings",
                     fmt::format("{} in {}", drift->readings,
                                 to_text(std::chrono::round<std::chrono::seconds>(drift->over)))}},
        .trust = trust,
        .clock = to_clock(measured.last)};
    outcome.clock->drift = drift;
    if (points.size() < measured.points.size())
        outcome.details.push_back(
            {"left out",
             fmt::format("{}: a clock was set meanwhile", measured.points.size() - points.size())});
    if (!trust.trusted)
        outcome.details.push_back(
            {"warning", fmt::format("the system clock is not verified ({})", trust.why)});
    if (!is_determined(*drift) || !trust.trusted)
        outcome.code = ExitCode::Undetermined;
    return outcome;
}

/// What the boots on record say of the clock, beside what was measured now.
void add_boots(const BootRecords& boots, RtcOutcome& outcome)
{
    const auto points = longest_undisturbed(drift_points(boots.newest_first));
    const auto drift = estimate_drift(points);
    if (!drift) {
        outcome.details.push_back(
            {"by boots", "not known: no two recorded boots in a row without a write by the kernel "
                         "or clockguard between them"});
        return;
    }
    outcome.clock->drift_by_boots = drift;
    outcome.details.push_back({"by boots", fmt::format("{}, over {} boots in {}", to_text(*drift),
                                                       drift->readings, to_text(drift->over))});
}

RtcOutcome drift_of_first(const RtcWorld& world, const RtcDriftOptions& options)
{
    const auto rtcs = world.list();
    if (!rtcs)
        return undetermined(to_text(rtcs.error()));
    if (rtcs->empty())
        return undetermined(no_rtc().message);
    const auto measured = watch_drift(world, rtcs->front(), options);
    world.progress("");
    if (!measured)
        return undetermined(to_text(measured.error()));
    RtcOutcome outcome = judge_drift(*measured, world.trust());
    if (outcome.clock)
        add_boots(world.boots(), outcome);
    return outcome;
}

}  // namespace

Answer measure_drift(const RtcWorld& world, const RtcDriftOptions& options, const Context& context)
{
    return to_answer(drift_of_first(world, options), "rtc.drift", context);
}

}  // namespace clockguard
