// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/time_keepers.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <unistd.h>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/core/clock/host_witness.hpp"
#include "clockguard/core/clock/ntp_clients.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/clock/udev.hpp"

namespace clockguard {
namespace {

constexpr std::array pid_files{"/run/chrony/chronyd.pid", "/run/chronyd.pid"};

/// Where systemd keeps its units: in version 2, beside version 1, and in version 1, which has no
/// cgroup.events (cgroups(7)).
constexpr std::array hierarchies{"/sys/fs/cgroup", "/sys/fs/cgroup/unified",
                                 "/sys/fs/cgroup/systemd"};

constexpr const char* timesyncd_marker = "/run/systemd/timesync/synchronized";

bool is_number(const std::string& text)
{
    return !text.empty() && std::ranges::all_of(text, is_digit);
}

struct Dated {
    const char* path;
    const char* user;
};

/// chronyd's is named by chrony.conf(5), driftfile: the first as RHEL has it, the second as Debian.
constexpr std::array dated_files{Dated{"/var/lib/chrony/drift", "chronyd -s"},
                                 Dated{"/var/lib/chrony/chrony.drift", "chronyd -s"},
                                 Dated{"/var/lib/systemd/timesync/clock", "systemd-timesyncd"}};

/// A pid file may outlive its process, and its number be given to another.
bool names_chronyd(const Root& root, const std::string& pid_file)
{
    const std::string pid = read_line(root, pid_file);
    return is_number(pid) && read_line(root, fmt::format("/proc/{}/comm", pid)) == "chronyd";
}

std::string cgroup_file(std::string_view hierarchy, std::string_view unit, std::string_view file)
{
    return fmt::format("{}/system.slice/{}/{}", hierarchy, unit, file);
}

/// Of its process; empty where it has none.
std::string process_of(const Root& root, std::string_view unit)
{
    std::string pid;
    for (const char* hierarchy : hierarchies)
        if (pid.empty())
            pid = read_line(root, cgroup_file(hierarchy, unit, "cgroup.procs"));
    return pid;
}

bool has_processes(const Root& root, std::string_view unit)
{
    const auto events = read_file(root, cgroup_file(hierarchies.front(), unit, "cgroup.events"));
    return events ? events->find("populated 1\n") != std::string::npos
                  : !process_of(root, unit).empty();
}

template <std::size_t Count>
std::string running_of(const Root& root, const std::array<NamedUnit, Count>& units)
{
    const auto found = std::ranges::find_if(
        units, [&](const NamedUnit& each) { return has_processes(root, each.unit); });
    return found == units.end() ? "" : std::string{found->unit};
}

/// When the first process of a unit started, in time since boot: field 22 of /proc/PID/stat, the
/// 20th after the name in brackets (proc(5)).
std::optional<Span> started_after_boot(const Root& root, std::string_view unit)
{
    const std::string pid = process_of(root, unit);
    if (!is_number(pid))
        return std::nullopt;
    const auto stat = read_file(root, fmt::format("/proc/{}/stat", pid));
    const std::size_t name_ends = stat ? stat->rfind(')') : std::string::npos;
    if (name_ends == std::string::npos)
        return std::nullopt;
    const auto fields = words_of(std::string_view{*stat}.substr(name_ends + 1));
    const auto ticks = fields.size() < 20 ? std::nullopt : parse_number<std::int64_t>(fields[19]);
    constexpr std::int64_t ticks_of_centuries = 1'000'000'000'000;
    if (!ticks || *ticks < 0 || *ticks > ticks_of_centuries)
        return std::nullopt;
    return std::chrono::seconds{1} * *ticks / ::sysconf(_SC_CLK_TCK);
}

Timesyncd read_timesyncd(const Root& root)
{
    constexpr std::string_view unit = "systemd-timesyncd.service";
    const auto flagged = last_modified(root, timesyncd_marker);
    if (!flagged)
        return {};
    const std::string events = cgroup_file(hierarchies.front(), unit, "cgroup.events");
    return {.flagged = *flagged,
            .is_stopped = file_exists(root, events) && !has_processes(root, unit),
            .started = started_after_boot(root, unit),
            .booted = boot_instant()};
}

bool is_of_a_host(const PtpDevice& device)
{
    return !host_clock_name(device.clock_name).empty();
}

}  // namespace

TimeKeepers read_time_keepers(const Root& root)
{
    return {.chrony_installed = file_exists(root, "/usr/sbin/chronyd"),
            .chrony_running = std::ranges::any_of(
                pid_files, [&](const char* file) { return names_chronyd(root, file); }),
            .chrony_started = !running_of(root, chrony_units).empty(),
            .timesyncd = read_timesyncd(root),
            .other = running_of(root, ntp_clients),
            .has_host_clock = std::ranges::any_of(
                list_ptps(root).value_or(std::vector<PtpDevice>{}), is_of_a_host)};
}

std::vector<Ratchet> read_ratchets(const Root& root)
{
    std::vector<Ratchet> ratchets;
    for (const Dated& file : dated_files) {
        if (const auto dated = last_modified(root, file.path))
            ratchets.push_back({.path = file.path, .user = file.user, .dated = *dated});
    }
    return ratchets;
}

}  // namespace clockguard
