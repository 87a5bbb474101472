// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/served.hpp"

#include <charconv>

#include <fmt/format.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// Before MicroK8s starts nobody listens, and the boot unit has no network to ask over.
bool is_silence(const Error& error)
{
    return error.code == std::errc::connection_refused ||
           error.code == std::errc::address_family_not_supported;
}

ServedAnswer look(const ServedQuestion& question, const ServedWorld& world)
{
    const auto serial = world.serial(question.port);
    if (serial)
        return {.served = *serial == question.serial ? Served::AsFile : Served::Other};
    if (is_silence(serial.error()))
        return {.served = Served::NotRunning};
    return {.served = Served::Unknown, .why = to_text(serial.error())};
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

int port_of(const TlsServer& server, const CertSurvey& survey)
{
    constexpr int highest = 65535;
    const auto args = survey.args.texts.find(server.args);
    const auto told =
        args == survey.args.texts.end() ? std::nullopt : find_flag(args->second, server.port_flag);
    if (!told)
        return server.port;
    const std::string text = told->substr(told->rfind(':') + 1);
    int port = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool is_port = error == std::errc{} && rest == text.data() + text.size();
    return is_port && port > 0 && port <= highest ? port : server.port;
}

const SurveyedCert* served_by(const TlsServer& server, const CertSurvey& survey)
{
    const SurveyedCert* told = survey.find(server.told);
    const SurveyedCert* cert = told != nullptr ? told : survey.find("server");
    const bool is_known =
        survey.profile.reissue && cert != nullptr && !cert->certificate.facts.serial.empty();
    return is_known ? cert : nullptr;
}

ServedAnswer watch_served(const ServedQuestion& question, const ServedWorld& world)
{
    constexpr Span pause = 500ms;
    ServedAnswer answer = look(question, world);
    for (Span waited{}; waited < question.patience && may_change(answer, question.is_starting);
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

Finding not_served(const TlsServer& server, int port, const std::string& name)
{
    return {.code = "CG208",
            .severity = Severity::Failure,
            .subject = name,
            .message = fmt::format("is not what the {} serves on 127.0.0.1:{}: restart it (snap "
                                   "restart microk8s.daemon-{})",
                                   server.name, port, server.daemon),
            .advice = {}};
}

}  // namespace clockguard
