// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/profile_advice.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>

namespace clockguard {
namespace {

/// What may begin a command in a profile.
struct Program {
    std::string_view name;
    DatedBy dated_by;
    std::string_view keeps;
};

constexpr std::array programs{
    Program{"clockguard ", DatedBy::VerifiedClock, "keeps a backup"},
    Program{"/snap/microk8s/current/kubectl ", DatedBy::Nothing, ""},
    Program{"microk8s ", DatedBy::SystemClock, "keeps a backup"},
    Program{"openssl ", DatedBy::SystemClock, "keeps a backup of the certificates"},
    Program{"find ", DatedBy::SystemClock, "keeps a backup"},
    Program{"k0s ", DatedBy::SystemClock, ""},
    Program{"k3s ", DatedBy::SystemClock, ""},
    Program{"rke2 ", DatedBy::SystemClock, ""},
    Program{"kubeadm ", DatedBy::SystemClock, ""},
    Program{"rm ", DatedBy::SystemClock, "the daemon makes the removed files again"},
    Program{"snap stop ", DatedBy::SystemClock, ""},
    Program{"systemctl ", DatedBy::SystemClock, ""}};

bool names(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

/// A static pod starts again where its manifest goes away and comes back.
Restarts restarts_of(std::string_view text)
{
    if (names(text, "microk8s refresh-certs ") || names(text, "snap restart ") ||
        names(text, "snap stop "))
        return Restarts::Microk8s;
    return names(text, "systemctl ") || names(text, "/manifests/") ? Restarts::Kubernetes
                                                                   : Restarts::Nothing;
}

/// A note behind the last step stays with it.
std::vector<std::string> steps_of(std::string_view text)
{
    constexpr std::string_view next = "; ";
    std::vector<std::string> steps;
    for (auto at = text.find(next); at < text.find(" #"); at = text.find(next)) {
        steps.emplace_back(text.substr(0, at));
        text.remove_prefix(at + next.size());
    }
    steps.emplace_back(text);
    return steps;
}

}  // namespace

Advice parse_renewal(std::string_view text)
{
    const auto* const program = std::ranges::find_if(
        programs, [&](const Program& known) { return text.starts_with(known.name); });
    if (program == programs.end())
        return {.words = std::string{text}};
    return {.command = {.steps = steps_of(text),
                        .restarts = restarts_of(text),
                        .dated_by = program->dated_by,
                        .keeps = std::string{program->keeps},
                        .moves_aside = names(text, ".old")}};
}

Advice in_turn(const Advice& first, const Advice& then)
{
    if (first.command.empty() || then.command.empty())
        return {.words = fmt::format("{}; {}", to_text(first), to_text(then))};
    Advice both = first;
    CommandLine& command = both.command;
    command.steps.insert(command.steps.end(), then.command.steps.begin(), then.command.steps.end());
    command.restarts = std::max(command.restarts, then.command.restarts);
    command.moves_aside = command.moves_aside || then.command.moves_aside;
    command.dated_by = std::max(command.dated_by, then.command.dated_by);
    return both;
}

}  // namespace clockguard
