// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/config.hpp"

#include <array>

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> texts(const std::vector<Error>& problems)
{
    std::vector<std::string> all;
    for (const Error& problem : problems)
        all.push_back(to_text(problem));
    return all;
}

/// The configuration a file leads to; the test fails on an error.
Config config_from(std::string_view toml)
{
    const ReadSettings read = parse_toml(toml, "c.toml");
    EXPECT_EQ(texts(read.problems), std::vector<std::string>{});
    const Configuration applied = apply_settings({}, read.settings);
    EXPECT_EQ(texts(applied.problems), std::vector<std::string>{});
    return applied.config;
}

std::string refusal_of(std::string_view toml)
{
    const ReadSettings read = parse_toml(toml, "c.toml");
    return read.problems.empty() ? "accepted" : to_text(read.problems.front());
}

TEST(Config, HasTheDefaultsOfTheManual)
{
    const Config config = config_from("");

    EXPECT_EQ(config.trust.host, HostTrust::Azure);
    EXPECT_EQ(config.trust.local, LocalTrust::Never);
    EXPECT_TRUE(config.trust.refclocks.empty());
    EXPECT_EQ(config.trust.max_error, 3s);
    EXPECT_EQ(config.trust.max_stratum, 9);
    EXPECT_EQ(config.gate.timeout, 5min);
    EXPECT_EQ(config.gate.on_timeout, OnTimeout::Release);
    EXPECT_EQ(config.rtc.max_offset, 2s);
    EXPECT_TRUE(config.certs.refresh_not_yet_valid);
    EXPECT_TRUE(config.certs.refresh_expired);
    EXPECT_FALSE(config.certs.refresh_expiring);
    EXPECT_EQ(config.certs.expiring.percent, 66);
}

TEST(Config, ReadsEveryKindOfValue)
{
    const Config config = config_from("[trust]\nmax_stratum = 5\nrtc = \"always\"\n"
                                      "local = \"always\"\nrefclocks = [\"HYPV\", \"DTS1\"]\n"
                                      "max_error = \"250ms\"\n"
                                      "[gate]\ntimeout = \"infinity\"\non_timeout = \"hold\"\n"
                                      "nudge_chrony = false\n"
                                      "[certs]\nrefresh = [\"expiring\", \"expired\"]\n"
                                      "expiring = \"30d\"\n"
                                      "[chrony]\nport = 11323\n");

    EXPECT_EQ(config.trust.max_stratum, 5);
    EXPECT_EQ(config.trust.rtc, RtcTrust::Always);
    EXPECT_EQ(config.trust.local, LocalTrust::Always);
    EXPECT_EQ(config.trust.refclocks, (std::vector<std::string>{"HYPV", "DTS1"}));
    EXPECT_EQ(config.trust.max_error, 250ms);
    EXPECT_EQ(config.gate.timeout, forever);
    EXPECT_EQ(config.gate.on_timeout, OnTimeout::Hold);
    EXPECT_FALSE(config.gate.nudge_chrony);
    EXPECT_FALSE(config.certs.refresh_not_yet_valid);
    EXPECT_TRUE(config.certs.refresh_expiring);
    EXPECT_EQ(config.certs.expiring.before_end, std::chrono::days{30});
    EXPECT_EQ(config.chrony.port, 11323);
}

TEST(Config, SaysOfWhichKindWhatIsKnownMustBe)
{
    EXPECT_EQ(refusal_of("gate = \"5min\"\n"),
              "cannot read configuration 'c.toml': line 1: 'gate': must be one table, [gate]");
    EXPECT_EQ(refusal_of("[[gate]]\ntimeout = \"5min\"\n"),
              "cannot read configuration 'c.toml': line 1: 'gate': must be one table, [gate]");
    EXPECT_EQ(refusal_of("[trust]\nmax_stratum = 9.0\n"),
              "cannot read configuration 'c.toml': line 2: 'trust.max_stratum': must be a string, "
              "whole number, boolean or list");
    EXPECT_EQ(refusal_of("gat = \"5min\"\n"),
              "cannot read configuration 'c.toml': line 1: unknown key 'gat'");
}

TEST(Config, NamesTheLineAndTheWordThatWasMeant)
{
    EXPECT_EQ(refusal_of("[gate]\n\ntimeut = \"5min\"\n"),
              "cannot read configuration 'c.toml': line 3: unknown key 'gate.timeut' "
              "(did you mean 'gate.timeout'?)");
    EXPECT_EQ(refusal_of("[gate]\ntimeout = 300\n"),
              "cannot read configuration 'c.toml': line 2: 'gate.timeout': not a length of time: "
              "'300' (write it like 5min, 90s or 250ms)");
    EXPECT_EQ(
        refusal_of("[gate]\non_timeout = \"wait\"\n"),
        "cannot read configuration 'c.toml': line 2: 'gate.on_timeout': 'wait' is not one of: "
        "release, hold");
    EXPECT_EQ(
        refusal_of("[trust]\nmax_stratum = 16\n"),
        "cannot read configuration 'c.toml': line 2: 'trust.max_stratum': '16' is not a whole "
        "number from 1 to 15");
    EXPECT_EQ(refusal_of("[trust]\nmax_error = \"infinity\"\n"),
              "cannot read configuration 'c.toml': line 2: 'trust.max_error': 'infinity' is not "
              "between 0s and 1min");
    EXPECT_EQ(refusal_of("[rtc]\nmax_offset = \"infinity\"\n"),
              "cannot read configuration 'c.toml': line 2: 'rtc.max_offset': 'infinity' is not "
              "allowed here");
    EXPECT_EQ(refusal_of("[trust]\nrefclocks = [\"GPS\", \"GLONASS\"]\n"),
              "cannot read configuration 'c.toml': line 2: 'trust.refclocks': 'GLONASS' is not a "
              "refid of one to four characters");
    EXPECT_EQ(refusal_of("[trust]\nlocal = true\n"),
              "cannot read configuration 'c.toml': line 2: 'trust.local': 'true' is not one of: "
              "never, always");
    EXPECT_EQ(refusal_of("timeout = \"5min\"\n"),
              "cannot read configuration 'c.toml': line 1: unknown key 'timeout'");
    EXPECT_EQ(refusal_of("[certs]\nrefresh = [\"soon\"]\n"),
              "cannot read configuration 'c.toml': line 2: 'certs.refresh': 'soon' is not one of: "
              "not-yet-valid, expired, expiring");
    EXPECT_EQ(refusal_of("# caf\u00e9\n[gat\u00e9]\n"),
              "cannot read configuration 'c.toml': line 2: a character outside ASCII: write it as "
              "\\u00e9");
    EXPECT_TRUE(refusal_of("[*]\n").starts_with("cannot read configuration 'c.toml': line 1: "));
    EXPECT_TRUE(refusal_of("[gate\n").starts_with("cannot read configuration 'c.toml': line 1: "));
}

TEST(Config, TakesNoListForOneValue)
{
    const ReadSettings read = parse_toml("[gate]\ntimeout = [\"20s\"]\n[certs]\nrefresh = "
                                         "[\"expired\"]\n",
                                         "c");

    ASSERT_EQ(read.problems.size(), 1U);
    EXPECT_EQ(
        to_text(read.problems[0]),
        "cannot read configuration 'c': line 2: 'gate.timeout': must be one value, not a list");
    EXPECT_EQ(read.settings, (Settings{{"certs.refresh", "expired"}}));
}

TEST(Config, HoldsWithoutTheKeysThatCannotBeUsed)
{
    const ReadSettings read = parse_toml("[gate]\ntimeout = 20\non_timeout = \"hold\"\n"
                                         "[gaet]\ntimeout = \"1s\"\n"
                                         "[certs]\nrefresh = [\"expiring\", \"soon\"]\n",
                                         "c.toml");

    const Configuration applied = apply_settings({}, read.settings);

    EXPECT_EQ(read.problems.size(), 3U);
    Config expected;
    expected.gate.on_timeout = OnTimeout::Hold;
    EXPECT_TRUE(applied.config == expected);
    EXPECT_TRUE(applied.problems.empty());
}

TEST(Config, IsAllDefaultsWhereTheFileIsNoToml)
{
    const ReadSettings read =
        parse_toml("[gate]\non_timeout = \"hold\"\ntimeout = 20s\n", "c.toml");

    EXPECT_EQ(read.problems.size(), 1U);
    EXPECT_TRUE(read.settings.empty());
}

TEST(Config, MayBeginWithAByteOrderMark)
{
    EXPECT_EQ(config_from("\xef\xbb\xbf[gate]\ntimeout = \"20s\"\n").gate.timeout, 20s);
}

TEST(Config, KeepsWhatItHadWhereASettingCannotBeUsed)
{
    const Configuration applied =
        apply_settings({}, {{"certs.refresh", "expiring,soon"}, {"gate.timeout", "20s"}});

    EXPECT_EQ(texts(applied.problems),
              std::vector<std::string>{
                  "'certs.refresh': 'soon' is not one of: not-yet-valid, expired, expiring"});
    EXPECT_TRUE(applied.config.certs == CertsConfig{});
    EXPECT_EQ(applied.config.gate.timeout, 20s);
}

TEST(Environment, NamesSettingsLikeTheFile)
{
    const std::array<const char*, 4> variables{"PATH=/bin", "CLOCKGUARD_GATE_ON_TIMEOUT=hold",
                                               "CLOCKGUARD_GATE_TIMEOUT=20s", nullptr};

    const ReadSettings read = parse_environment(variables.data());

    EXPECT_TRUE(read.problems.empty());
    EXPECT_EQ(read.settings, (Settings{{"gate.on_timeout", "hold"}, {"gate.timeout", "20s"}}));
}

TEST(Environment, RefusesAnUnknownSetting)
{
    const std::array<const char*, 5> variables{"CLOCKGUARD_GATE_TIMEUT=20s",
                                               "CLOCKGUARD_GATE_TIMEOUT=20", "CLOCKGUARD_",
                                               "CLOCKGUARD_RTC_MAX_OFFSET=3s", nullptr};

    const ReadSettings read = parse_environment(variables.data());

    EXPECT_EQ(texts(read.problems),
              (std::vector<std::string>{
                  "cannot read environment variable 'CLOCKGUARD_GATE_TIMEUT': unknown setting "
                  "'gate.timeut' (did you mean 'gate.timeout'?)",
                  "cannot use the environment: 'gate.timeout': not a length of time: '20' (write "
                  "it like 5min, 90s or 250ms)",
                  "cannot read environment variable 'CLOCKGUARD_': unknown setting ''"}));
    EXPECT_EQ(read.settings, (Settings{{"rtc.max_offset", "3s"}}));
}

TEST(Environment, SaysWhatBecameOfASettingThatWasRemoved)
{
    const std::array<const char*, 2> variables{"CLOCKGUARD_CERTS_METHOD=reissue", nullptr};

    EXPECT_EQ(texts(parse_environment(variables.data()).problems),
              std::vector<std::string>{
                  "cannot read environment variable 'CLOCKGUARD_CERTS_METHOD': 'certs.method' was "
                  "removed: clockguard re-issues certificates itself; unset it"});
}

}  // namespace
}  // namespace clockguard
