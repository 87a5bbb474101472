// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/served.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// No server listens before MicroK8s starts, and the boot unit may use no network.
bool is_not_listening(const Error& error)
{
    return error.code == std::errc::connection_refused ||
           error.code == std::errc::address_family_not_supported;
}

ServedAnswer look(const ServedQuestion& question, const ServedWorld& world)
{
    const auto serial = world.serial(question.endpoint);
    if (serial)
        return {.served = *serial == question.serial ? Served::AsFile : Served::Other};
    if (is_not_listening(serial.error()))
        return {.served = Served::NotRunning};
    return {.served = Served::Unknown, .why = to_text(serial.error())};
}

/// The address in "10.0.0.5", "10.0.0.5:25000", "[fd00::5]:25000"; the loopback for a name and for
/// all addresses.
std::string address_in(const std::string& flag, const std::string& loopback)
{
    std::string address = flag;
    if (flag.starts_with('['))
        address = flag.substr(1, flag.find(']') - 1);
    else if (std::ranges::count(flag, ':') == 1)
        address = flag.substr(0, flag.find(':'));
    const bool is_address = address.find_first_not_of("0123456789abcdefABCDEF.:") == address.npos &&
                            address.find_first_of(".:") != address.npos;
    const bool is_every_address = address.find_first_not_of("0.:") == address.npos;
    return is_address && !is_every_address ? address : loopback;
}

int port_in(const std::string& flag, int otherwise)
{
    constexpr int highest = 65535;
    const auto port = parse_number<int>(flag.substr(flag.rfind(':') + 1));
    return port && *port > 0 && *port <= highest ? *port : otherwise;
}

bool may_change(const ServedAnswer& answer, bool is_starting)
{
    return answer.served == Served::Other || (is_starting && answer.served != Served::AsFile);
}

}  // namespace

std::string TlsServer::unit() const
{
    return fmt::format("snap.microk8s.daemon-{}.service", daemon);
}

TlsEndpoint endpoint_of(const TlsServer& server, const CertSurvey& survey)
{
    TlsEndpoint endpoint{.port = server.port};
    const auto args = survey.args.texts.find(server.args);
    if (args == survey.args.texts.end())
        return endpoint;
    if (const auto bound = find_flag(args->second, server.bind_flag))
        endpoint.address = address_in(*bound, endpoint.address);
    if (const auto bound = find_flag(args->second, server.port_flag))
        endpoint.port = port_in(*bound, server.port);
    return endpoint;
}

const SurveyedCert* served_by(const TlsServer& server, const CertSurvey& survey)
{
    const SurveyedCert* named = survey.find(server.named);
    const SurveyedCert* cert = named != nullptr ? named : survey.find("server");
    const bool is_known =
        survey.profile.reissue && cert != nullptr && !cert->certificate.facts.serial.empty();
    return is_known ? cert : nullptr;
}

ServedAnswer watch_served(const ServedQuestion& question, const ServedWorld& world)
{
    constexpr Span pause = 500ms;
    ServedAnswer answer = look(question, world);
    for (Span waited{}; waited < question.timeout && may_change(answer, question.is_starting);
         waited += pause) {
        world.wait(pause);
        answer = look(question, world);
    }
    return answer;
}

std::string to_text(const ServedAnswer& answer)
{
    switch (answer.served) {
    case Served::AsFile:
        return "serves the new certificate";
    case Served::Other:
        return "still serves another certificate";
    case Served::NotRunning:
        return "not running";
    case Served::Unknown:
        break;
    }
    return fmt::format("not known: {}", answer.why);
}

ServedReport check_served(const std::vector<std::string>& replaced, const CertSurvey& survey,
                          const ServedWorld& world)
{
    ServedReport report;
    for (const TlsServer& server : tls_servers) {
        const SurveyedCert* cert = served_by(server, survey);
        const std::string name = cert == nullptr ? "" : cert->certificate.place.name;
        if (std::ranges::find(replaced, name) == replaced.end())
            continue;
        const TlsEndpoint endpoint = endpoint_of(server, survey);
        const ServedAnswer answer = watch_served({.endpoint = endpoint,
                                                  .serial = cert->certificate.facts.serial,
                                                  .timeout = server.timeout},
                                                 world);
        report.lines.push_back(fmt::format("{}: {}", server.name, to_text(answer)));
        if (answer.served == Served::Other)
            report.failed.push_back(not_served(server, endpoint, name));
    }
    return report;
}

Finding not_served(const TlsServer& server, const TlsEndpoint& endpoint, const std::string& name)
{
    return {.code = "CG208",
            .severity = Severity::Failure,
            .subject = name,
            .message = fmt::format("is not what the {} serves on {}: restart it (snap restart "
                                   "microk8s.daemon-{})",
                                   server.name, to_text(endpoint), server.daemon)};
}

}  // namespace clockguard
