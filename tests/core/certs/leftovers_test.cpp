// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/leftovers.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;

TEST(ParseEpoch, TakesSecondsAndNothingElse)
{
    EXPECT_EQ(parse_epoch("1775207254\n"), Instant{1775207254s});
    for (const char* text :
         {"", "\n", "soon", "17x", "-5", "253402300800", "1 2", "99999999999999999999"})
        EXPECT_EQ(parse_epoch(text), std::nullopt) << text;
}

std::string judged(const Leftovers& left)
{
    std::string text;
    for (const Finding& finding : judge_leftovers(left, Instant{1772526011s}))
        text += finding.code + " " + finding.subject + " " + finding.message + "\n";
    return text;
}

TEST(JudgeLeftovers, NamesWhatIsFromTheFuture)
{
    EXPECT_EQ(judged({.calico = TokenDates{.not_before = Instant{1775207254s}},
                      .containerd_last_start = Instant{1775207254s}}),
              "CG411 calico has a token that is not valid until 2026-04-03T09:07:34Z, in 31 d 1 h: "
              "new pods get no network\n"
              "CG413 containerd has its last start at 2026-04-03T09:07:34Z, 31 d 1 h in the "
              "future: until "
              "then MicroK8s takes every boot for a service restart and does not clean up\n"
              "CG415 pods that were started while the clock was ahead have sandboxes from the "
              "future: kubelet takes them for the current ones, and a restarted pod may fail with "
              "\"failed to reserve sandbox name\"\n"
              "CG412 cronjobs that ran while the clock was ahead do not run again until that time; "
              "only the API knows which\n");
}

/// Entry 5 of the reality: kubelet takes the sandbox with the latest date until 1.34.
TEST(JudgeLeftovers, TellsOfSandboxesWhereKubeletIsConfusedByThem)
{
    const auto codes = [](std::optional<int> minor) {
        std::string text;
        for (const Finding& finding :
             judge_leftovers({.containerd_last_start = Instant{1775207254s}, .minor = minor},
                             Instant{1772526011s}))
            text += finding.code + " ";
        return text;
    };

    EXPECT_EQ(codes({}), "CG413 CG415 CG412 ");
    EXPECT_EQ(codes(34), "CG413 CG415 CG412 ");
    EXPECT_EQ(codes(35), "CG413 CG412 ");
    EXPECT_EQ(to_text(sandbox_finding(34).value_or(Finding{}).advice),
              "sudo microk8s stop && sudo microk8s start");
}

TEST(JudgeLeftovers, IsSilentOnAHealthyNode)
{
    const Instant now{1772526011s};

    EXPECT_EQ(judged({}), "");
    EXPECT_EQ(judged({.calico = TokenDates{}}), "");
    EXPECT_EQ(
        judged({.calico = TokenDates{.not_before = now - 6h}, .containerd_last_start = now - 1h}),
        "");
    EXPECT_EQ(judged({.calico = TokenDates{.issued_at = now + 60s}}), "");
    EXPECT_NE(judged({.calico = TokenDates{.issued_at = now + 61s}}), "");
}

}  // namespace
}  // namespace clockguard
