// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "clockguard/core/clock/readings.hpp"

namespace clockguard {

/// A hardware clock against the system clock at one moment.
struct DriftPoint {
    Instant at{};
    Offset ahead{};  // the hardware clock minus the system clock
};

/// How fast a hardware clock runs away from the system clock.
struct Drift {
    double ppm = 0;        // millionths; positive: it runs fast
    double error_ppm = 0;  // the true rate lies within this of it, at 95 %
    Span over{};           // from the first reading to the last
    std::size_t readings = 0;
};

/// A rate known to a second a day is worth telling; one known less well is "not yet determinable".
inline constexpr double drift_error_limit_ppm = 10;

/// The longest run of points in which neither clock was set. No quartz is off by the 500 ppm that
/// are allowed between two points, and the kernel slews no clock faster by frequency (adjtimex(2)).
std::vector<DriftPoint> longest_undisturbed(std::span<const DriftPoint> points);

/// The line of least squares through the points, each weighed by its error. Nothing for fewer than
/// two of them. The error is what the errors of the points make of it, or what their scatter about
/// the line says (Student's t), whichever is more; of two points, the sum of their errors.
std::optional<Drift> estimate_drift(std::span<const DriftPoint> points);

bool is_determined(const Drift& drift);

/// "runs fast by 3.21 ppm (+/-0.52 ppm, 95 %), 0.277 s a day"
std::string to_text(const Drift& drift);

}  // namespace clockguard
