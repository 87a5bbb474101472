// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/report/chrony_conf.hpp"

#include <array>
#include <string_view>

#include <fmt/format.h>

#include "clockguard/edge/base/files.hpp"

namespace clockguard {
namespace {

struct ConfFolder {
    std::string_view path;
    std::string_view ending;
};

/// Debian and Ubuntu; RHEL, Fedora and SUSE.
constexpr std::array<std::string_view, 2> files{"/etc/chrony/chrony.conf", "/etc/chrony.conf"};
constexpr std::array folders{ConfFolder{"/etc/chrony/conf.d", ".conf"},
                             ConfFolder{"/etc/chrony/sources.d", ".sources"},
                             ConfFolder{"/etc/chrony.d", ".conf"}};

void add_file(const Root& root, std::string_view path, std::string& text)
{
    text += read_file(root, path).value_or("") + "\n";
}

void add_folder(const Root& root, const ConfFolder& folder, std::string& text)
{
    const auto names = list_folder(root, folder.path);
    if (!names)
        return;
    for (const std::string& name : *names)
        if (name.ends_with(folder.ending))
            add_file(root, fmt::format("{}/{}", folder.path, name), text);
}

}  // namespace

std::string read_chrony_conf(const Root& root)
{
    std::string text;
    for (const std::string_view file : files)
        add_file(root, file, text);
    for (const ConfFolder& folder : folders)
        add_folder(root, folder, text);
    return text;
}

}  // namespace clockguard
