// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/rtc/drift.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>

namespace clockguard {
namespace {

constexpr double millionth = 1e-6;
constexpr double seconds_a_day = 86400;
constexpr double most_allowed = 500 * millionth;

/// A point as numbers, in seconds.
struct Weighed {
    double at = 0;
    double ahead = 0;
    double weight = 0;
};

/// The truth lies anywhere within the error, so its variance is a third of the error's square. A
/// reading without an error would have infinite weight; a microsecond is the grain of a Span.
Weighed weighed(const DriftPoint& point, Instant origin)
{
    const double error = std::max(to_seconds(point.ahead.error), millionth);
    return {.at = to_seconds(point.at - origin),
            .ahead = to_seconds(point.ahead.value),
            .weight = 3 / (error * error)};
}

struct Line {
    double slope = 0;
    double variance = 0;  // of the slope, from the points' errors
    double scatter = 0;   // chi-squared of the residuals
};

Line fit(const std::vector<Weighed>& points)
{
    Weighed middle;
    for (const Weighed& point : points) {
        middle.weight += point.weight;
        middle.at += point.weight * point.at;
        middle.ahead += point.weight * point.ahead;
    }
    middle.at /= middle.weight;
    middle.ahead /= middle.weight;
    double squares = 0;
    double products = 0;
    for (const Weighed& point : points) {
        squares += point.weight * (point.at - middle.at) * (point.at - middle.at);
        products += point.weight * (point.at - middle.at) * (point.ahead - middle.ahead);
    }
    Line line{.slope = products / squares, .variance = 1 / squares};
    for (const Weighed& point : points) {
        const double beside = point.ahead - middle.ahead - line.slope * (point.at - middle.at);
        line.scatter += point.weight * beside * beside;
    }
    return line;
}

/// Student's t for 95 % on both sides; beyond the table by its expansion, good to 0.01.
double students_t(std::size_t freedom)
{
    constexpr std::array table{12.706, 4.303, 3.182, 2.776, 2.571,
                               2.447,  2.365, 2.306, 2.262, 2.228};
    if (freedom <= table.size())
        return table.at(freedom - 1);
    return 1.960 + 2.4 / static_cast<double>(freedom);
}

double error_of(const Line& line, const std::vector<Weighed>& points)
{
    const double by_errors = 1.960 * std::sqrt(line.variance);
    const std::size_t freedom = points.size() - 2;
    const double by_scatter = students_t(freedom) * std::sqrt(line.variance * line.scatter /
                                                              static_cast<double>(freedom));
    return std::max(by_errors, by_scatter);
}

bool was_set_between(const DriftPoint& one, const DriftPoint& next)
{
    const double allowed = most_allowed * std::abs(to_seconds(next.at - one.at)) +
                           to_seconds(one.ahead.error) + to_seconds(next.ahead.error);
    return next.at <= one.at || std::abs(to_seconds(next.ahead.value - one.ahead.value)) > allowed;
}

}  // namespace

std::vector<DriftPoint> longest_undisturbed(std::span<const DriftPoint> points)
{
    std::vector<DriftPoint> longest;
    std::vector<DriftPoint> run;
    for (const DriftPoint& point : points) {
        if (!run.empty() && was_set_between(run.back(), point))
            run.clear();
        run.push_back(point);
        if (run.size() > longest.size())
            longest = run;
    }
    return longest;
}

std::optional<Drift> estimate_drift(std::span<const DriftPoint> points)
{
    if (points.size() < 2)
        return std::nullopt;
    const DriftPoint& first = points.front();
    const DriftPoint& last = points.back();
    if (last.at <= first.at)
        return std::nullopt;
    std::vector<Weighed> numbers;
    numbers.reserve(points.size());
    for (const DriftPoint& point : points)
        numbers.push_back(weighed(point, first.at));
    const Line line = fit(numbers);
    const double error = points.size() == 2 ? to_seconds(first.ahead.error + last.ahead.error) /
                                                  to_seconds(last.at - first.at)
                                            : error_of(line, numbers);
    return Drift{.ppm = line.slope / millionth,
                 .error_ppm = error / millionth,
                 .over = last.at - first.at,
                 .readings = points.size()};
}

bool is_determined(const Drift& drift)
{
    return drift.error_ppm <= drift_error_limit_ppm;
}

std::string to_text(const Drift& drift)
{
    return fmt::format("runs {} by {:.2f} ppm (+/-{:.2f} ppm, 95 %), {:.3f} s a day",
                       drift.ppm < 0 ? "slow" : "fast", std::abs(drift.ppm), drift.error_ppm,
                       std::abs(drift.ppm) * millionth * seconds_a_day);
}

}  // namespace clockguard
