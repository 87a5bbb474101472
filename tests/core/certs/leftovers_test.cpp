// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/leftovers.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "clockguard/core/base/base64.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

std::string token_of(const std::string& payload)
{
    std::string text = encode_base64(payload);
    text.erase(std::min(text.find('='), text.size()));
    return "eyJhbGciOiJSUzI1NiJ9." + text + ".c2lnbmF0dXJl";
}

std::string dates_in(const std::string& token)
{
    const auto dates = parse_token(token);
    if (!dates)
        return to_text(dates.error());
    const auto text = [](const std::optional<Instant>& date) {
        return date ? to_text(*date) : std::string{"-"};
    };
    return text(dates->issued_at) + " " + text(dates->not_before);
}

/// As the API server made it, with the letters that only base64url has.
const std::string real =
    "eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.eyJhdWQiOlsiaHR0cHM6Ly9rdWJlcm5ldGVzLmRlZmF1b"
    "HQuc3ZjIl0sImV4cCI6MTc3NTI5MzY1NCwiaWF0IjoxNzc1MjA3MjU0LCJpc3MiOiJodHRwczovL2t1Y"
    "mVybmV0ZXMuZGVmYXVsdC5zdmMiLCJrdWJlcm5ldGVzLmlvIjp7Im5hbWVzcGFjZSI6Imt1YmUtc3lzd"
    "GVtIiwic2VydmljZWFjY291bnQiOnsibmFtZSI6ImNhbGljby1jbmktcGx1Z2luIiwidWlkIjoiMH4_f"
    "j8ifX0sIm5iZiI6MTc3NTIwNzI1NCwic3ViIjoic3lzdGVtOnNlcnZpY2VhY2NvdW50Omt1YmUtc3lzd"
    "GVtOmNhbGljby1jbmktcGx1Z2luIn0.c2lnbmF0dXJl";

TEST(ParseToken, ReadsWhatTheApiServerWrites)
{
    EXPECT_EQ(dates_in(real), "2026-04-03T09:07:34Z 2026-04-03T09:07:34Z");
    EXPECT_EQ(dates_in(token_of(R"({"iat":1.5e9})")), "2017-07-14T02:40:00Z -");
    EXPECT_EQ(dates_in(token_of("{}")), "- -");
}

TEST(ParseToken, TakesNothingForADateThatIsNone)
{
    for (const char* payload :
         {R"({"nbf":"1775207254"})", R"({"nbf":-1})", R"({"nbf":1e300})", R"({"nbf":null})",
          R"({"nbf":99999999999999999999999999})", R"({"nbf":[1]})"})
        EXPECT_EQ(dates_in(token_of(payload)), "- -") << payload;
}

TEST(ParseToken, RefusesWhatIsNoTokenAndDoesNotRepeatIt)
{
    for (const std::string& text :
         {std::string{}, std::string{"secret"}, std::string{"a.b"}, std::string{".."},
          std::string{"a.!!!.c"}, token_of("[1]"), token_of("nonsense"), token_of("\"text\"")})
        EXPECT_EQ(dates_in(text), "is not a JSON Web Token") << text;
}

TEST(FindToken, ReadsAKubeconfig)
{
    EXPECT_EQ(find_token("users:\n- name: calico\n  user:\n    token: abc.def.ghi\ncontexts:\n"),
              "abc.def.ghi");
    EXPECT_EQ(find_token("- token: \"abc\"\r\n"), "abc");
    EXPECT_EQ(find_token("token:'abc'"), "abc");
    EXPECT_EQ(find_token("token:"), "");
    EXPECT_EQ(find_token("tokenFile: /x\n"), "");
    EXPECT_EQ(find_token(""), "");
}

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
