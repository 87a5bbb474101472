// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/alt_names.hpp"

#include <algorithm>
#include <map>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

/// Of which neither a shell, nor sed, nor openssl's configuration makes anything else.
bool is_plain(std::string_view host)
{
    return std::ranges::all_of(host, [](char c) {
        return is_letter(c) || is_digit(c) || c == '.' || c == ':' || c == '-';
    });
}

bool is_address(std::string_view host)
{
    return host.find(':') != host.npos || host.find_first_not_of("0123456789.") == host.npos;
}

/// By section and key; of several lines with one key the last counts (openssl, config(5)).
using Conf = std::map<std::string, std::map<std::string, std::string>, std::less<>>;

Conf read_conf(std::string_view text)
{
    Conf conf;
    std::string section;
    for (const std::string_view whole : lines_of(text)) {
        const std::string_view line = trimmed(whole.substr(0, whole.find('#')));
        const auto equals = line.find('=');
        if (line.starts_with('['))
            section = trimmed(line, "[ \t]");
        else if (equals != line.npos)
            conf[section][std::string{trimmed(line.substr(0, equals))}] =
                trimmed(line.substr(equals + 1));
    }
    return conf;
}

std::string value_of(const Conf& conf, const std::string& section, const std::string& key)
{
    const auto lines = conf.find(section);
    if (lines == conf.end())
        return {};
    const auto line = lines->second.find(key);
    return line == lines->second.end() ? "" : line->second;
}

/// Whether the names of server.crt are those below [ alt_names ] (utils.sh, gen_server_cert).
bool is_by_section(const Conf& conf)
{
    return value_of(conf, "v3_ext", "subjectAltName") == "@alt_names";
}

/// Whether a line such as "IP.1 = 127.0.0.1" has it named.
bool has_name(const Conf& conf, std::string_view host)
{
    const char* kind = is_address(host) ? "IP." : "DNS.";
    const auto names = conf.find("alt_names");
    return names != conf.end() && std::ranges::any_of(names->second, [&](const auto& line) {
               return line.first.starts_with(kind) && line.second == host;
           });
}

/// Where sed finds it: /^\[ *alt_names *\]/.
bool has_section(std::string_view text)
{
    return std::ranges::any_of(lines_of(text), [](std::string_view line) {
        return line.starts_with('[') && line.find(']') != line.npos &&
               trimmed(line.substr(1, line.find(']') - 1), " ") == "alt_names";
    });
}

/// "IP.100 = 127.0.0.1", with a number that the template does not have.
std::string line_for(const std::string& host, std::string_view text, int& number)
{
    const char* kind = is_address(host) ? "IP" : "DNS";
    while (text.find(fmt::format("{}.{}", kind, number)) != text.npos)
        ++number;
    return fmt::format("{}.{} = {}", kind, number++, host);
}

}  // namespace

std::optional<std::string> edit_for_names(std::string_view conf_template,
                                          const std::vector<std::string>& hosts)
{
    const Conf conf = read_conf(conf_template);
    if (!is_by_section(conf))
        return std::nullopt;
    std::string edit;
    int number = 100;
    for (const std::string& host : hosts) {
        if (!is_plain(host))
            return std::nullopt;
        if (!has_name(conf, host))
            edit += fmt::format(" -e '/^\\[ *alt_names *\\]/a {}'",
                                line_for(host, conf_template, number));
    }
    return edit.empty() || has_section(conf_template) ? std::optional{edit} : std::nullopt;
}

}  // namespace clockguard
