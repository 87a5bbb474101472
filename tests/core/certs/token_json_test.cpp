// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/token.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "clockguard/core/base/base64.hpp"

namespace clockguard {
namespace {

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
          std::string{"e30.e30"}, std::string{"a.!!!.c"}, token_of("[1]"), token_of("nonsense"),
          token_of("\"text\"")})
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

/// Taken for another, either would make a byte of UTF-8 one that is none.
TEST(ParseToken, KnowsTheLettersThatOnlyBase64urlHas)
{
    EXPECT_EQ(dates_in("e30.eyJ4Ijoib-KCrCIsIm5iZiI6MH0.c2ln"), "- 1970-01-01T00:00:00Z");
    EXPECT_EQ(dates_in("e30.eyJ4Ijoib_CfmIAiLCJuYmYiOjB9.c2ln"), "- 1970-01-01T00:00:00Z");
}

TEST(ParseToken, TakesTheYearsThatADateMayHave)
{
    EXPECT_EQ(dates_in(token_of(R"({"iat":0,"nbf":253402300799})")),
              "1970-01-01T00:00:00Z 9999-12-31T23:59:59Z");
    EXPECT_EQ(dates_in(token_of(R"({"iat":-0.5,"nbf":253402300799.5})")), "- -");
}

}  // namespace
}  // namespace clockguard
