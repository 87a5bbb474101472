// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/host_dispute.hpp"

#include <fmt/core.h>

namespace clockguard {
namespace {

bool has_spoken_for_the_host(const Witness& witness, bool rtc)
{
    return witness.source == WitnessClass::Host && (witness.kind == WitnessKind::Rtc) == rtc &&
           witness.offset;
}

/// What one clock is ahead of another, where that is more than can be right.
std::optional<Offset> contradiction(const Witness& one, const Witness& other, Span limit)
{
    const Offset apart = between(*one.offset, *other.offset);
    return weigh(apart, limit) == Testimony::Contradicts ? std::optional{apart} : std::nullopt;
}

Finding disputed(const Witness& one, const Witness& other, const Offset& apart)
{
    const std::string both = one.name == other.name
                                 ? fmt::format("two clocks {}", one.name)
                                 : fmt::format("{} and {}", one.name, other.name);
    return {.code = "CG312",
            .severity = Severity::Warning,
            .subject = "host",
            .message =
                fmt::format("{} differ by {}: both are ignored", both, to_text(abs(apart.value)))};
}

Finding refuted(const Witness& rtc, const Witness& host, const Offset& apart)
{
    return {.code = "CG313",
            .severity = Severity::Warning,
            .subject = rtc.name,
            .message = fmt::format("is {} of {}: it is ignored", to_text(apart), host.name)};
}

std::vector<Finding> find_dispute(const std::vector<Witness>& witnesses, Span limit)
{
    for (auto one = witnesses.begin(); one != witnesses.end(); ++one)
        for (auto other = one + 1; other != witnesses.end(); ++other) {
            if (!has_spoken_for_the_host(*one, false) || !has_spoken_for_the_host(*other, false))
                continue;
            if (const auto apart = contradiction(*one, *other, limit))
                return {disputed(*one, *other, *apart)};
        }
    return {};
}

/// The first of the host's clocks that contradicts this RTC, as a finding.
std::vector<Finding> find_refutation(const Witness& rtc, const std::vector<Witness>& witnesses)
{
    for (const Witness& host : witnesses) {
        if (!has_spoken_for_the_host(host, false))
            continue;
        if (const auto apart = contradiction(rtc, host, rtc.limit.value_or(Span{})))
            return {refuted(rtc, host, *apart)};
    }
    return {};
}

}  // namespace

Offset between(const Offset& clock, const Offset& other)
{
    return {.value = other.value - clock.value, .error = other.error + clock.error};
}

std::vector<Finding> cross_check_host_clocks(std::vector<Witness>& witnesses,
                                             const ClockPolicy& policy)
{
    std::vector<Finding> findings = find_dispute(witnesses, policy.limit);
    const bool disputed = !findings.empty();
    for (Witness& witness : witnesses) {
        if (witness.source != WitnessClass::Host || witness.standing == Standing::HeardOnly)
            continue;
        const auto refutation = disputed || !has_spoken_for_the_host(witness, true)
                                    ? std::vector<Finding>{}
                                    : find_refutation(witness, witnesses);
        if (disputed || !refutation.empty())
            witness.standing = Standing::HeardOnly;
        findings.insert(findings.end(), refutation.begin(), refutation.end());
    }
    return findings;
}

}  // namespace clockguard
