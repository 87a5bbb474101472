// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/server_names.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "clockguard/command/certs/served.hpp"
#include "clockguard/core/base/path.hpp"
#include "clockguard/core/base/text.hpp"
#include "clockguard/core/certs/profile_advice.hpp"
#include "clockguard/edge/certs/x509_names.hpp"

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
bool is_named(const std::string& name, const SurveyedCert& server, const CertSurvey& survey)
{
    return is_for_host(server.text, name) ||
           std::ranges::any_of(survey.certs, [&](const SurveyedCert& other) {
               return other.certificate.place.named_by_flag ==
                          "kube-apiserver --tls-sni-cert-key" &&
                      (other.text.empty() || is_for_host(other.text, name));
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

/// A certificate without any of these names is a finding of its own: programs of before Go 1.15 go
/// by its common name.
std::vector<LackingName> lacking_names(const SurveyedCert& server, const CertSurvey& survey)
{
    std::vector<LackingName> lacking;
    if (!server.certificate.facts.names_hosts)
        return lacking;
    const int port = endpoint_of(api_server, survey).port;
    for (const SurveyedCert& cert : survey.certs)
        if (cert.call && cert.call->port == port && !may_be_elsewhere(cert, survey) &&
            !is_named(cert.call->name, server, survey))
            add_caller(lacking, cert.call->name, cert.certificate.place.name);
    return lacking;
}

/// Of which neither a shell, nor sed, nor openssl's configuration makes anything else.
bool is_plain(std::string_view host)
{
    return std::ranges::all_of(host, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == ':' || c == '-';
    });
}

bool is_address(std::string_view host)
{
    return host.find(':') != host.npos || host.find_first_not_of("0123456789.") == host.npos;
}

/// By section and key; of several lines with one key the last counts (openssl, config(5)).
using Conf = std::map<std::string, std::map<std::string, std::string>, std::less<>>;

Conf read_conf(std::string_view text)
{
    Conf conf;
    std::string section;
    for (const std::string_view whole : lines_of(text)) {
        const std::string_view line = trimmed(whole.substr(0, whole.find('#')));
        const auto equals = line.find('=');
        if (line.starts_with('['))
            section = trimmed(line, "[ \t]");
        else if (equals != line.npos)
            conf[section][std::string{trimmed(line.substr(0, equals))}] =
                trimmed(line.substr(equals + 1));
    }
    return conf;
}

/// Whether the names of server.crt are those below [ alt_names ] (utils.sh, gen_server_cert).
bool is_by_section(Conf& conf)
{
    return conf["v3_ext"]["subjectAltName"] == "@alt_names";
}

/// Whether a line such as "IP.1 = 127.0.0.1" has it named.
bool has_name(Conf& conf, std::string_view host)
{
    const char* kind = is_address(host) ? "IP." : "DNS.";
    return std::ranges::any_of(conf["alt_names"], [&](const auto& line) {
        return line.first.starts_with(kind) && line.second == host;
    });
}

/// Where sed finds it: /^\[ *alt_names *\]/.
bool has_section(std::string_view text)
{
    return std::ranges::any_of(lines_of(text), [](std::string_view line) {
        return line.starts_with('[') && line.find(']') != line.npos &&
               trimmed(line.substr(1, line.find(']') - 1), " ") == "alt_names";
    });
}

/// "IP.100 = 127.0.0.1", with a number that the template does not have.
std::string line_for(const std::string& host, std::string_view text, int& number)
{
    const char* kind = is_address(host) ? "IP" : "DNS";
    while (text.find(fmt::format("{}.{}", kind, number)) != text.npos)
        ++number;
    return fmt::format("{}.{} = {}", kind, number++, host);
}

/// MicroK8s makes server.crt anew with the names in its template; those that are missing there have
/// to be added to it before. Empty: no command is known that does it.
Advice renewal_with_names(const SurveyedCert& server, const CertSurvey& survey)
{
    const CertPlace& place = server.certificate.place;
    const std::string path = folder_of(place.path) + "/csr.conf.template";
    const auto text = survey.installed->read(path);
    Conf conf = read_conf(text.value_or(""));
    if (!is_by_section(conf) || place.renew.empty())
        return {};
    std::string edit;
    int number = 100;
    for (const LackingName& name : server.certificate.lacks_names) {
        if (!is_plain(name.host))
            return {};
        if (!has_name(conf, name.host))
            edit +=
                fmt::format(" -e '/^\\[ *alt_names *\\]/a {}'", line_for(name.host, *text, number));
    }
    if (edit.empty())
        return place.renew;
    if (!has_section(*text))
        return {};
    return in_turn({.command = {.steps = {fmt::format("sed -i{} {}", edit, path)},
                                .dated_by = place.renew.command.dated_by,
                                .keeps = place.renew.command.keeps}},
                   place.renew);
}

}  // namespace

void note_lacking_names(CertSurvey& survey)
{
    const SurveyedCert* served = served_by(api_server, survey);
    for (SurveyedCert& cert : survey.certs) {
        if (&cert != served)
            continue;
        Certificate& certificate = cert.certificate;
        certificate.lacks_names = lacking_names(cert, survey);
        if (!certificate.lacks_names.empty())
            certificate.add_names = renewal_with_names(cert, survey);
    }
}

}  // namespace clockguard
