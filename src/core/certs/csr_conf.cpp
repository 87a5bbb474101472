// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/csr_conf.hpp"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

constexpr std::string_view placeholder = "#MOREIPS";

bool has_line_with(std::string_view text, std::string_view start)
{
    return std::ranges::any_of(lines_of(text),
                               [&](std::string_view line) { return line.starts_with(start); });
}

/// What `hostname -I` prints (net-tools, hostname.c): no loopback, no link that is down, no
/// link-local IPv6.
bool is_told_by_hostname(const HostAddress& address)
{
    const auto starts = [&](std::string_view start) { return address.text.starts_with(start); };
    const bool link_local = !address.is_ipv4 && (starts("fe8") || starts("fe9") || starts("fea") ||
                                                 starts("feb") || starts("ff02"));
    return address.is_up && !address.is_loopback && !link_local;
}

bool is_zeroconf(const HostAddress& address)
{
    return address.is_ipv4 && address.text.starts_with("169.254.");
}

/// `ip -4 address list <link> | head -1`
std::vector<std::string> pod_network_addresses(const std::vector<HostAddress>& all)
{
    std::vector<std::string> own;
    for (const char* link : {"vxlan.calico", "flannel.1", "cni0", "ovn0"}) {
        const auto first = std::ranges::find_if(all, [&](const HostAddress& address) {
            return address.link == link && address.is_ipv4 && !is_zeroconf(address);
        });
        if (first != all.end())
            own.push_back(first->text);
    }
    return own;
}

/// `ip route` shows a default route: destination and mask are zero (proc(5), /proc/net/route).
bool has_default_route(std::string_view routes)
{
    return std::ranges::any_of(lines_of(routes), [](std::string_view line) {
        const auto tab = line.find('\t');
        return tab != std::string_view::npos && line.substr(tab + 1).starts_with("00000000\t") &&
               line.find("\t00000000\t", tab + 9) != std::string_view::npos;
    });
}

bool has_fixed_address(std::string_view args)
{
    return args.find("--advertise-address") != std::string_view::npos ||
           args.find("--bind-address") != std::string_view::npos;
}

/// The addresses in lines such as "IP.3 = 10.0.0.5".
std::vector<std::string> addresses_in(std::string_view conf)
{
    std::vector<std::string> all;
    for (const std::string_view line : lines_of(conf)) {
        const auto equals = line.find(" = ");
        if (line.starts_with("IP.") && equals != std::string_view::npos)
            all.emplace_back(line.substr(equals + 3));
    }
    return all;
}

/// Those of the one that the other lacks: "10.0.0.7, 10.0.0.8".
std::string lacking(const std::vector<std::string>& one, const std::vector<std::string>& other)
{
    std::string text;
    for (const std::string& address : one)
        if (std::ranges::find(other, address) == other.end())
            text += (text.empty() ? "" : ", ") + address;
    return text;
}

/// In a few words, how csr.conf differs from what it would be now.
std::string difference(const std::string& conf, const std::string& rendered)
{
    const auto before = addresses_in(conf);
    if (before.empty())
        return "it names no address";
    const auto now = addresses_in(rendered);
    const std::string came = lacking(now, before);
    const std::string went = lacking(before, now);
    if (came.empty() && went.empty())
        return before == now ? "its template has changed"
                             : "this node's addresses come in another order";
    if (went.empty())
        return fmt::format("this node has {} in addition", came);
    if (came.empty())
        return fmt::format("this node has {} no more", went);
    return fmt::format("this node has {} instead of {}", came, went);
}

}  // namespace

std::vector<std::string> certificate_addresses(const std::vector<HostAddress>& all)
{
    const auto pods = pod_network_addresses(all);
    std::vector<std::string> addresses;
    for (const HostAddress& address : all)
        if (is_told_by_hostname(address) && !is_zeroconf(address) &&
            std::ranges::find(pods, address.text) == pods.end())
            addresses.push_back(address.text);
    return addresses;
}

std::string render_csr_conf(const std::string& conf_template,
                            const std::vector<std::string>& addresses)
{
    std::string more;
    int number = 3;
    for (const std::string& address : addresses) {
        while (has_line_with(conf_template, fmt::format("IP.{}", number)))
            ++number;
        more += fmt::format("{}IP.{} = {}", more.empty() ? "" : "\n", number++, address);
    }
    std::string text = conf_template;
    for (auto at = text.find(placeholder); at != std::string::npos;
         at = text.find(placeholder, at + more.size()))
        text.replace(at, placeholder.size(), more);
    return text;
}

std::optional<Finding> judge_csr_conf(const CsrConf& seen, NodeRole role, bool clock_trusted)
{
    if (role != NodeRole::Single || has_fixed_address(seen.api_server_args) ||
        !has_default_route(seen.routes))
        return std::nullopt;
    const auto rendered =
        render_csr_conf(seen.conf_template, certificate_addresses(seen.addresses));
    if (seen.conf == rendered)
        return std::nullopt;
    const std::string why = seen.conf ? difference(*seen.conf, rendered) : "it is missing";
    Finding finding{
        .code = "CG206",
        .severity = clock_trusted ? Severity::Note : Severity::Warning,
        .subject = "csr.conf",
        .message = fmt::format("{}: MicroK8s will re-issue server.crt and front-proxy-client.crt "
                               "within 5 s of its start, and restart every pod",
                               why)};
    if (!clock_trusted)
        finding.advice =
            "the new ones would be dated by a clock that is not verified: correct the clock first";
    return finding;
}

void add_finding(CertsVerdict& verdict, std::optional<Finding> finding)
{
    if (finding)
        verdict.findings.push_back(std::move(*finding));
    std::ranges::stable_sort(verdict.findings, std::ranges::greater{}, &Finding::severity);
}

}  // namespace clockguard
