// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/config.hpp"

#include <array>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// The configuration a file leads to; the test fails on an error.
Config config_from(std::string_view toml)
{
    const auto settings = parse_toml(toml, "c.toml");
    EXPECT_TRUE(settings) << to_text(settings.error());
    const auto config = apply_settings({}, settings.value_or(Settings{}));
    EXPECT_TRUE(config) << to_text(config.error());
    return config.value_or(Config{});
}

std::string refusal_of(std::string_view toml)
{
    const auto settings = parse_toml(toml, "c.toml");
    return settings ? "accepted" : to_text(settings.error());
}

TEST(Config, HasTheDefaultsOfTheManual)
{
    const Config config = config_from("");

    EXPECT_EQ(config.trust.host, HostTrust::Azure);
    EXPECT_EQ(config.trust.max_error, 1s);
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
                                      "[gate]\ntimeout = \"infinity\"\non_timeout = \"hold\"\n"
                                      "nudge_chrony = false\n"
                                      "[certs]\nrefresh = [\"expiring\", \"expired\"]\n"
                                      "expiring = \"30d\"\n"
                                      "[chrony]\nport = 11323\n");

    EXPECT_EQ(config.trust.max_stratum, 5);
    EXPECT_EQ(config.trust.rtc, RtcTrust::Always);
    EXPECT_EQ(config.gate.timeout, forever);
    EXPECT_EQ(config.gate.on_timeout, OnTimeout::Hold);
    EXPECT_FALSE(config.gate.nudge_chrony);
    EXPECT_FALSE(config.certs.refresh_not_yet_valid);
    EXPECT_TRUE(config.certs.refresh_expiring);
    EXPECT_EQ(config.certs.expiring.before_end, std::chrono::days{30});
    EXPECT_EQ(config.chrony.port, 11323);
}

TEST(Config, NamesTheLineAndTheWordThatWasMeant)
{
    EXPECT_EQ(refusal_of("[gate]\n\ntimeut = \"5min\"\n"),
              "cannot read configuration 'c.toml': line 3: unknown key 'gate.timeut' "
              "(did you mean 'gate.timeout'?)");
    EXPECT_EQ(refusal_of("[gate]\ntimeout = 300\n"),
              "cannot read configuration 'c.toml': line 2: 'gate.timeout': not a length of time: "
              "'300' (write it like 5min, 90s or 250ms)");
    EXPECT_EQ(refusal_of("[gate]\non_timeout = \"wait\"\n"),
              "cannot read configuration 'c.toml': line 2: 'gate.on_timeout': 'wait' is none of: "
              "release, hold");
    EXPECT_EQ(refusal_of("[trust]\nmax_stratum = 16\n"),
              "cannot read configuration 'c.toml': line 2: 'trust.max_stratum': '16' is no whole "
              "number from 1 to 15");
    EXPECT_EQ(refusal_of("[trust]\nmax_error = \"infinity\"\n"),
              "cannot read configuration 'c.toml': line 2: 'trust.max_error': it has to end: "
              "'infinity' is refused here");
    EXPECT_EQ(refusal_of("timeout = \"5min\"\n"),
              "cannot read configuration 'c.toml': line 1: unknown key 'timeout'");
    EXPECT_EQ(refusal_of("[certs]\nrefresh = [\"soon\"]\n"),
              "cannot read configuration 'c.toml': line 2: 'certs.refresh': 'soon' is none of: "
              "not-yet-valid, expired, expiring");
    EXPECT_EQ(refusal_of("# caf\u00e9\n[gat\u00e9]\n"),
              "cannot read configuration 'c.toml': line 2: a character outside ASCII: write it as "
              "\\u00e9");
    EXPECT_TRUE(refusal_of("[*]\n").starts_with("cannot read configuration 'c.toml': line 1: "));
    EXPECT_TRUE(refusal_of("[gate\n").starts_with("cannot read configuration 'c.toml': line 1: "));
}

TEST(Config, SaysWhatBecameOfAKeyThatWasRemoved)
{
    for (const std::string_view value : {"reissue", "microk8s"})
        EXPECT_EQ(refusal_of(fmt::format("[certs]\nmethod = \"{}\"\n", value)),
                  "cannot read configuration 'c.toml': line 2: 'certs.method' was removed: "
                  "clockguard re-issues certificates itself; delete this line");
}

TEST(Environment, NamesSettingsLikeTheFile)
{
    const std::array<const char*, 4> variables{"PATH=/bin", "CLOCKGUARD_GATE_ON_TIMEOUT=hold",
                                               "CLOCKGUARD_GATE_TIMEOUT=20s", nullptr};

    const auto settings = parse_environment(variables.data());

    ASSERT_TRUE(settings) << to_text(settings.error());
    EXPECT_EQ(*settings, (Settings{{"gate.on_timeout", "hold"}, {"gate.timeout", "20s"}}));
}

TEST(Environment, RefusesAnUnknownSetting)
{
    const std::array<const char*, 2> variables{"CLOCKGUARD_GATE_TIMEUT=20s", nullptr};

    const auto settings = parse_environment(variables.data());

    ASSERT_FALSE(settings);
    EXPECT_EQ(to_text(settings.error()),
              "cannot read environment variable 'CLOCKGUARD_GATE_TIMEUT': unknown setting "
              "'gate.timeut' (did you mean 'gate.timeout'?)");
}

TEST(Environment, SaysWhatBecameOfASettingThatWasRemoved)
{
    const std::array<const char*, 2> variables{"CLOCKGUARD_CERTS_METHOD=reissue", nullptr};

    const auto settings = parse_environment(variables.data());

    ASSERT_FALSE(settings);
    EXPECT_EQ(to_text(settings.error()),
              "cannot read environment variable 'CLOCKGUARD_CERTS_METHOD': 'certs.method' was "
              "removed: clockguard re-issues certificates itself; unset it");
}

TEST(Threshold, IsAShareOrALength)
{
    EXPECT_EQ(parse_threshold("50%").value_or(ExpiringThreshold{}).percent, 50);
    EXPECT_EQ(parse_threshold("30d").value_or(ExpiringThreshold{}).before_end,
              std::chrono::days{30});
    for (const std::string_view text : {"", "%", "0%", "100%", "30", "infinity", "66 %x"})
        EXPECT_FALSE(parse_threshold(text)) << text;
}

}  // namespace
}  // namespace clockguard
