// SPDX-License-Identifier: Apache-2.0
// What MicroK8s' kicker would write into csr.conf now, and what it would do because of that.
#include "clockguard/core/certs/csr_conf.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <span>

#include <fmt/core.h>

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
bool is_printed_by_hostname(const HostAddress& address)
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

/// From here on the kicker knows other pod networks than Calico's, and verifies server.crt where
/// addresses do not count (utils.sh, get_ips, ensure_server_ca).
constexpr int minor_that_verifies = 27;

/// `ip -4 address list <link> | head -1`
std::vector<std::string> pod_network_addresses(const std::vector<HostAddress>& all,
                                               std::optional<int> minor)
{
    constexpr std::array links{"vxlan.calico", "flannel.1", "cni0", "ovn0"};
    const std::size_t known = minor && *minor < minor_that_verifies ? 1 : links.size();
    std::vector<std::string> own;
    for (const char* link : std::span{links}.first(known)) {
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
    std::vector<std::string> left = one;
    std::erase_if(left, [&](const std::string& address) {
        return std::ranges::find(other, address) != other.end();
    });
    return joined(left, ", ");
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
        return fmt::format("this node no longer has {}", went);
    return fmt::format("this node has {} instead of {}", came, went);
}

/// As the kicker renders it; where its release is not known, as csr.conf is if any release renders
/// it so.
std::string rendered_by(const CsrConf& seen)
{
    const auto by = [&](std::optional<int> minor) {
        return render_csr_conf(seen.conf_template, certificate_addresses(seen.addresses, minor));
    };
    std::string rendered = by(seen.minor);
    if (seen.minor || seen.conf == rendered)
        return rendered;
    std::string older = by(minor_that_verifies - 1);
    return seen.conf == older ? older : rendered;
}

/// "not yet valid"
std::string in_words(CertState state)
{
    std::string text = to_text(state);
    std::ranges::replace(text, '_', ' ');
    return text;
}

Finding outlook(std::string subject, std::string message, bool clock_trusted)
{
    Finding finding{.code = "CG206",
                    .severity = clock_trusted ? Severity::Note : Severity::Warning,
                    .subject = std::move(subject),
                    .message = std::move(message)};
    if (!clock_trusted)
        finding.advice = {
            "the new ones would be dated by a clock that is not verified: correct the clock first"};
    return finding;
}

bool is_refused(const std::optional<CertState>& state)
{
    return state && !is_usable(*state) && *state != CertState::Skipped;
}

/// `openssl verify -trusted ca.crt server.crt`, at every pass.
std::optional<Finding> judge_server(const CsrConf& seen, bool clock_trusted)
{
    if (seen.minor && *seen.minor < minor_that_verifies)
        return std::nullopt;
    if (is_refused(seen.ca))
        return outlook("ca.crt",
                       fmt::format("is {}, and no server.crt verifies with it: MicroK8s will "
                                   "re-issue server.crt again and again, and restart every pod "
                                   "each time",
                                   in_words(*seen.ca)),
                       clock_trusted);
    if (!is_refused(seen.server))
        return std::nullopt;
    return outlook("server.crt",
                   fmt::format("is {}: MicroK8s will re-issue it within 5 s of its start, and "
                               "restart every pod",
                               in_words(*seen.server)),
                   clock_trusted);
}

}  // namespace

void note_states(CsrConf& seen, const CertsVerdict& verdict)
{
    for (const JudgedCertificate& judged : verdict.certificates) {
        if (judged.certificate.is_denied)
            continue;
        if (judged.certificate.place.name == "server")
            seen.server = judged.state;
        if (judged.certificate.place.name == "ca")
            seen.ca = judged.state;
    }
}

std::vector<std::string> certificate_addresses(const std::vector<HostAddress>& all,
                                               std::optional<int> minor)
{
    const auto pods = pod_network_addresses(all, minor);
    std::vector<std::string> addresses;
    for (const HostAddress& address : all)
        if (is_printed_by_hostname(address) && !is_zeroconf(address) &&
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
    if (role == NodeRole::Worker)
        return std::nullopt;
    if (role != NodeRole::Single || has_fixed_address(seen.api_server_args) ||
        !has_default_route(seen.routes))
        return judge_server(seen, clock_trusted);
    const std::string rendered = rendered_by(seen);
    if (seen.conf == rendered)
        return std::nullopt;
    const std::string why = seen.conf ? difference(*seen.conf, rendered) : "it is missing";
    return outlook("csr.conf",
                   fmt::format("{}: MicroK8s will re-issue server.crt and front-proxy-client.crt "
                               "within 5 s of its start, and restart every pod",
                               why),
                   clock_trusted);
}

void add_outlook(CertsVerdict& verdict, CsrConf seen, NodeRole role, bool clock_trusted)
{
    note_states(seen, verdict);
    add_finding(verdict, judge_csr_conf(seen, role, clock_trusted));
}

void add_finding(CertsVerdict& verdict, std::optional<Finding> finding)
{
    if (finding)
        verdict.findings.push_back(std::move(*finding));
    std::ranges::stable_sort(verdict.findings, std::ranges::greater{}, &Finding::severity);
}

}  // namespace clockguard
