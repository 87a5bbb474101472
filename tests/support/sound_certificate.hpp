// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "clockguard/core/certs/certificate.hpp"
#include "clockguard/core/certs/profile_advice.hpp"

namespace clockguard {

constexpr std::chrono::sys_seconds born{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
constexpr std::chrono::sys_seconds dies = born + std::chrono::days{100};
const CertPolicy policy{};

/// A server's certificate without fault between these two.
inline Certificate sound(std::string name = "server")
{
    return {.place = {.name = std::move(name),
                      .path = "/certs/server.crt",
                      .key_path = "/certs/server.key",
                      .issuer = "ca",
                      .repair = CertRepair::Reissue,
                      .renew = parse_renewal("microk8s refresh-certs --cert server.crt"),
                      .lifetime = std::chrono::days{365}},
            .facts = {.sha256 = "ab",
                      .not_before = born,
                      .not_after = dies,
                      .key_matches = true,
                      .signed_by_issuer = true}};
}

inline std::string said(const Certificate& certificate, Instant now)
{
    const CertsVerdict verdict = judge_all(std::vector{certificate}, now, policy);
    std::string text;
    for (const Finding& finding : verdict.findings)
        text += finding.code + " " + to_text(finding.severity) + " " + finding.subject + ": " +
                finding.message + " | " + to_text(finding.advice) + "\n";
    return text;
}

}  // namespace clockguard
