// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/chrony_conf.hpp"

#include <algorithm>

#include "clockguard/core/base/path.hpp"
#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

/// chronyd takes directives in any case, and options as they are. A comment begins a line.
struct Directive {
    std::string name{};  // in capitals
    std::vector<std::string_view> words{};
};

Directive read_directive(std::string_view line)
{
    const auto words = words_of(line);
    if (words.empty())
        return {};
    return {.name = in_capitals(std::string{words.front()}),
            .words = {words.begin() + 1, words.end()}};
}

/// The first word of a source is its name, and may be any.
bool is_nts_source(const Directive& read)
{
    if (read.name != "SERVER" && read.name != "POOL")
        return false;
    return !read.words.empty() &&
           std::find(read.words.begin() + 1, read.words.end(), "nts") != read.words.end();
}

}  // namespace

ChronyConf parse_chrony_conf(std::string_view text)
{
    ChronyConf conf;
    for (const std::string_view line : lines_of(text)) {
        const Directive read = read_directive(line);
        conf.is_known = conf.is_known || !read.name.empty();
        conf.asks_with_nts = conf.asks_with_nts || is_nts_source(read);
        conf.has_rtcsync = conf.has_rtcsync || read.name == "RTCSYNC";
        conf.has_rtcfile = conf.has_rtcfile || read.name == "RTCFILE";
    }
    return conf;
}

std::vector<ConfPlace> more_chrony_conf(std::string_view text)
{
    std::vector<ConfPlace> places;
    for (const std::string_view line : lines_of(text)) {
        const auto [name, words] = read_directive(line);
        if (name == "INCLUDE" && !words.empty())
            places.push_back(
                {.folder = folder_of(words.front()), .pattern = name_of(words.front())});
        if (name != "CONFDIR" && name != "SOURCEDIR")
            continue;
        for (const std::string_view folder : words)
            places.push_back({.folder = std::string{folder},
                              .pattern = name == "CONFDIR" ? "*.conf" : "*.sources"});
    }
    return places;
}

}  // namespace clockguard
