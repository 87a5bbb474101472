// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/config_keys.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

Result<void> put_setting(Config& config, std::string_view name, std::string_view text)
{
    const SettingKey* const key = find_setting(name);
    return key == nullptr ? fail("there is no such key") : key->set(config, text);
}

/// The defaults with one setting changed; the test fails where it is refused.
Config config_with(std::string_view name, std::string_view text)
{
    Config config;
    const auto done = put_setting(config, name, text);
    EXPECT_TRUE(done) << name << ": " << (done ? "" : to_text(done.error()));
    return config;
}

std::string refusal(std::string_view name, std::string_view text)
{
    Config config;
    const auto done = put_setting(config, name, text);
    return done ? "accepted" : to_text(done.error());
}

TEST(ConfigKeys, PutEachChoiceInItsPlace)
{
    EXPECT_EQ(config_with("trust.host", "azure").trust.host, HostTrust::Azure);
    EXPECT_EQ(config_with("trust.host", "always").trust.host, HostTrust::Always);
    EXPECT_EQ(config_with("trust.host", "never").trust.host, HostTrust::Never);
    EXPECT_EQ(config_with("trust.rtc", "never").trust.rtc, RtcTrust::Never);
    EXPECT_EQ(config_with("trust.rtc", "always").trust.rtc, RtcTrust::Always);
    EXPECT_EQ(config_with("trust.local", "never").trust.local, LocalTrust::Never);
    EXPECT_EQ(config_with("trust.local", "always").trust.local, LocalTrust::Always);
    EXPECT_EQ(config_with("gate.on_timeout", "release").gate.on_timeout, OnTimeout::Release);
    EXPECT_EQ(config_with("gate.on_timeout", "hold").gate.on_timeout, OnTimeout::Hold);
    EXPECT_EQ(config_with("rtc.correct", "after-sync").rtc.correct, RtcCorrect::AfterSync);
    EXPECT_EQ(config_with("rtc.correct", "never").rtc.correct, RtcCorrect::Never);
    EXPECT_EQ(config_with("certs.restart", "when-needed").certs.restart, RestartPolicy::WhenNeeded);
    EXPECT_EQ(config_with("certs.restart", "never").certs.restart, RestartPolicy::Never);
}

TEST(ConfigKeys, KnowTrueFromFalse)
{
    EXPECT_TRUE(config_with("gate.nudge_chrony", "true").gate.nudge_chrony);
    EXPECT_FALSE(config_with("gate.nudge_chrony", "false").gate.nudge_chrony);
    EXPECT_TRUE(config_with("clock.step_from_host", "true").clock.step_from_host);
    EXPECT_FALSE(config_with("clock.step_from_host", "false").clock.step_from_host);
}

TEST(ConfigKeys, TellTheWordsThatThereAre)
{
    EXPECT_EQ(refusal("trust.host", "Azure"), "'Azure' is not one of: azure, always, never");
    EXPECT_EQ(refusal("trust.rtc", ""), "'' is not one of: never, always");
    EXPECT_EQ(refusal("trust.local", "true"), "'true' is not one of: never, always");
    EXPECT_EQ(refusal("gate.on_timeout", "wait"), "'wait' is not one of: release, hold");
    EXPECT_EQ(refusal("gate.nudge_chrony", "yes"), "'yes' is not one of: true, false");
    EXPECT_EQ(refusal("rtc.correct", "always"), "'always' is not one of: after-sync, never");
    EXPECT_EQ(refusal("certs.restart", "always"), "'always' is not one of: when-needed, never");
}

TEST(ConfigKeys, TakeALengthOfTime)
{
    EXPECT_EQ(config_with("gate.timeout", "90s").gate.timeout, 90s);
    EXPECT_EQ(config_with("rtc.max_offset", "250ms").rtc.max_offset, 250ms);
    EXPECT_EQ(config_with("certs.tolerance", "1min").certs.tolerance, 1min);
    for (const char* name : {"gate.timeout", "rtc.max_offset", "certs.tolerance"})
        EXPECT_EQ(refusal(name, "20"), "not a length of time: '20' (write it like 5min, 90s or "
                                       "250ms)")
            << name;
}

TEST(ConfigKeys, WaitForEverInTheGateAlone)
{
    EXPECT_EQ(config_with("gate.timeout", "infinity").gate.timeout, forever);
    EXPECT_EQ(refusal("rtc.max_offset", "infinity"), "'infinity' is not allowed here");
    EXPECT_EQ(refusal("certs.tolerance", "infinity"), "'infinity' is not allowed here");
}

TEST(ConfigKeys, BoundTheErrorOfATrustedClock)
{
    EXPECT_EQ(config_with("trust.max_error", "1ms").trust.max_error, 1ms);
    EXPECT_EQ(config_with("trust.max_error", "1min").trust.max_error, 1min);
    for (const std::string text : {"0s", "60001ms", "61s", "30d", "infinity"})
        EXPECT_EQ(refusal("trust.max_error", text), "'" + text + "' is not between 0s and 1min");
    EXPECT_EQ(refusal("trust.max_error", "3"), "not a length of time: '3' (write it like 5min, 90s "
                                               "or 250ms)");
}

TEST(ConfigKeys, TakeNumbersWithinTheirBounds)
{
    EXPECT_EQ(config_with("trust.max_stratum", "1").trust.max_stratum, 1);
    EXPECT_EQ(config_with("trust.max_stratum", "15").trust.max_stratum, 15);
    for (const std::string text : {"0", "16", "-1", "", "9.0", "nine", "9 "})
        EXPECT_EQ(refusal("trust.max_stratum", text),
                  "'" + text + "' is not a whole number from 1 to 15");
    EXPECT_EQ(config_with("chrony.port", "1").chrony.port, 1);
    EXPECT_EQ(config_with("chrony.port", "65535").chrony.port, 65535);
    for (const std::string text : {"0", "65536"})
        EXPECT_EQ(refusal("chrony.port", text),
                  "'" + text + "' is not a whole number from 1 to 65535");
}

/// A folder that is not found from everywhere would be another for each who runs the program.
TEST(ConfigKeys, TakeWholePathsOnly)
{
    EXPECT_EQ(config_with("metrics.textfile_dir", "/var/lib/metrics").metrics.textfile_dir,
              "/var/lib/metrics");
    EXPECT_EQ(config_with("metrics.textfile_dir", "").metrics.textfile_dir, "");
    EXPECT_EQ(refusal("metrics.textfile_dir", "metrics"), "'metrics' is not an absolute path");
    EXPECT_EQ(config_with("chrony.socket", "/run/c.sock").chrony.socket, "/run/c.sock");
    EXPECT_EQ(refusal("chrony.socket", "c.sock"), "'c.sock' is not an absolute path");
    EXPECT_EQ(refusal("chrony.socket", ""), "'' is not an absolute path");
}

TEST(ConfigKeys, TakeTheNameOfAProfileAndNoPath)
{
    EXPECT_EQ(config_with("certs.profile", "k3s").certs.profile, "k3s");
    for (const std::string text : {"", "/etc/k3s", "a/b"})
        EXPECT_EQ(refusal("certs.profile", text), "'" + text + "' is not the name of a profile");
}

TEST(ConfigKeys, TakeRefidsOfOneToFourCharacters)
{
    Config config = config_with("trust.refclocks", "HYPV,P");
    EXPECT_EQ(config.trust.refclocks, (std::vector<std::string>{"HYPV", "P"}));
    EXPECT_TRUE(put_setting(config, "trust.refclocks", ""));
    EXPECT_TRUE(config.trust.refclocks.empty());
    for (const std::string text : {"GLONA", "", "P P"})
        EXPECT_EQ(refusal("trust.refclocks", "GPS," + text + ",PPS"),
                  "'" + text + "' is not a refid of one to four characters");
    EXPECT_EQ(refusal("trust.refclocks", "P\x7f"),
              "'P\\u007f' is not a refid of one to four characters");
}

std::string refreshed(const Config& config)
{
    return std::string{config.certs.refresh_not_yet_valid ? "not-yet-valid " : ""} +
           (config.certs.refresh_expired ? "expired " : "") +
           (config.certs.refresh_expiring ? "expiring " : "");
}

TEST(ConfigKeys, RefreshWhatIsListedAndNothingElse)
{
    EXPECT_EQ(refreshed(config_with("certs.refresh", "")), "");
    EXPECT_EQ(refreshed(config_with("certs.refresh", "not-yet-valid")), "not-yet-valid ");
    EXPECT_EQ(refreshed(config_with("certs.refresh", "expired")), "expired ");
    EXPECT_EQ(refreshed(config_with("certs.refresh", "expiring,expired")), "expired expiring ");
    EXPECT_EQ(refusal("certs.refresh", "expired,soon"),
              "'soon' is not one of: not-yet-valid, expired, expiring");
}

TEST(ConfigKeys, TakeAThresholdOrAreRefusedAsOne)
{
    EXPECT_EQ(config_with("certs.expiring", "30d").certs.expiring.before_end, days{30});
    EXPECT_EQ(config_with("certs.expiring", "50%").certs.expiring.percent, 50);
    EXPECT_EQ(refusal("certs.expiring", "soon"),
              "'soon' is neither a share of a lifetime nor a length of time (write it like 66% or "
              "30d)");
    EXPECT_EQ(refusal("certs.expiring", "100%"),
              "'100%' is not a share of a lifetime (write it like 66% or 30d)");
}

TEST(Threshold, IsAShareOrALength)
{
    EXPECT_EQ(parse_threshold("50%").value_or(ExpiringThreshold{}).percent, 50);
    EXPECT_EQ(parse_threshold("30d").value_or(ExpiringThreshold{}).before_end, days{30});
    EXPECT_EQ(parse_threshold("1%").value_or(ExpiringThreshold{}).percent, 1);
    EXPECT_EQ(parse_threshold("99%").value_or(ExpiringThreshold{}).percent, 99);
    for (const std::string_view text : {"", "%", "0%", "100%", "30", "infinity", "66 %x"})
        EXPECT_FALSE(parse_threshold(text)) << text;
}

TEST(ConfigKeys, AreFoundByTheirNames)
{
    EXPECT_EQ(find_setting("gate.timeout")->name, "gate.timeout");
    EXPECT_EQ(find_setting("gate"), nullptr);
    EXPECT_EQ(find_setting(""), nullptr);
    for (const SettingKey& key : setting_keys())
        EXPECT_EQ(find_setting(key.name), &key) << "two of the name " << key.name;
}

TEST(ConfigKeys, AreListsWhereSeveralWordsMayStand)
{
    std::vector<std::string> lists;
    for (const SettingKey& key : setting_keys())
        if (key.is_list)
            lists.push_back(key.name);

    EXPECT_EQ(lists, (std::vector<std::string>{"trust.refclocks", "certs.refresh"}));
}

TEST(ConfigKeys, SayWhatBecameOfOneThatWasRemoved)
{
    EXPECT_EQ(removal_of("certs.method"),
              "'certs.method' was removed: clockguard re-issues certificates itself");
    EXPECT_EQ(removal_of("certs.refresh"), "");
    EXPECT_EQ(find_setting("certs.method"), nullptr);
}

}  // namespace
}  // namespace clockguard
