// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/kubeconfig_survey.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>

#include <fmt/core.h>

#include "clockguard/command/certs/served.hpp"
#include "clockguard/core/certs/server_call.hpp"
#include "clockguard/edge/certs/x509_copies.hpp"
#include "command/certs/cert_examination.hpp"
#include "command/certs/kubeconfig_advice.hpp"
#include "command/certs/kubeconfig_parts.hpp"

namespace clockguard {
namespace {

/// A client reads every file that a kubeconfig names, so one that is missing is an error.
void note_lack(SurveyedCert& cert, const KubeconfigPart& part)
{
    Certificate& certificate = cert.certificate;
    certificate.is_unclear = part.is_unclear;
    certificate.is_denied = part.error->code == std::errc::permission_denied;
    certificate.holds_none = !certificate.is_unclear && !certificate.is_denied;
    certificate.error = part.is_unclear
                            ? fmt::format("kubeconfig '{}' cannot be judged: it {}", cert.location,
                                          part.error->what)
                            : fmt::format("kubeconfig '{}' names a file that is of no use: {}",
                                          cert.location, to_text(*part.error));
}

const SurveyedCert* ca_of(const Certificate& certificate, const CertSurvey& survey)
{
    const SurveyedCert* ca = survey.find(trusted_by(certificate.place));
    return ca == nullptr || ca->certificate.facts.sha256.empty() ? nullptr : ca;
}

/// Whether one of these is among the CA's certificates that its key fits; there may be more in
/// both.
bool holds_signer(const CertFacts& trusted, const SurveyedCert& ca)
{
    const CertFacts& facts = ca.certificate.facts;
    const auto is_held = [&](const std::string& digest) {
        return std::ranges::find(trusted.all, digest) != trusted.all.end();
    };
    return is_held(facts.signer) || std::ranges::any_of(facts.anchors, is_held, &CertFacts::sha256);
}

/// What a kubeconfig is examined with.
struct Examination {
    const CertSurvey& survey;
    const Kubeconfig& config;
    CertReader& reader;
    KubeconfigParts parts{};
};

bool is_signed_by(const std::optional<std::string>& ca, const std::string& certificate,
                  CertReader& reader)
{
    const auto facts = reader.read({.certificate = certificate, .issuer = ca});
    return facts && facts->signed_by_issuer.value_or(false);
}

Result<CertFacts> read_trusted(const std::string& text, CertReader& reader)
{
    return reader.read({.certificate = text, .is_pool = true, .passes_over_junk = true});
}

/// Whether the server is another host's, and neither CA nor user are of this node. A kubeconfig
/// that cannot be compared counts as this node's.
bool is_of_another_cluster(const SurveyedCert& cert, const Examination& exam)
{
    const SurveyedCert* ca = ca_of(cert.certificate, exam.survey);
    if (ca == nullptr || exam.config.server.empty() || is_local(exam.config.server))
        return false;
    const std::string& trusts = exam.parts.ca.text;
    const auto trusted = read_trusted(trusts, exam.reader);
    return trusted && !holds_signer(*trusted, *ca) && !holds_other_copies(trusts, ca->text) &&
           !is_signed_by(exam.survey.issuer_text(cert), exam.parts.certificate.text, exam.reader);
}

/// A daemon whose flag names another certificate may have it from another CA.
bool serves_named_cert(const CertSurvey& survey)
{
    return std::ranges::any_of(survey.certs, [](const SurveyedCert& cert) {
        const CertPlace& place = cert.certificate.place;
        return place.use == CertUse::Server && !place.named_by_flag.empty();
    });
}

/// Whether what it trusts has signed a certificate that a server of this node shows.
bool accepts_a_server(const Examination& exam)
{
    return std::ranges::any_of(exam.survey.certs, [&](const SurveyedCert& cert) {
        const CertPlace& place = cert.certificate.place;
        return place.use == CertUse::Server && place.kind == CertKind::File && !cert.text.empty() &&
               is_signed_by(exam.parts.ca.text, cert.text, exam.reader);
    });
}

/// Of this node's server, whose certificate flags name, where no such certificate has been signed
/// by what a kubeconfig trusts; empty: one has, or it cannot be told.
std::string refused_server(const ServerCall& call, const std::string& trusts,
                           const CertSurvey& survey, CertReader& reader)
{
    if (trusts.empty() || !is_local(call.host) ||
        call.port != endpoint_of(tls_servers.front(), survey).port)
        return {};
    const SurveyedCert* const shown = served_by(tls_servers.front(), survey);
    const bool is_taken = std::ranges::any_of(survey.certs, [&](const SurveyedCert& cert) {
        const bool is_shown = &cert == shown || cert.certificate.place.named_by_flag ==
                                                    "kube-apiserver --tls-sni-cert-key";
        return is_shown &&
               (cert.certificate.facts.sha256.empty() || is_signed_by(trusts, cert.text, reader));
    });
    return shown == nullptr || is_taken ? std::string{} : shown->certificate.place.name;
}

void compare_with_ca(Certificate& certificate, const Examination& exam)
{
    const SurveyedCert* ca = ca_of(certificate, exam.survey);
    const KubeconfigPart& trusts = exam.parts.ca;
    const bool is_here = is_local(exam.config.server);
    if (ca == nullptr || trusts.path == ca->certificate.place.path)
        return;
    if (trusts.text.empty() && (!is_here || exam.config.is_insecure))
        return;
    certificate.names_ca = !exam.config.ca;
    const auto trusted = read_trusted(trusts.text, exam.reader);
    if (!trusted && may_be_sound(trusted.error())) {
        certificate.is_unclear = true;
        certificate.error =
            fmt::format("the CA file that it trusts cannot be judged: it {}", trusted.error().what);
        return;
    }
    certificate.embeds_other_ca = !trusted || !holds_signer(*trusted, *ca);
    if (trusts.text.empty())
        certificate.ca_error = "trusts no CA certificate";
    else if (!trusted)
        certificate.ca_error = fmt::format("trusts a CA certificate that {}", trusted.error().what);
    if (!trusted || !certificate.embeds_other_ca)
        return;
    if (holds_other_copies(trusts.text, ca->text))
        certificate.old_ca = *trusted;
    else
        certificate.accepts_no_server =
            is_here && !serves_named_cert(exam.survey) && !accepts_a_server(exam);
}

void compare_with_file(Certificate& certificate, const CertSurvey& survey)
{
    const SurveyedCert* file = survey.find(certificate.place.copy_of);
    if (file == nullptr || file->certificate.facts.sha256.empty())
        return;
    const CertFacts& facts = file->certificate.facts;
    certificate.differs_from_file = facts.sha256 != certificate.facts.sha256;
    certificate.is_of_another = facts.subject != certificate.facts.subject;
}

/// A certificate that the kubeconfig names is a file like any other; where it is in the list, its
/// dates are judged there.
void examine_user(SurveyedCert& cert, const Examination& exam)
{
    Certificate& certificate = cert.certificate;
    const auto& [survey, parts] = std::tie(exam.survey, exam.parts);
    const std::string& path = parts.certificate.path;
    CertTexts texts{.certificate = parts.certificate.text, .issuer = survey.issuer_text(cert)};
    if (!parts.key.text.empty())
        texts.key = parts.key.text;
    examine(certificate, path.empty() ? cert.location : survey.installed->locate(path), texts,
            exam.reader);
    if (path.empty() && certificate.error.empty())
        compare_with_file(certificate, survey);
    if (path.empty())
        return;
    certificate.place.repair = CertRepair::None;
    const bool fits = certificate.error.empty() && certificate.facts.key_matches.value_or(true);
    if (fits && survey.find_path(path) != nullptr)
        certificate.skipped = fmt::format("it names '{}', which has a line of its own", path);
}

void examine_parts(SurveyedCert& cert, const Examination& exam)
{
    Certificate& certificate = cert.certificate;
    const auto& [config, parts] = std::tie(exam.config, exam.parts);
    if (is_of_another_cluster(cert, exam)) {
        certificate.skipped =
            fmt::format("its current context is of another cluster ({})", config.server);
        return;
    }
    cert.call = server_call(config);
    for (const KubeconfigPart* part : {&parts.certificate, &parts.key, &parts.ca})
        if (part->error) {
            certificate.names_ca = part == &parts.ca;
            return note_lack(cert, *part);
        }
    if (parts.certificate.text.empty() && parts.certificate.path.empty()) {
        certificate.login = config.login;
        certificate.skipped = fmt::format("it authenticates with {}", config.login);
    } else {
        examine_user(cert, exam);
    }
    if (certificate.error.empty())
        compare_with_ca(certificate, exam);
}

}  // namespace

void examine_kubeconfig(SurveyedCert& cert, const CertSurvey& survey, CertReader& reader)
{
    const auto config = parse_kubeconfig(cert.text);
    Certificate& certificate = cert.certificate;
    if (config && config->unclear.empty()) {
        examine_parts(cert,
                      {survey, *config, reader, take_parts(*config, certificate.place, survey)});
        if (is_link(cert.location, survey))
            certificate.place.repair = CertRepair::None;
        if (!config->has_current_context)
            advise_context(certificate, survey, *config);
        return advise_by_hand(certificate, survey, *config);
    }
    certificate.is_unclear = config.has_value();
    certificate.holds_none = !config;
    certificate.error =
        config
            ? fmt::format("kubeconfig '{}' cannot be judged: it {}", cert.location, config->unclear)
            : fmt::format("kubeconfig '{}' {}", cert.location, config.error().what);
}

void note_refused_servers(CertSurvey& survey, CertReader& reader)
{
    if (!serves_named_cert(survey))
        return;
    for (SurveyedCert& cert : survey.certs) {
        Certificate& certificate = cert.certificate;
        const auto config = cert.call && certificate.error.empty() && certificate.ca_error.empty()
                                ? parse_kubeconfig(cert.text)
                                : fail("");
        if (!config || config->is_insecure)
            continue;
        const KubeconfigParts parts = take_parts(*config, certificate.place, survey);
        certificate.refuses = refused_server(*cert.call, parts.ca.text, survey, reader);
    }
}

}  // namespace clockguard
