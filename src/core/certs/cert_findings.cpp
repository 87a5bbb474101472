// SPDX-License-Identifier: Apache-2.0
// The findings of certificates: for each state its words and its numbers.
#include "clockguard/core/certs/cert_findings.hpp"

#include <algorithm>
#include <functional>
#include <tuple>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/core/certs/cert_advice.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// kube-apiserver dates its own loopback certificate back by this much "to allow for clock skew"
/// (k8s.io/apiserver, serving_with_loopback.go): less is a small margin.
constexpr Span small_margin = 1h;

std::string never_valid(const CertFacts& facts)
{
    return fmt::format("is never valid: it ends at {}, before it begins at {}",
                       to_text(facts.not_after), to_text(facts.not_before));
}

Finding not_yet_valid(const Certificate& certificate, Instant now)
{
    const Instant from = certificate.facts.not_before;
    return {.code = "CG201",
            .severity = Severity::Failure,
            .message = is_never_valid(certificate.facts)
                           ? never_valid(certificate.facts)
                           : fmt::format("is not valid until {}, in {}", to_text(from),
                                         to_text(from - now)),
            .advice = not_yet_valid_advice(certificate)};
}

Finding expired(const Certificate& certificate, Instant now)
{
    const Instant until = certificate.facts.not_after;
    return {.code = "CG202",
            .severity = Severity::Failure,
            .message =
                is_never_valid(certificate.facts)
                    ? never_valid(certificate.facts)
                    : fmt::format("expired at {}, {} ago", to_text(until), to_text(now - until)),
            .advice = expired_advice(certificate)};
}

Finding expiring(const Certificate& certificate, Instant now)
{
    const Instant until = certificate.facts.not_after;
    return {.code = "CG203",
            .severity = Severity::Warning,
            .message = fmt::format("expires at {}, in {}", to_text(until), to_text(until - now)),
            .advice = refresh_advice(certificate, "--expiring")};
}

Finding key_mismatch(const Certificate& certificate)
{
    const CertPlace& place = certificate.place;
    if (certificate.facts.key_is_encrypted)
        return {.code = "CG211",
                .severity = Severity::Failure,
                .message = fmt::format("has {} encrypted with a passphrase, and its user has none "
                                       "to read it with",
                                       place.key_path.empty()
                                           ? "the key embedded beside it"
                                           : fmt::format("its key '{}'", place.key_path)),
                .advice = explained_in("CG217", "decrypt it")};
    return {.code = "CG211",
            .severity = Severity::Failure,
            .message = place.key_path.empty()
                           ? "does not match the key embedded beside it"
                           : fmt::format("does not match its key '{}'", place.key_path),
            .advice = foreign_key_advice(certificate)};
}

constexpr std::string_view may_not_sign =
    "may not sign certificates: its basicConstraints or its keyUsage do not allow it";

std::string broken_by(const Certificate& certificate, Instant now)
{
    const auto& [place, facts] = std::tie(certificate.place, certificate.facts);
    if (place.is_authority() && !facts.may_sign)
        return std::string{may_not_sign};
    if (is_signed_weakly(certificate))
        return fmt::format("is signed with {}, which Kubernetes refuses", facts.weak_digest);
    if (facts.signed_by_issuer == false || facts.signers.empty())
        return fmt::format("is not signed by '{}'", place.issuer);
    const CertSigner signer = signer_of(facts);
    if (signer.is_too_long)
        return fmt::format("is signed in a chain up to '{}' that is longer than a CA in it lets it "
                           "be (basicConstraints, pathlen)",
                           place.issuer);
    if (!signer.forbidden_name.empty())
        return fmt::format(
            "names '{}', which the name constraints of {} forbid", signer.forbidden_name,
            signer.is_sent ? fmt::format("a CA in its chain up to '{}'", place.issuer)
                           : fmt::format("'{}'", place.issuer));
    const std::string signed_by =
        signer.is_sent ? "is signed by an intermediate certificate, in a chain that"
                       : fmt::format("is signed by a certificate of '{}' that", place.issuer);
    if (!signer.may_sign)
        return fmt::format("{} {}", signed_by, may_not_sign);
    return now < signer.not_before
               ? fmt::format("{} is not valid until {}", signed_by, to_text(signer.not_before))
               : fmt::format("{} expired at {}", signed_by, to_text(signer.not_after));
}

Finding chain_broken(const Certificate& certificate, Instant now)
{
    const CertPlace& place = certificate.place;
    Finding finding{.code = "CG204",
                    .severity = Severity::Failure,
                    .message = broken_by(certificate, now),
                    .advice = explained_in("CG204", "one of the two was replaced")};
    if (place.is_authority() && !certificate.facts.may_sign)
        finding.advice = explained_in("CG204", "put a CA that may sign in its place");
    else if (is_signed_weakly(certificate) && place.repair == CertRepair::Reissue)
        finding.advice = refresh_by_name(place);
    else if (certificate.facts.signed_by_issuer == true &&
             (!is_signed_rightly(certificate.facts) || !signer_of(certificate.facts).may_sign))
        finding.advice = explained_in("CG204", "put a CA that may sign for it in the CA's place");
    return finding;
}

Finding unreadable(const Certificate& certificate)
{
    if (certificate.is_denied)
        return {.code = "CG209",
                .severity = Severity::Note,
                .message = certificate.error,
                .advice = {"run as root"}};
    if (certificate.is_unclear)
        return {.code = "CG209",
                .severity = Severity::Note,
                .message = certificate.error,
                .advice = {certificate.place.named_by_flag.empty()
                               ? ""
                               : "to have it judged, see 'within' in man clockguard-profile"}};
    return {.code = "CG209",
            .severity = Severity::Failure,
            .message = certificate.error,
            .advice = replacement_advice(certificate)};
}

Finding missing(const Certificate& certificate)
{
    return {.code = "CG210",
            .severity = Severity::Failure,
            .message = fmt::format("'{}' is missing", certificate.place.path),
            .advice = replacement_advice(certificate)};
}

std::optional<Finding> state_finding(const JudgedCertificate& judged, Instant now)
{
    switch (judged.state) {
    case CertState::NotYetValid:
        return not_yet_valid(judged.certificate, now);
    case CertState::Expired:
        return expired(judged.certificate, now);
    case CertState::Expiring:
        return expiring(judged.certificate, now);
    case CertState::KeyMismatch:
        return key_mismatch(judged.certificate);
    case CertState::ChainBroken:
        return chain_broken(judged.certificate, now);
    case CertState::Unreadable:
        return unreadable(judged.certificate);
    case CertState::Missing:
        return missing(judged.certificate);
    case CertState::Valid:
    case CertState::Skipped:
        break;
    }
    return std::nullopt;
}

/// What a kubeconfig embeds is a copy; kubectl and the daemons believe the copy. With a CA that is
/// not valid, it accepts no server.
Finding other_ca(const Certificate& certificate, Instant now)
{
    Finding finding{.code = "CG205",
                    .severity = Severity::Warning,
                    .message = fmt::format("trusts another CA certificate than '{}'",
                                           trusted_by(certificate.place))};
    if (has_useless_ca(certificate))
        finding.severity = Severity::Failure;
    if (!certificate.ca_error.empty())
        finding.message = certificate.ca_error;
    if (!certificate.old_ca)
        return finding;
    const CertFacts& old = *certificate.old_ca;
    if (now < old.not_before)
        finding.message += fmt::format(", one that is not valid until {}", to_text(old.not_before));
    else if (now > old.not_after)
        finding.message += fmt::format(", one that expired at {}", to_text(old.not_after));
    else
        return finding;
    finding.severity = Severity::Failure;
    return finding;
}

std::optional<Finding> copy_finding(const Certificate& certificate, Instant now)
{
    Finding finding{.code = "CG205", .severity = Severity::Warning};
    if (certificate.embeds_other_ca)
        finding = other_ca(certificate, now);
    else if (certificate.differs_from_file)
        finding.message =
            fmt::format("embeds another certificate than '{}'", certificate.place.copy_of);
    else
        return std::nullopt;
    finding.advice = copy_advice(certificate);
    return finding;
}

std::optional<Finding> refusal_finding(const Certificate& certificate)
{
    if (certificate.refuses.empty())
        return std::nullopt;
    return Finding{.code = "CG205",
                   .severity = Severity::Failure,
                   .message =
                       fmt::format("trusts no CA that has signed '{}', which its server shows",
                                   certificate.refuses),
                   .advice = explained_in("CG205", "have it trust the CA that has signed that")};
}

/// kubectl can be told another; a daemon cannot.
std::optional<Finding> context_finding(const Certificate& certificate)
{
    if (certificate.choose_context.empty())
        return std::nullopt;
    return Finding{.code = "CG222",
                   .severity = Severity::Warning,
                   .message = "names no current context, so that its users connect to nothing",
                   .advice = certificate.choose_context};
}

/// "does not name 127.0.0.1, by which client.config and proxy.config call its server"
std::string lack_of_names(const std::vector<LackingName>& lacking)
{
    return joined(lacking, "; it ", [](const LackingName& name) {
        return fmt::format("does not name '{}', by which {} {} its server: they refuse it",
                           name.host, joined(name.callers, ", "),
                           name.callers.size() == 1 ? "calls" : "call");
    });
}

/// Its own extended key usage, and that of each CA above it, must have the use.
std::string lack_of_use(const CertPlace& place, const CertFacts& facts)
{
    const bool is_server = place.use == CertUse::Server;
    const bool is_allowed = is_server ? facts.serves : facts.calls;
    const CertSigner signer = signer_of(facts);
    if (place.use == CertUse::Any || (is_allowed && lets_be_used(signer, place.use)))
        return {};
    const std::string whose =
        is_allowed ? fmt::format("the extended key usage of {}'{}'",
                                 signer.is_sent ? "a CA in its chain up to " : "", place.issuer)
                   : "its extended key usage";
    return fmt::format("is not for {}: {} has no {}", is_server ? "servers" : "clients", whose,
                       is_server ? "serverAuth" : "clientAuth");
}

/// What Go refuses in a certificate of its place (crypto/x509, Certificate.Verify and
/// VerifyHostname): others may take it, where the severity is a warning.
std::optional<Finding> use_finding(const Certificate& certificate)
{
    const auto& [place, facts] = std::tie(certificate.place, certificate.facts);
    const std::string no_use = lack_of_use(place, facts);
    Finding finding{.code = "CG223", .severity = Severity::Failure};
    if (const auto& [part, since] = facts.strange_part; !part.empty())
        finding.message =
            fmt::format("has the critical extension '{}', which Kubernetes{} does not know", part,
                        since == 0 ? "" : fmt::format(" before 1.{}", since));
    else if (!facts.strange_name.empty())
        finding.message =
            fmt::format("names '{}', which Kubernetes cannot read: a name is ASCII, an address "
                        "has 4 or 16 octets, a URI has a host that can be one",
                        facts.strange_name);
    else if (facts.has_negative_serial)
        finding.message =
            fmt::format("has a negative serial number, which Kubernetes does not read "
                        "from 1.{} on",
                        no_negative_serial_since);
    else if (!no_use.empty())
        finding.message = no_use;
    else if (!certificate.lacks_names.empty())
        finding.message = lack_of_names(certificate.lacks_names);
    else if (place.use != CertUse::Server || facts.names_hosts)
        return std::nullopt;
    if (finding.message.empty()) {
        finding.severity = Severity::Warning;
        finding.message = "names no host in a subject alternative name, and Kubernetes accepts no "
                          "server without one";
    }
    finding.advice = use_advice(certificate);
    return finding;
}

/// A kubeconfig is read by nothing that minds.
std::optional<Finding> naming_finding(const Certificate& certificate)
{
    const auto& [place, facts] = std::tie(certificate.place, certificate.facts);
    if (!facts.names_other_ca || facts.signed_by_issuer != true || place.kind != CertKind::File)
        return std::nullopt;
    return Finding{
        .code = "CG221",
        .severity = Severity::Warning,
        .message = fmt::format("names an earlier certificate of '{}', so that openssl refuses it",
                               place.issuer),
        .advice =
            place.repair == CertRepair::Reissue ? refresh_by_name(place) : explained_in("CG221")};
}

/// openssl, and so MicroK8s, signs with the first certificate of a CA's file.
std::optional<Finding> signer_finding(const Certificate& certificate)
{
    const auto& [place, facts] = std::tie(certificate.place, certificate.facts);
    if (!place.is_authority() || facts.all.empty() || facts.all.front() == facts.sha256)
        return std::nullopt;
    Finding finding{.code = "CG220", .severity = Severity::Warning};
    finding.message =
        facts.signer == facts.all.front()
            ? "has a certificate first in its file that is not valid now"
            : fmt::format("has its key '{}' for another certificate than the first in its file",
                          place.key_path);
    finding.advice = explained_in("CG220", "put the certificate that signs first");
    return finding;
}

/// While all that a CA has signed is valid. MicroK8s makes a new key where one is missing.
std::optional<Finding> missing_key_finding(const JudgedCertificate& judged)
{
    const Certificate& certificate = judged.certificate;
    const CertPlace& place = certificate.place;
    if (!certificate.lacks_key || !place.is_authority() || place.repair == CertRepair::None ||
        !is_usable(judged.state))
        return std::nullopt;
    return Finding{
        .code = "CG216",
        .severity = Severity::Warning,
        .message = fmt::format("has no key '{}': nothing can be signed with it", place.key_path),
        .advice = explained_in("CG216", "put its key back before MicroK8s starts")};
}

std::optional<Finding> margin_finding(const CertsVerdict& verdict)
{
    if (!verdict.margin || verdict.margin->behind <= -small_margin)
        return std::nullopt;
    return Finding{.code = "CG207",
                   .severity = Severity::Note,
                   .subject = "certificates",
                   .message =
                       fmt::format("one certificate becomes invalid if the clock is {} behind",
                                   to_text(-verdict.margin->behind)),
                   .advice = {"clockguard re-issues with dates that such a clock cannot break"}};
}

/// Nothing that a CA signs begins before it does.
std::optional<Finding> with_its_ca(std::optional<Finding> finding, const Certificate& certificate,
                                   const CertsVerdict& verdict)
{
    const CertPlace& place = certificate.place;
    if (!finding || finding->code != "CG201" || place.repair != CertRepair::None)
        return finding;
    for (const JudgedCertificate& ca : verdict.certificates)
        if (ca.state == CertState::NotYetValid && ca.certificate.place.name == place.issuer &&
            place.issuer != place.name)
            finding->advice = {
                fmt::format("no renewal helps before its CA '{}' is valid", place.issuer)};
    return finding;
}

const std::vector<std::string>& steps_of(const Finding& finding)
{
    return finding.advice.command.steps;
}

/// A refresh that includes the CA renews the others in the same state with it, and one that does
/// not is refused while the CA is in it.
void include_ca(std::vector<Finding>& findings)
{
    for (Finding& finding : findings) {
        Advice wider = finding.advice;
        if (wider.command.steps.size() != 1)
            continue;
        wider.command.steps.front() += " --include-ca";
        wider.command.is_choice = true;
        if (std::ranges::find(findings, wider.command.steps, steps_of) != findings.end())
            finding.advice = std::move(wider);
    }
}

void add_finding(std::vector<Finding>& findings, const std::string& subject,
                 std::optional<Finding> finding)
{
    if (!finding)
        return;
    if (finding->subject.empty())
        finding->subject = subject;
    findings.push_back(std::move(*finding));
}

}  // namespace

std::vector<Finding> findings_of(const CertsVerdict& verdict)
{
    std::vector<Finding> findings;
    const Instant now = verdict.now;
    for (const JudgedCertificate& judged : verdict.certificates) {
        const Certificate& certificate = judged.certificate;
        const std::string& name = certificate.place.name;
        add_finding(findings, name, with_its_ca(state_finding(judged, now), certificate, verdict));
        add_finding(findings, name, copy_finding(certificate, now));
        add_finding(findings, name, refusal_finding(certificate));
        add_finding(findings, name, context_finding(certificate));
        add_finding(findings, name, use_finding(certificate));
        add_finding(findings, name, signer_finding(certificate));
        add_finding(findings, name, missing_key_finding(judged));
        add_finding(findings, name, naming_finding(certificate));
    }
    include_ca(findings);
    add_finding(findings, "", margin_finding(verdict));
    std::ranges::stable_sort(findings, std::ranges::greater{}, &Finding::severity);
    return findings;
}

}  // namespace clockguard
