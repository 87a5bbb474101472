// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/report/own_units.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

#include <fmt/core.h>

#include "clockguard/edge/base/files.hpp"

namespace clockguard {
namespace {

/// All that have an [Install] section.
constexpr std::array<std::string_view, 5> enabled_ones{
    "clockguard-early.service", "clockguard-rtc.service", "clockguard-recheck.service",
    "clockguard-recheck.timer", "clockguard-recheck.path"};

/// Of the system manager's unit path, systemd.unit(5), where links are made or packages put units.
constexpr std::array<std::string_view, 4> unit_folders{
    "/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"};

bool makes_others_start(std::string_view folder)
{
    return folder.ends_with(".wants") || folder.ends_with(".requires");
}

std::vector<std::string> names_in(const Root& root, const std::string& folder)
{
    return list_folder(root, folder).value_or(std::vector<std::string>{});
}

/// What some target starts. A link counts by its name, as it does for systemd.
std::vector<std::string> list_started(const Root& root)
{
    std::vector<std::string> started;
    for (const std::string_view folder : unit_folders)
        for (const std::string& name : names_in(root, std::string{folder}))
            if (makes_others_start(name))
                std::ranges::copy(names_in(root, fmt::format("{}/{}", folder, name)),
                                  std::back_inserter(started));
    return started;
}

bool is_installed(const Root& root, std::string_view unit)
{
    return std::ranges::any_of(unit_folders, [&](std::string_view folder) {
        return !read_file(root, fmt::format("{}/{}", folder, unit)).value_or("").empty();
    });
}

/// A link to /dev/null, or an empty file.
bool is_masked(const Root& root, std::string_view unit)
{
    const auto text = read_file(root, fmt::format("/etc/systemd/system/{}", unit));
    if (!text)
        return text.error().code != std::errc::no_such_file_or_directory;
    return text->empty();
}

}  // namespace

std::vector<std::string> list_disabled_units(const Root& root)
{
    const std::vector<std::string> started = list_started(root);
    std::vector<std::string> disabled;
    for (const std::string_view unit : enabled_ones)
        if (std::ranges::find(started, unit) == started.end() && is_installed(root, unit) &&
            !is_masked(root, unit))
            disabled.emplace_back(unit);
    return disabled;
}

}  // namespace clockguard
