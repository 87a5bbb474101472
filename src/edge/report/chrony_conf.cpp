// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/report/chrony_conf.hpp"

#include <array>
#include <fnmatch.h>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "clockguard/core/report/chrony_conf.hpp"
#include "clockguard/edge/base/files.hpp"

namespace clockguard {
namespace {

/// Debian and Ubuntu; RHEL, Fedora and SUSE.
constexpr std::array<std::string_view, 2> files{"/etc/chrony/chrony.conf", "/etc/chrony.conf"};

/// The files of a place, in the order in which chronyd reads them.
std::vector<std::string> files_at(const Root& root, const ConfPlace& place)
{
    std::vector<std::string> found;
    const auto names = list_folder(root, place.folder);
    for (const std::string& name : names.value_or(std::vector<std::string>{}))
        if (fnmatch(place.pattern.c_str(), name.c_str(), FNM_PERIOD) == 0)
            found.push_back(fmt::format("{}/{}", place.folder, name));
    return found;
}

}  // namespace

std::string read_chrony_conf(const Root& root)
{
    std::string all;
    std::vector<std::string> waiting{files.rbegin(), files.rend()};
    std::set<std::string> read;
    std::set<std::pair<std::string, std::string>> looked_at;
    while (!waiting.empty()) {
        const std::string path = waiting.back();
        waiting.pop_back();
        if (!read.insert(path).second)
            continue;
        const auto text = read_file(root, path);
        if (!text)
            continue;
        all += *text + "\n";
        for (const ConfPlace& place : more_chrony_conf(*text)) {
            if (!looked_at.emplace(place.folder, place.pattern).second)
                continue;
            for (const std::string& file : files_at(root, place))
                waiting.push_back(file);
        }
    }
    return all;
}

}  // namespace clockguard
