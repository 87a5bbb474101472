// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/server_names.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "clockguard/command/certs/served.hpp"
#include "clockguard/core/base/path.hpp"
#include "clockguard/core/certs/alt_names.hpp"
#include "clockguard/core/certs/profile_advice.hpp"
#include "clockguard/edge/certs/x509.hpp"

namespace clockguard {
namespace {

constexpr const TlsServer& api_server = tls_servers.front();

/// What is called elsewhere may be another node's server, where there are other nodes, or one that
/// has its certificate from another CA.
bool may_be_elsewhere(const SurveyedCert& cert, const CertSurvey& survey)
{
    const Certificate& certificate = cert.certificate;
    const bool trusts_another = certificate.embeds_other_ca && !certificate.old_ca;
    return !is_local(cert.call->host) &&
           (trusts_another || survey.installed->node.role != NodeRole::Single);
}

/// Of several that kube-apiserver was given it shows the one that is for the address or the name
/// that it is called by (k8s.io/apiserver, dynamiccertificates/tlsconfig.go).
bool is_named(const std::string& name, const SurveyedCert& server, const CertSurvey& survey,
              CertReader& reader)
{
    return reader.is_for_host(server.text, name) ||
           std::ranges::any_of(survey.certs, [&](const SurveyedCert& other) {
               return other.certificate.place.named_by_flag ==
                          "kube-apiserver --tls-sni-cert-key" &&
                      (other.text.empty() || reader.is_for_host(other.text, name));
           });
}

void add_caller(std::vector<LackingName>& lacking, const std::string& host,
                const std::string& caller)
{
    const auto known = std::ranges::find(lacking, host, &LackingName::host);
    if (known == lacking.end())
        lacking.push_back({host, {caller}});
    else
        known->callers.push_back(caller);
}

/// A profile says which server a kubeconfig is for; of MicroK8s' the port tells.
bool is_called_by(const SurveyedCert& cert, const SurveyedCert& server, const CertSurvey& survey)
{
    if (!cert.call || may_be_elsewhere(cert, survey))
        return false;
    const std::string& calls = cert.certificate.place.calls;
    if (!calls.empty())
        return calls == server.certificate.place.name;
    return &server == served_by(api_server, survey) &&
           cert.call->port == endpoint_of(api_server, survey).port;
}

/// A certificate without any of these names is a finding of its own: programs of before Go 1.15 go
/// by its common name.
std::vector<LackingName> lacking_names(const SurveyedCert& server, const CertSurvey& survey,
                                       CertReader& reader)
{
    std::vector<LackingName> lacking;
    if (!server.certificate.facts.names_hosts)
        return lacking;
    for (const SurveyedCert& cert : survey.certs)
        if (is_called_by(cert, server, survey) &&
            !is_named(cert.call->name, server, survey, reader))
            add_caller(lacking, cert.call->name, cert.certificate.place.name);
    return lacking;
}

/// MicroK8s makes server.crt anew with the names in its template; those that are missing there have
/// to be added to it before. Empty: no command is known that does it.
Advice renewal_with_names(const SurveyedCert& server, const CertSurvey& survey)
{
    const CertPlace& place = server.certificate.place;
    if (place.renew.empty())
        return {};
    const std::string path = folder_of(place.path) + "/csr.conf.template";
    const auto text = survey.installed->read(path);
    std::vector<std::string> hosts;
    for (const LackingName& name : server.certificate.lacks_names)
        hosts.push_back(name.host);
    const auto edit = edit_for_names(text.value_or(""), hosts);
    if (!edit)
        return {};
    if (edit->empty())
        return place.renew;
    return in_turn({.command = {.steps = {fmt::format("sed -i{} {}", *edit, path)},
                                .dated_by = place.renew.command.dated_by,
                                .keeps = place.renew.command.keeps}},
                   place.renew);
}

}  // namespace

void note_lacking_names(CertSurvey& survey, CertReader& reader)
{
    for (SurveyedCert& cert : survey.certs) {
        Certificate& certificate = cert.certificate;
        if (certificate.place.use != CertUse::Server || certificate.facts.serial.empty())
            continue;
        certificate.lacks_names = lacking_names(cert, survey, reader);
        if (!certificate.lacks_names.empty())
            certificate.add_names = renewal_with_names(cert, survey);
    }
}

}  // namespace clockguard
