// SPDX-License-Identifier: Apache-2.0
#include "edge/clock/journal_entry.hpp"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/core/clock/ntp_clients.hpp"
#include "clockguard/edge/base/sys.hpp"
#include "edge/base/libsystemd.hpp"

namespace clockguard {
namespace {

/// Units that tell of the clock, beside chronyd's and those of other NTP clients.
constexpr std::array own_units{NamedUnit{"systemd-timesyncd.service", "systemd-timesyncd"},
                               NamedUnit{"systemd-timedated.service", "timedatectl"},
                               NamedUnit{"ntpdate.service", "ntpdate"},
                               NamedUnit{"snap.microk8s.daemon-apiserver-kicker.service",
                                         "snap.microk8s.daemon-apiserver-kicker"}};

/// All of them.
constexpr std::array<std::span<const NamedUnit>, 3> units{own_units, chrony_units, ntp_clients};

/// A program by its file.
struct NamedPath {
    std::string_view path{};
    std::string_view name{};
};

/// chronyd under a unit of another name; ntpdate as scripts of the network run it.
constexpr std::array paths{
    NamedPath{"/usr/sbin/chronyd", "chronyd"}, NamedPath{"/usr/bin/chronyd", "chronyd"},
    NamedPath{"/usr/local/sbin/chronyd", "chronyd"}, NamedPath{"/usr/local/bin/chronyd", "chronyd"},
    NamedPath{"/usr/sbin/ntpdate", "ntpdate"}};

/// When the sender says that it spoke; nothing that comes after it was written down is believed.
Span source_stamp(sd_journal* journal, Span written)
{
    const auto count =
        parse_number<std::int64_t>(journal_field(journal, "_SOURCE_MONOTONIC_TIMESTAMP"));
    return count && *count >= 0 ? std::min(Span{*count}, written) : written;
}

std::string_view name_of(std::string_view unit)
{
    for (const auto& some : units)
        for (const NamedUnit& speaker : some)
            if (speaker.unit == unit)
                return speaker.name;
    return {};
}

std::string speaker_of(sd_journal* journal)
{
    if (journal_field(journal, "_TRANSPORT") == "kernel")
        return "kernel";
    if (const auto name = name_of(journal_field(journal, "_SYSTEMD_UNIT")); !name.empty())
        return std::string{name};
    const std::string file = journal_field(journal, "_EXE");
    if (const auto* const known = std::ranges::find(paths, file, &NamedPath::path);
        known != paths.end())
        return std::string{known->name};
    return journal_field(journal, "_PID") == "1" ? "systemd" : "";
}

}  // namespace

std::vector<std::vector<std::string>> journal_terms(bool with_much)
{
    std::vector<std::vector<std::string>> all;
    for (const auto& some : units)
        for (const NamedUnit& speaker : some)
            all.push_back({fmt::format("_SYSTEMD_UNIT={}", speaker.unit)});
    for (const NamedPath& program : paths)
        all.push_back({fmt::format("_EXE={}", program.path)});
    if (!with_much)
        return all;
    all.push_back({"_TRANSPORT=kernel"});
    all.push_back(
        {"MESSAGE_ID=c7a787079b354eaaa9e77b371893cd27", "_PID=1"});  // SD_MESSAGE_TIME_CHANGE
    return all;
}

Error journal_error(std::string_view verb, std::error_code code)
{
    return {.what = fmt::format("cannot {} journal", verb), .code = code};
}

std::string journal_field(sd_journal* journal, const char* name)
{
    const void* data = nullptr;
    std::size_t length = 0;
    if (sd().journal_get_data(journal, name, &data, &length) < 0)
        return {};
    const std::string_view pair{static_cast<const char*>(data), length};
    return std::string{pair.substr(pair.find('=') + 1)};
}

Result<LogEntry> read_entry(sd_journal* journal)
{
    std::uint64_t wall = 0;
    std::uint64_t monotonic = 0;
    sd_id128_t boot{};
    const auto first = negative(sd().journal_get_realtime_usec(journal, &wall));
    if (!first)
        return fail(journal_error("read", first.error()));
    const auto second = negative(sd().journal_get_monotonic_usec(journal, &monotonic, &boot));
    if (!second)
        return fail(journal_error("read", second.error()));
    const Span written{static_cast<Span::rep>(monotonic)};
    const Span happened = source_stamp(journal, written);
    return LogEntry{.since_boot = happened,
                    .wall = Instant{Span{static_cast<Span::rep>(wall)}} - (written - happened),
                    .speaker = speaker_of(journal),
                    .text = journal_field(journal, "MESSAGE")};
}

}  // namespace clockguard
