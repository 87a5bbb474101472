// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/refresh_certs.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace clockguard {
namespace {

/// The last line that is not empty.
std::string last_line(std::string_view text)
{
    const auto end = text.find_last_not_of(" \t\r\n");
    if (end == std::string_view::npos)
        return {};
    text = text.substr(0, end + 1);
    return std::string{text.substr(text.rfind('\n') + 1)};
}

/// What the program printed is not ours: one line of it, and no control characters.
std::string printable(std::string text)
{
    constexpr std::size_t longest = 200;
    std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; });
    if (text.size() > longest)
        text.resize(longest);
    return text;
}

std::string objection(const DaemonState& daemon)
{
    if (daemon.active != "active" && daemon.active != "activating")
        return fmt::format("{} is {}, and the command would start it", daemon.unit,
                           daemon.active.empty() ? "unknown" : daemon.active);
    if (daemon.enablement != "enabled" && daemon.enablement != "enabled-runtime")
        return fmt::format("{} is {}: it was stopped on purpose", daemon.unit,
                           daemon.enablement.empty() ? "not enabled" : daemon.enablement);
    return {};
}

}  // namespace

std::vector<std::string> restarted_with(const std::string& name)
{
    if (name == "server")
        return {"snap.microk8s.daemon-kubelite.service",
                "snap.microk8s.daemon-cluster-agent.service"};
    if (name == "front-proxy-client")
        return {"snap.microk8s.daemon-kubelite.service"};
    return {};
}

std::string refresh_certs_objection(const NodeFacts& node, const std::vector<DaemonState>& daemons)
{
    if (node.is_stopped)
        return "MicroK8s was stopped (microk8s stop), and the command would start it";
    for (const DaemonState& daemon : daemons) {
        std::string why = objection(daemon);
        if (!why.empty())
            return why;
    }
    return {};
}

RefreshCertsOutcome weigh(const RefreshCertsRun& run)
{
    if (run.is_new && run.is_sound)
        return run.exit_code && *run.exit_code == 0 ? RefreshCertsOutcome::Done
                                                    : RefreshCertsOutcome::NotRestarted;
    const bool is_busy = run.output.find("change in progress") != std::string::npos;
    return is_busy && !run.is_new ? RefreshCertsOutcome::Busy : RefreshCertsOutcome::Failed;
}

std::string to_text(const RefreshCertsRun& run)
{
    if (!run.exit_code)
        return to_text(run.exit_code.error());
    const std::string said = printable(last_line(run.output));
    const std::string ended = fmt::format("exit code {}", *run.exit_code);
    if (*run.exit_code == 0 && !run.is_new)
        return fmt::format("{}, but the certificate is the same as before", ended);
    if (run.is_new && !run.is_sound)
        return fmt::format("{}, but the new certificate is not sound", ended);
    return said.empty() ? ended : fmt::format("{}: {}", ended, said);
}

}  // namespace clockguard
