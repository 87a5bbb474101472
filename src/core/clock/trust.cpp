// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/trust.hpp"
#include "clockguard/core/clock/host_dispute.hpp"

#include <algorithm>
#include <functional>
#include <tuple>

#include <fmt/core.h>

#include "clockguard/core/base/config.hpp"
#include "clockguard/core/base/exact.hpp"

namespace clockguard {
namespace {

Trust consequence(Standing standing, Testimony said)
{
    if (said == Testimony::Contradicts && standing != Standing::HeardOnly)
        return Trust::Wrong;
    if (said == Testimony::Agrees && standing == Standing::MayVouch)
        return Trust::Trusted;
    return Trust::Unknown;
}

Finding silence(const Witness& witness)
{
    return {.severity = Severity::Note,
            .subject = witness.name,
            .message = to_text(witness.offset.error()),
            .witness = witness.kind,
            .reason = witness.silence,
            .basis = witness.basis};
}

/// What only was heard is no more than a note, whatever it says.
Severity weight(const Witness& witness, Severity heard)
{
    return witness.standing == Standing::HeardOnly ? Severity::Note : heard;
}

/// A floor is a moment, not a clock: the clock is before it.
std::string distance_from_floor(const Witness& witness)
{
    return fmt::format(
        "system clock is {} before {}{}", to_text(abs(witness.offset->value)), witness.evidence,
        witness.kind == WitnessKind::Record ? "; if that record is wrong: sudo clockguard forget"
                                            : "");
}

/// Who agrees, where policy gives that word no weight, and the setting that would.
std::string powerless_agreement(const Witness& witness)
{
    if (witness.source == WitnessClass::Local)
        return fmt::format("only a server that follows no source says so ({}); trust.local decides",
                           witness.follows);
    if (witness.kind == WitnessKind::Kernel)
        return fmt::format("{} keeps the clock, perhaps by the host's; trust.host decides",
                           witness.follows);
    return fmt::format("only a reference clock says so ({}), perhaps the host's; trust.host or "
                       "trust.refclocks decides",
                       witness.follows);
}

/// What makes a reading too coarse, and the setting that would accept it.
std::string too_coarse(const Witness& witness, Span limit)
{
    const auto enough =
        std::chrono::ceil<std::chrono::seconds>(witness.offset->error) + std::chrono::seconds{1};
    const std::string seen =
        fmt::format("the {} of {} is above trust.max_error ({})", witness.coarse_by,
                    to_text(witness.offset->error), to_limit_text(limit));
    return enough > largest_max_error
               ? seen + ", and no setting accepts that much"
               : fmt::format("{}; max_error = \"{}s\" accepts it", seen, enough.count());
}

/// What keeps a statement from deciding, where it is neither the clock nor the limit.
Ground ground_of(const Witness& witness, Testimony said, Span limit)
{
    if (witness.source == WitnessClass::Floor)
        return Ground::Unspecified;
    if (said == Testimony::Unclear && !witness.coarse_by.empty() && witness.offset->error > limit)
        return Ground::TooCoarse;
    if (said != Testimony::Agrees || witness.standing != Standing::HeardOnly ||
        witness.follows.empty())
        return Ground::Unspecified;
    return witness.source == WitnessClass::Local ? Ground::LocalOnly : Ground::HostOnly;
}

std::string words_for(const Witness& witness, Ground ground, Span limit)
{
    if (witness.source == WitnessClass::Floor)
        return distance_from_floor(witness);
    if (ground == Ground::TooCoarse)
        return too_coarse(witness, limit);
    if (ground != Ground::Unspecified)
        return powerless_agreement(witness);
    return fmt::format("system clock is {}, limit {}", to_text(*witness.offset),
                       to_limit_text(limit));
}

Finding statement(const Witness& witness, Testimony said, Span limit)
{
    const Ground ground = ground_of(witness, said, limit);
    Finding finding{.subject = witness.name,
                    .message = words_for(witness, ground, limit),
                    .witness = witness.kind,
                    .basis = {.ground = ground}};
    switch (said) {
    case Testimony::Agrees:
        finding.reason = Reason::Agrees;
        // A word without weight is why nothing has been decided.
        if (ground != Ground::Unspecified)
            finding.severity = Severity::Note;
        break;
    case Testimony::Unclear:
        finding.reason = Reason::Unclear;
        finding.severity = weight(witness, Severity::Warning);
        break;
    case Testimony::Contradicts:
        finding.reason = Reason::Contradicts;
        finding.severity = weight(witness, Severity::Failure);
        break;
    }
    return finding;
}

Verdict unsteady()
{
    return {.findings = {{.severity = Severity::Note,
                          .subject = "system clock",
                          .message = "was stepped during the check"}}};
}

/// Network time that agrees with the clock shows that a later recorded moment was wrong.
bool is_overruled(const Witness& witness, const std::vector<Witness>& all,
                  const ClockPolicy& policy)
{
    return witness.kind == WitnessKind::Record && witness.offset &&
           std::ranges::any_of(all, [&](const Witness& other) {
               return other.is_fresh_network && other.standing == Standing::MayVouch &&
                      other.offset && weigh(*other.offset, policy.limit) == Testimony::Agrees;
           });
}

Finding overruled(const Witness& witness)
{
    return {.code = "CG306",
            .severity = Severity::Failure,
            .subject = witness.name,
            .message = fmt::format("this moment lies {} before {}, but network time confirms it: "
                                   "that record was wrong",
                                   to_text(-witness.offset->value), witness.evidence),
            .witness = witness.kind,
            .reason = Reason::Overruled};
}

void hear(Verdict& verdict, const Witness& witness, const ClockPolicy& policy)
{
    if (!witness.offset) {
        verdict.findings.push_back(silence(witness));
        return;
    }
    if (witness.source == WitnessClass::Network && !verdict.from_network)
        verdict.from_network = *witness.offset;
    const Span limit = witness.limit.value_or(policy.limit);
    const Testimony said = weigh(*witness.offset, limit);
    const Trust trust = consequence(witness.standing, said);
    if (trust == Trust::Trusted && !verdict.vouched) {
        verdict.trusted_by = witness.name;
        verdict.vouched = witness.kind;
    }
    verdict.trust = std::max(verdict.trust, trust);
    verdict.findings.push_back(statement(witness, said, limit));
}

}  // namespace

Testimony weigh(const Offset& offset, Span limit)
{
    const Span distance = abs(offset.value);
    if (distance + offset.error <= limit)
        return Testimony::Agrees;
    if (distance - offset.error > limit)
        return Testimony::Contradicts;
    return Testimony::Unclear;
}

Verdict judge(const Observation& seen, const ClockPolicy& policy)
{
    if (!seen.clock_was_steady)
        return unsteady();
    std::vector<Witness> witnesses = seen.witnesses;
    Verdict verdict{.findings = cross_check_host_clocks(witnesses, policy)};
    for (const Witness& witness : witnesses)
        if (is_overruled(witness, witnesses, policy)) {
            verdict.record_overruled = true;
            verdict.findings.push_back(overruled(witness));
        } else {
            hear(verdict, witness, policy);
        }
    if (verdict.trust != Trust::Trusted) {
        verdict.trusted_by.clear();
        verdict.vouched.reset();
    }
    std::ranges::stable_sort(verdict.findings, std::ranges::greater{}, &Finding::severity);
    return verdict;
}

const Finding* telling_finding(const Verdict& verdict)
{
    // Findings come worst first; a witness that was skipped explains nothing.
    const auto telling = std::ranges::find_if(verdict.findings, [&](const Finding& finding) {
        if (verdict.trust == Trust::Trusted)
            return finding.witness == verdict.vouched && finding.reason == Reason::Agrees;
        return finding.reason != Reason::Skipped;
    });
    return telling == verdict.findings.end() ? nullptr : &*telling;
}

std::string reason_of(const Verdict& verdict)
{
    const Finding* const telling = telling_finding(verdict);
    return telling == nullptr ? "no time source was checked"
                              : fmt::format("{}: {}", telling->subject, telling->message);
}

bool say_the_same(const Finding& one, const Finding& other)
{
    const auto gist = [](const Finding& finding) {
        return std::tie(finding.code, finding.witness, finding.reason, finding.basis);
    };
    return gist(one) == gist(other);
}

std::string to_text(Trust trust)
{
    switch (trust) {
    case Trust::Unknown:
        return "unknown";
    case Trust::Trusted:
        return "trusted";
    case Trust::Wrong:
        return "wrong";
    }
    return {};
}

}  // namespace clockguard
