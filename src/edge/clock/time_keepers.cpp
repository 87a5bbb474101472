// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/time_keepers.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "clockguard/core/base/text.hpp"
#include "clockguard/edge/base/files.hpp"

namespace clockguard {
namespace {

constexpr std::array pid_files{"/run/chrony/chronyd.pid", "/run/chronyd.pid"};

/// cgroups(7), cgroup.events; the unit has another name on Debian than on RHEL.
constexpr std::array unit_events{"/sys/fs/cgroup/system.slice/chrony.service/cgroup.events",
                                 "/sys/fs/cgroup/system.slice/chronyd.service/cgroup.events"};

bool is_number(const std::string& text)
{
    return !text.empty() &&
           std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
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
    const auto file = read_file(root, pid_file);
    const std::string pid{first_line(file.value_or(""))};
    if (!is_number(pid))
        return false;
    const auto name = read_file(root, "/proc/" + pid + "/comm");
    return name && *name == "chronyd\n";
}

bool has_processes(const Root& root, const std::string& events)
{
    const auto text = read_file(root, events);
    return text && text->find("populated 1\n") != std::string::npos;
}

}  // namespace

TimeKeepers read_time_keepers(const Root& root)
{
    return {.chrony_installed = file_exists(root, "/usr/sbin/chronyd"),
            .chrony_running = std::ranges::any_of(
                pid_files, [&](const char* file) { return names_chronyd(root, file); }),
            .chrony_started = std::ranges::any_of(
                unit_events, [&](const char* file) { return has_processes(root, file); }),
            .timesyncd_synchronized = file_exists(root, "/run/systemd/timesync/synchronized")};
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
