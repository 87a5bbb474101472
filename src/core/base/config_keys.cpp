// SPDX-License-Identifier: Apache-2.0
// The table of settings: a line for each, and what its value may be.
#include "clockguard/core/base/config_keys.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

using Done = Result<void>;

template <class Choice>
struct Named {
    std::string name;
    Choice choice;
};

template <class Choice>
Result<Choice> choose(const std::vector<Named<Choice>>& named, std::string_view text)
{
    const auto chosen = std::ranges::find(named, text, &Named<Choice>::name);
    if (chosen != named.end())
        return chosen->choice;
    return fail(
        fmt::format("'{}' is not one of: {}", text, joined(named, ", ", &Named<Choice>::name)));
}

template <class Part, class Choice>
SettingSetter choice(Part Config::*part, Choice Part::*field, std::vector<Named<Choice>> named)
{
    return [=](Config& config, std::string_view text) -> Done {
        const auto chosen = choose(named, text);
        if (!chosen)
            return fail(chosen.error());
        config.*part.*field = *chosen;
        return {};
    };
}

template <class Part>
SettingSetter boolean(Part Config::*part, bool Part::*field)
{
    return choice<Part, bool>(part, field, {{"true", true}, {"false", false}});
}

template <class Part>
SettingSetter span(Part Config::*part, Span Part::*field, bool may_be_infinite = false)
{
    return [=](Config& config, std::string_view text) -> Done {
        const auto length = parse_span(text);
        if (!length)
            return fail(length.error());
        if (*length == forever && !may_be_infinite)
            return fail("'infinity' is not allowed here");
        config.*part.*field = *length;
        return {};
    };
}

Done set_max_error(Config& config, std::string_view text)
{
    const auto length = parse_span(text);
    if (!length)
        return fail(length.error());
    if (*length <= Span{0} || *length > largest_max_error)
        return fail(fmt::format("'{}' is not between 0s and 1min", text));
    config.trust.max_error = *length;
    return {};
}

Done set_textfile_dir(Config& config, std::string_view text)
{
    if (!text.empty() && !text.starts_with('/'))
        return fail(fmt::format("'{}' is not an absolute path", text));
    config.metrics.textfile_dir = text;
    return {};
}

Result<int> whole_number(std::string_view text, int least, int most)
{
    const auto value = parse_number<int>(text);
    if (!value || *value < least || *value > most)
        return fail(fmt::format("'{}' is not a whole number from {} to {}", text, least, most));
    return *value;
}

Done set_max_stratum(Config& config, std::string_view text)
{
    const auto number = whole_number(text, 1, 15);
    if (!number)
        return fail(number.error());
    config.trust.max_stratum = *number;
    return {};
}

Done set_chrony_port(Config& config, std::string_view text)
{
    const auto number = whole_number(text, 1, 65535);
    if (!number)
        return fail(number.error());
    config.chrony.port = *number;
    return {};
}

Done set_socket(Config& config, std::string_view text)
{
    if (!text.starts_with('/'))
        return fail(fmt::format("'{}' is not an absolute path", text));
    config.chrony.socket = text;
    return {};
}

/// A file's name, not a path.
Done set_profile(Config& config, std::string_view text)
{
    if (text.empty() || text.find('/') != std::string_view::npos)
        return fail(fmt::format("'{}' is not the name of a profile", text));
    config.certs.profile = text;
    return {};
}

Done set_expiring(Config& config, std::string_view text)
{
    const auto threshold = parse_threshold(text);
    if (!threshold)
        return fail(threshold.error());
    config.certs.expiring = *threshold;
    return {};
}

/// "a,b" as a and b; nothing as none.
std::vector<std::string_view> items_of(std::string_view text)
{
    std::vector<std::string_view> items;
    while (!text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        items.push_back(text.substr(0, comma));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return items;
}

/// One to four printable characters: refid in chrony.conf(5).
bool is_refid(std::string_view text)
{
    return !text.empty() && text.size() <= 4 &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

Done set_refclocks(Config& config, std::string_view text)
{
    config.trust.refclocks.clear();
    for (const std::string_view refid : items_of(text)) {
        if (!is_refid(refid))
            return fail(fmt::format("'{}' is not a refid of one to four characters", refid));
        config.trust.refclocks.emplace_back(refid);
    }
    return {};
}

Done set_refresh(Config& config, std::string_view text)
{
    CertsConfig& certs = config.certs;
    certs.refresh_not_yet_valid = certs.refresh_expired = certs.refresh_expiring = false;
    for (const std::string_view word : items_of(text)) {
        if (word == "not-yet-valid")
            certs.refresh_not_yet_valid = true;
        else if (word == "expired")
            certs.refresh_expired = true;
        else if (word == "expiring")
            certs.refresh_expiring = true;
        else
            return fail(fmt::format("'{}' is not one of: not-yet-valid, expired, expiring", word));
    }
    return {};
}

/// Keys of earlier releases, and why they are not needed any more.
struct RemovedKey {
    std::string_view name;
    std::string_view reason;
};

constexpr std::array removed_keys{
    RemovedKey{"certs.method", "clockguard re-issues certificates itself"},
};

}  // namespace

const std::vector<SettingKey>& setting_keys()
{
    using C = Config;
    static const std::vector<SettingKey> all{
        {"trust.host", choice<TrustConfig, HostTrust>(&C::trust, &TrustConfig::host,
                                                      {{"azure", HostTrust::Azure},
                                                       {"always", HostTrust::Always},
                                                       {"never", HostTrust::Never}})},
        {"trust.rtc",
         choice<TrustConfig, RtcTrust>(&C::trust, &TrustConfig::rtc,
                                       {{"never", RtcTrust::Never}, {"always", RtcTrust::Always}})},
        {"trust.local", choice<TrustConfig, LocalTrust>(
                            &C::trust, &TrustConfig::local,
                            {{"never", LocalTrust::Never}, {"always", LocalTrust::Always}})},
        {"trust.refclocks", set_refclocks, true},
        {"trust.max_error", set_max_error},
        {"trust.max_stratum", set_max_stratum},
        {"gate.timeout", span(&C::gate, &GateConfig::timeout, true)},
        {"gate.on_timeout", choice<GateConfig, OnTimeout>(
                                &C::gate, &GateConfig::on_timeout,
                                {{"release", OnTimeout::Release}, {"hold", OnTimeout::Hold}})},
        {"gate.nudge_chrony", boolean(&C::gate, &GateConfig::nudge_chrony)},
        {"clock.step_from_host", boolean(&C::clock, &ClockConfig::step_from_host)},
        {"rtc.correct", choice<RtcConfig, RtcCorrect>(
                            &C::rtc, &RtcConfig::correct,
                            {{"after-sync", RtcCorrect::AfterSync}, {"never", RtcCorrect::Never}})},
        {"rtc.max_offset", span(&C::rtc, &RtcConfig::max_offset)},
        {"certs.profile", set_profile},
        {"certs.refresh", set_refresh, true},
        {"certs.expiring", set_expiring},
        {"certs.tolerance", span(&C::certs, &CertsConfig::tolerance)},
        {"certs.restart",
         choice<CertsConfig, RestartPolicy>(
             &C::certs, &CertsConfig::restart,
             {{"when-needed", RestartPolicy::WhenNeeded}, {"never", RestartPolicy::Never}})},
        {"metrics.textfile_dir", set_textfile_dir},
        {"chrony.port", set_chrony_port},
        {"chrony.socket", set_socket},
    };
    return all;
}

const SettingKey* find_setting(std::string_view name)
{
    const auto found = std::ranges::find(setting_keys(), name, &SettingKey::name);
    return found == setting_keys().end() ? nullptr : &*found;
}

std::string removal_of(std::string_view name)
{
    const auto removed = std::ranges::find(removed_keys, name, &RemovedKey::name);
    return removed == removed_keys.end()
               ? std::string{}
               : fmt::format("'{}' was removed: {}", name, removed->reason);
}

Result<ExpiringThreshold> parse_threshold(std::string_view text)
{
    if (text.ends_with('%')) {
        const auto percent = whole_number(text.substr(0, text.size() - 1), 1, 99);
        if (!percent)
            return fail(
                fmt::format("'{}' is not a share of a lifetime (write it like 66% or 30d)", text));
        return ExpiringThreshold{.percent = *percent};
    }
    const auto before = parse_span(text);
    if (!before || *before == forever)
        return fail(fmt::format("'{}' is neither a share of a lifetime nor a length of time "
                                "(write it like 66% or 30d)",
                                text));
    return ExpiringThreshold{.before_end = *before};
}

}  // namespace clockguard
