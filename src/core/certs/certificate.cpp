// SPDX-License-Identifier: Apache-2.0
// The judgement of a certificate: its state, and which of the chains above it counts.
#include "clockguard/core/certs/certificate.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>

#include <fmt/core.h>

#include "clockguard/core/certs/cert_findings.hpp"

namespace clockguard {
namespace {

template <class Dated>
bool is_within_dates(const Dated& dated, Instant now)
{
    return now >= dated.not_before && now <= dated.not_after;
}

/// The places that have signed another one.
std::set<std::string> issuers_of(const std::vector<Certificate>& certificates)
{
    std::set<std::string> issuers;
    for (const Certificate& certificate : certificates)
        if (!certificate.place.is_authority())
            issuers.insert(certificate.place.issuer);
    return issuers;
}

/// What makes a CA one: others are signed by it. dqlite's cluster.crt signs itself alone.
bool signs_others(const CertPlace& place, const std::set<std::string>& issuers)
{
    return place.is_authority() && issuers.contains(place.name);
}

/// Whatever its dates are.
bool may_sign_it(const CertSigner& signer)
{
    return !signer.is_too_long && signer.forbidden_name.empty();
}

/// The earlier one of these is true, the less it is of use.
auto faults_of(const CertSigner& signer, CertUse use, Instant now)
{
    return std::tuple{!may_sign_it(signer), !signer.may_sign, !is_within_dates(signer, now),
                      !lets_be_used(signer, use)};
}

void put_best_first(std::vector<CertSigner>& signers, CertUse use, Instant now)
{
    const auto best = std::ranges::min_element(
        signers, {}, [&](const CertSigner& signer) { return faults_of(signer, use, now); });
    std::rotate(signers.begin(), best, best == signers.end() ? best : std::next(best));
}

/// Whether a certificate, or a chain, is good for what is signed by it now.
template <class Signing>
bool is_alive(const Signing& signing, Instant now)
{
    return signing.may_sign && is_within_dates(signing, now);
}

/// Signed by a certificate of its CA, or a chain from there, that is out of its dates or may not
/// sign, and not because the one is so by which the CA's own place is judged: that is a finding
/// already.
bool has_a_dead_signer(const Certificate& certificate, const CertsVerdict& verdict)
{
    const CertFacts& facts = certificate.facts;
    if (facts.signed_by_issuer != true || facts.signers.empty() || certificate.place.is_authority())
        return false;
    const auto ca =
        std::ranges::find_if(verdict.certificates, [&](const JudgedCertificate& judged) {
            return judged.certificate.place.name == certificate.place.issuer;
        });
    return std::ranges::none_of(facts.signers, [&](const CertSigner& signer) {
        return may_sign_it(signer) &&
               (is_alive(signer, verdict.now) || (ca != verdict.certificates.end() &&
                                                  ca->certificate.facts.sha256 == signer.sha256 &&
                                                  !is_alive(ca->certificate.facts, verdict.now)));
    });
}

/// None when one certificate is of no use as it is: there is no margin to speak of.
std::optional<ClockMargin> margin_of(const CertsVerdict& verdict)
{
    ClockMargin margin{.behind = -forever, .ahead = forever};
    bool any = false;
    for (const JudgedCertificate& judged : verdict.certificates) {
        if (judged.state == CertState::Skipped)
            continue;
        if (!is_usable(judged.state))
            return std::nullopt;
        const CertFacts& facts = judged.certificate.facts;
        margin.behind = std::max<Span>(margin.behind, facts.not_before - verdict.now);
        margin.ahead = std::min<Span>(margin.ahead, facts.not_after - verdict.now);
        any = true;
    }
    return any ? std::optional{margin} : std::nullopt;
}

/// What stands in the way of signing with a CA's key, and what to do about it; or nothing.
Advice key_obstacle(const Certificate& ca)
{
    const std::string& name = ca.place.name;
    if (ca.facts.key_matches == false)
        return explained_in("CG218", fmt::format("put the own key of '{}' back", name));
    if (ca.facts.key_is_encrypted)
        return explained_in("CG217", fmt::format("decrypt the key of '{}'", name));
    return ca.lacks_key ? explained_in("CG216", fmt::format("put the key of '{}' back", name))
                        : Advice{};
}

/// What stands in the way of signing with a CA, whatever its dates are.
Advice ca_obstacle(const JudgedCertificate& ca)
{
    const std::string what = fmt::format("put '{}' right", ca.certificate.place.name);
    if (ca.state == CertState::Missing)
        return explained_in("CG210", what);
    if (ca.state == CertState::Unreadable && !ca.certificate.is_denied)
        return explained_in("CG209", what);
    return ca.state == CertState::ChainBroken ? explained_in("CG204", what)
                                              : key_obstacle(ca.certificate);
}

/// CAs are judged before what they sign.
Advice signing_obstacle(const Certificate& certificate, const CertsVerdict& verdict)
{
    if (!certificate.first.empty())
        return certificate.first;
    if (certificate.place.is_authority())
        return key_obstacle(certificate);
    for (const JudgedCertificate& ca : verdict.certificates)
        if (ca.certificate.place.name == certificate.place.issuer)
            return ca_obstacle(ca);
    return {};
}

}  // namespace

bool is_never_valid(const CertFacts& facts)
{
    return facts.not_after < facts.not_before;
}

std::string to_text(CertState state)
{
    switch (state) {
    case CertState::Valid:
        return "valid";
    case CertState::NotYetValid:
        return "not_yet_valid";
    case CertState::Expired:
        return "expired";
    case CertState::Expiring:
        return "expiring";
    case CertState::KeyMismatch:
        return "key_mismatch";
    case CertState::ChainBroken:
        return "chain_broken";
    case CertState::Unreadable:
        return "unreadable";
    case CertState::Missing:
        return "missing";
    case CertState::Skipped:
        return "skipped";
    }
    return {};
}

std::string to_text(CertKind kind)
{
    switch (kind) {
    case CertKind::File:
        return "file";
    case CertKind::Kubeconfig:
        return "kubeconfig";
    case CertKind::Secret:
        return "secret";
    }
    return {};
}

const std::string& trusted_by(const CertPlace& place)
{
    return place.trusts.empty() ? place.issuer : place.trusts;
}

Instant expiring_from(const Certificate& certificate, const ExpiringThreshold& threshold)
{
    const CertFacts& facts = certificate.facts;
    if (threshold.before_end)
        return facts.not_after - *threshold.before_end;
    Span lifetime = facts.not_after - facts.not_before;
    if (certificate.place.lifetime > Span{0})
        lifetime = std::min(lifetime, certificate.place.lifetime);
    return facts.not_after - lifetime / 100 * (100 - threshold.percent);
}

CertFacts facts_at(const Certificate& certificate, Instant now)
{
    CertFacts facts = certificate.facts;
    put_best_first(facts.signers, certificate.place.use, now);
    if (!certificate.place.is_authority() || facts.anchors.empty())
        return facts;
    auto chosen = std::ranges::find_if(
        facts.anchors, [&](const CertFacts& anchor) { return is_within_dates(anchor, now); });
    if (chosen == facts.anchors.end())
        chosen = facts.anchors.begin();
    facts.subject = chosen->subject;
    facts.issuer = chosen->issuer;
    facts.serial = chosen->serial;
    facts.sha256 = chosen->sha256;
    facts.not_before = chosen->not_before;
    facts.not_after = chosen->not_after;
    facts.may_sign = chosen->may_sign;
    return facts;
}

bool is_signed_weakly(const Certificate& certificate)
{
    const CertFacts& facts = certificate.facts;
    return is_signed_rightly(facts) && !facts.weak_digest.empty() &&
           facts.signed_by_issuer == true && !certificate.place.is_authority();
}

bool is_signed_rightly(const CertFacts& facts)
{
    return facts.signed_by_issuer != false &&
           (facts.signers.empty() || std::ranges::any_of(facts.signers, may_sign_it));
}

CertSigner signer_of(const CertFacts& facts)
{
    return facts.signers.empty() ? CertSigner{} : facts.signers.front();
}

bool lets_be_used(const CertSigner& signer, CertUse use)
{
    switch (use) {
    case CertUse::Any:
        return true;
    case CertUse::Server:
        return signer.lets_serve;
    case CertUse::Client:
        return signer.lets_call;
    }
    return true;
}

bool is_usable(CertState state)
{
    return state == CertState::Valid || state == CertState::Expiring;
}

bool has_useless_ca(const Certificate& certificate)
{
    return certificate.accepts_no_server || !certificate.ca_error.empty();
}

CertState judge(const Certificate& certificate, Instant now, const CertPolicy& policy)
{
    const CertFacts& facts = certificate.facts;
    if (!certificate.skipped.empty())
        return CertState::Skipped;
    if (certificate.is_missing)
        return CertState::Missing;
    if (!certificate.error.empty())
        return CertState::Unreadable;
    if (facts.key_matches == false || (facts.key_is_encrypted && !certificate.place.is_authority()))
        return CertState::KeyMismatch;
    if (!is_signed_rightly(facts))
        return CertState::ChainBroken;
    if (now + policy.tolerance < facts.not_before)
        return CertState::NotYetValid;
    if (now - policy.tolerance > facts.not_after)
        return CertState::Expired;
    if (is_signed_weakly(certificate))
        return CertState::ChainBroken;
    if (now >= expiring_from(certificate, policy.expiring))
        return CertState::Expiring;
    return CertState::Valid;
}

CertsVerdict judge_all(std::vector<Certificate> certificates, Instant now, const CertPolicy& policy)
{
    CertsVerdict verdict{.now = now};
    const std::set<std::string> issuers = issuers_of(certificates);
    for (Certificate& certificate : certificates) {
        certificate.facts = facts_at(certificate, now);
        certificate.first = signing_obstacle(certificate, verdict);
        const bool is_broken =
            has_a_dead_signer(certificate, verdict) ||
            (!certificate.facts.may_sign && signs_others(certificate.place, issuers));
        const CertState state =
            is_broken ? CertState::ChainBroken : judge(certificate, now, policy);
        verdict.certificates.push_back({std::move(certificate), state});
    }
    verdict.margin = margin_of(verdict);
    verdict.findings = findings_of(verdict);
    return verdict;
}

}  // namespace clockguard
