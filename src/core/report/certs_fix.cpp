// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/certs_fix.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace clockguard {
namespace {

/// Every part of it, for some stop a service, renew and start it.
std::string as_root(std::string command)
{
    constexpr std::string_view next = "; ";
    constexpr std::string_view sudo = "sudo ";
    for (auto at = command.find(next); at != std::string::npos; at = command.find(next, at)) {
        at += next.size();
        command.insert(at, sudo);
    }
    return fmt::format("{}{}", sudo, command);
}

/// Who makes a certificate anew, and what to know before it does. clockguard refuses while the
/// clock is not trusted; the others date by it.
struct Helper {
    std::string_view program;
    std::string_view with_trust;
    std::string_view without_trust;
};

constexpr std::string_view dates_wrong =
    "uses the system clock for the dates: run it once the clock is verified";

constexpr std::string_view keeps_present = "keeps what is there now";

constexpr std::array helpers{
    Helper{"clockguard certs undo ", keeps_present, keeps_present},
    Helper{"clockguard ", "keeps a backup", "refused until the clock is verified"},
    Helper{"/snap/microk8s/current/kubectl ", "", ""},
    Helper{"microk8s ", "keeps a backup", dates_wrong},
    Helper{"openssl ", "keeps a backup of the certificates", dates_wrong},
    Helper{"find ", "keeps a backup", dates_wrong},
    Helper{"k0s ", "", dates_wrong},
    Helper{"k3s ", "", dates_wrong},
    Helper{"rke2 ", "", dates_wrong},
    Helper{"kubeadm ", "", dates_wrong},
    Helper{"rm ", "the daemon makes the removed files again", dates_wrong},
    Helper{"systemctl ", "", dates_wrong}};

bool names(std::string_view command, std::string_view part)
{
    return command.find(part) != std::string_view::npos;
}

std::string risk_of(std::string_view command)
{
    if (names(command, "microk8s refresh-certs ") || names(command, "snap restart "))
        return "restarts_microk8s";
    const bool restarts = names(command, "systemctl ") || names(command, "/manifests/");
    return restarts ? "restarts_kubernetes" : "none";
}

std::string note_of(const Helper& helper, std::string_view command, bool clock_trusted)
{
    std::string note{clock_trusted ? helper.with_trust : helper.without_trust};
    if (!names(command, ".old"))
        return note;
    return fmt::format("the old files stay beside, as .old{}{}", note.empty() ? "" : "; ", note);
}

}  // namespace

std::optional<ReportFix> fix_of(const Finding& finding, bool clock_trusted)
{
    const std::string& advice = finding.advice;
    if (advice.starts_with("clockguard explain "))
        return std::nullopt;
    const auto* const helper = std::ranges::find_if(
        helpers, [&](const Helper& known) { return advice.starts_with(known.program); });
    if (helper == helpers.end())
        return std::nullopt;
    return ReportFix{.command = as_root(advice),
                     .risk = risk_of(advice),
                     .note = note_of(*helper, advice, clock_trusted)};
}

std::string advice_of(const Finding& finding)
{
    const auto fix = fix_of(finding, true);
    return fix ? fix->command : finding.advice;
}

}  // namespace clockguard
