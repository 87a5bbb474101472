// SPDX-License-Identifier: Apache-2.0
#include "edge/clock/rtc_holder.hpp"

#include <algorithm>
#include <array>
#include <unistd.h>

#include <fmt/core.h>

#include "clockguard/edge/base/files.hpp"

namespace clockguard {
namespace {

bool holds(const Root& root, const std::string& process, const std::string& node)
{
    const std::string below = fmt::format("/proc/{}/fd", process);
    const auto files = list_folder(root, below);
    const std::string folder = root.path(below);
    if (!files)
        return false;
    return std::ranges::any_of(*files, [&](const std::string& file) {
        std::array<char, 64> target{};
        const auto length = ::readlink((folder + "/" + file).c_str(), target.data(), target.size());
        return length > 0 &&
               std::string_view{target.data(), static_cast<std::size_t>(length)} == node;
    });
}

}  // namespace

std::string holder_of(const Root& root, const std::string& node)
{
    const auto processes = list_folder(root, "/proc");
    if (!processes)
        return "another program";
    for (const std::string& process : *processes) {
        if (process.front() < '0' || process.front() > '9' || !holds(root, process, node))
            continue;
        const std::string name = read_line(root, fmt::format("/proc/{}/comm", process));
        return fmt::format("{}, pid {}", name.empty() ? "a program" : name, process);
    }
    return "another program";
}

}  // namespace clockguard
