// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/leftovers.hpp"

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// Its kubelet takes the sandbox that was made last, not the one with the latest date
/// (kubernetes#130551).
constexpr int minor_without_confusion = 35;

/// Its start cleans up what is left of the pods.
const Advice restart_microk8s{.command = {.steps = {"microk8s stop", "microk8s start"},
                                          .stops_at_failure = true,
                                          .restarts = Restarts::Microk8s,
                                          .dated_by = DatedBy::SystemClock}};

/// kube-apiserver allows this much (pkg/serviceaccount/claims.go), and so do we for both.
constexpr Span leeway = 1min;

std::optional<Instant> begins(const TokenDates& token)
{
    return token.not_before ? token.not_before : token.issued_at;
}

bool is_ahead(const std::optional<Instant>& date, Instant now)
{
    return date && *date - now > leeway;
}

Finding calico_finding(Instant begin, Instant now)
{
    return {.code = "CG411",
            .severity = Severity::Warning,
            .subject = "calico",
            .message = fmt::format("has a token that is not valid until {}, in {}: new pods get no "
                                   "network",
                                   to_text(begin), to_text(begin - now)),
            .advice = {.command = {.steps = {"microk8s kubectl -n kube-system rollout restart "
                                             "daemonset/calico-node"},
                                   .restarts = Restarts::Pods,
                                   .dated_by = DatedBy::SystemClock}}};
}

Finding containerd_finding(Instant started, Instant now)
{
    return {.code = "CG413",
            .severity = Severity::Warning,
            .subject = "containerd",
            .message =
                fmt::format("has its last start at {}, {} in the future: until then MicroK8s "
                            "takes every boot for a service restart and does not clean up",
                            to_text(started), to_text(started - now)),
            .advice = restart_microk8s};
}

void add_containerd(std::vector<Finding>& findings, const Leftovers& left, Instant now)
{
    findings.push_back(containerd_finding(*left.containerd_last_start, now));
    if (auto sandboxes = sandbox_finding(left.minor))
        findings.push_back(std::move(*sandboxes));
}

Finding cron_finding()
{
    return {.code = "CG412",
            .severity = Severity::Note,
            .subject = "cronjobs",
            .message = "that ran while the clock was ahead do not run again until that "
                       "time; only the API knows which",
            .advice = {.command = {.steps = {"microk8s kubectl get cronjobs -A -o custom-columns="
                                             "NS:.metadata.namespace,NAME:.metadata.name,"
                                             "LAST:.status.lastScheduleTime"},
                                   .looks = true}}};
}

}  // namespace

std::optional<Instant> parse_epoch(std::string_view text)
{
    constexpr std::int64_t year_9999 = 253402300799;
    const auto seconds = parse_number<std::int64_t>(trimmed(text));
    if (!seconds || *seconds < 0 || *seconds > year_9999)
        return std::nullopt;
    return Instant{std::chrono::seconds{*seconds}};
}

std::optional<Finding> sandbox_finding(std::optional<int> minor)
{
    if (minor && *minor >= minor_without_confusion)
        return std::nullopt;
    return Finding{.code = "CG415",
                   .severity = Severity::Warning,
                   .subject = "pods",
                   .message = "that were started while the clock was ahead have sandboxes from the "
                              "future: kubelet takes them for the current ones, and a restarted "
                              "pod may fail with \"failed to reserve sandbox name\"",
                   .advice = restart_microk8s};
}

std::vector<Finding> judge_leftovers(const Leftovers& left, Instant now)
{
    std::vector<Finding> findings;
    const auto begin = left.calico ? begins(*left.calico) : std::nullopt;
    if (is_ahead(begin, now))
        findings.push_back(calico_finding(*begin, now));
    if (is_ahead(left.containerd_last_start, now))
        add_containerd(findings, left, now);
    if (!findings.empty())
        findings.push_back(cron_finding());
    return findings;
}

}  // namespace clockguard
