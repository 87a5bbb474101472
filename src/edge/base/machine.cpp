// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/base/machine.hpp"

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/core/report/codes.hpp"
#include "clockguard/edge/base/files.hpp"

namespace clockguard {
namespace {

/// "Debian GNU/Linux 12 (bookworm)"
std::string read_os(const Root& root)
{
    const std::string text = read_file(root, "/etc/os-release").value_or("");
    return std::string{os_release_value(text, "PRETTY_NAME")};
}

}  // namespace

std::vector<std::string> read_system_ids(const Root& root)
{
    return system_ids(read_file(root, "/etc/os-release").value_or(""));
}

ReportHost read_host(const Root& root)
{
    return {.hostname = read_line(root, "/proc/sys/kernel/hostname"),
            .boot_id = read_line(root, "/proc/sys/kernel/random/boot_id"),
            .os = read_os(root),
            .kernel = read_line(root, "/proc/sys/kernel/osrelease")};
}

bool runs_on_azure(const Root& root)
{
    constexpr std::string_view tag = "7783-7084-3265-9085-8269-3286-77";
    return read_line(root, "/sys/class/dmi/id/chassis_asset_tag") == tag;
}

bool switched_off(const Root& root)
{
    const std::string line = fmt::format(" {} ", read_line(root, "/proc/cmdline"));
    return line.find(" clockguard=off ") != std::string::npos;
}

}  // namespace clockguard
