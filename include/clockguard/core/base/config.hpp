// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clockguard/core/base/time.hpp"

namespace clockguard {

/// May the Hyper-V host clock vouch alone?
enum class HostTrust { Azure, Always, Never };

/// May a plausible RTC vouch alone? For sites without any network time.
enum class RtcTrust { Never, Always };

/// May a server that follows nobody ('local' and orphan mode in chrony.conf(5)) vouch? For sites
/// without any outside time.
enum class LocalTrust { Never, Always };

enum class OnTimeout { Release, Hold };
enum class RtcCorrect { AfterSync, Never };
enum class RestartPolicy { WhenNeeded, Never };

/// When a certificate counts as expiring: after this share of its lifetime, or this long before
/// its end.
struct ExpiringThreshold {
    int percent = 66;
    std::optional<Span> before_end{};
    bool operator==(const ExpiringThreshold&) const = default;
};

/// A clock that may be wrong by more is no clock to sign certificates by.
inline constexpr Span largest_max_error = std::chrono::minutes{1};

struct TrustConfig {
    HostTrust host = HostTrust::Azure;
    RtcTrust rtc = RtcTrust::Never;
    LocalTrust local = LocalTrust::Never;
    /// Refids of true reference clocks, beside those that are built in.
    std::vector<std::string> refclocks{};
    /// chronyd's own limit, maxdistance in chrony.conf(5): a Windows server announces a root
    /// dispersion of two seconds.
    Span max_error = std::chrono::seconds{3};
    int max_stratum = 9;
    bool operator==(const TrustConfig&) const = default;
};

struct GateConfig {
    Span timeout = std::chrono::minutes{5};
    OnTimeout on_timeout = OnTimeout::Release;
    bool nudge_chrony = true;
    bool operator==(const GateConfig&) const = default;
};

struct ClockConfig {
    bool step_from_host = true;
    bool operator==(const ClockConfig&) const = default;
};

struct RtcConfig {
    RtcCorrect correct = RtcCorrect::AfterSync;
    Span max_offset = std::chrono::seconds{2};
    bool operator==(const RtcConfig&) const = default;
};

struct CertsConfig {
    std::string profile = "microk8s";
    bool refresh_not_yet_valid = true;
    bool refresh_expired = true;
    bool refresh_expiring = false;
    ExpiringThreshold expiring{};
    Span tolerance{};
    RestartPolicy restart = RestartPolicy::WhenNeeded;
    bool operator==(const CertsConfig&) const = default;
};

struct MetricsConfig {
    std::string textfile_dir{};
    bool operator==(const MetricsConfig&) const = default;
};

/// Where chronyd is asked: an operator may have moved or closed its ports (cmdport, bindcmdaddress
/// in chrony.conf(5)).
struct ChronyConfig {
    std::optional<int> port{};  // unset: 323 on this machine, none below another root
    std::string socket = "/run/chrony/chronyd.sock";
    bool operator==(const ChronyConfig&) const = default;
};

/// clockguard.toml; the defaults are those of clockguard.toml(5).
struct Config {
    TrustConfig trust{};
    GateConfig gate{};
    ClockConfig clock{};
    RtcConfig rtc{};
    CertsConfig certs{};
    MetricsConfig metrics{};
    ChronyConfig chrony{};
    bool operator==(const Config&) const = default;
};

/// Settings by name, "gate.timeout" -> "5min".
using Settings = std::map<std::string, std::string, std::less<>>;

/// Every setting there is, "trust.host" first.
std::vector<std::string> setting_names();

/// The settings that can be used, and what is wrong with the others.
struct ReadSettings {
    Settings settings{};
    std::vector<Error> problems{};
};

/// Reads TOML into settings; every key must be a known one. `name` is the file's, for the messages.
/// Of what is no TOML nothing can be used.
ReadSettings parse_toml(std::string_view text, std::string_view name);

/// CLOCKGUARD_GATE_TIMEOUT=5min as "gate.timeout"; other variables are passed over, unknown
/// settings and values that cannot be used are problems.
ReadSettings parse_environment(const char* const* variables);

/// What holds, and what was wrong on the way to it: then the default of that setting holds.
struct Configuration {
    Config config{};
    std::vector<Error> problems{};
};

/// Puts settings over a configuration. A message names the setting and what it may be.
Configuration apply_settings(Config config, const Settings& settings);

/// "66%" or "30d": the expiring threshold, in the configuration and on the command line.
[[nodiscard]] Result<ExpiringThreshold> parse_threshold(std::string_view text);

std::string to_text(OnTimeout choice);

}  // namespace clockguard
