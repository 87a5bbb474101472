// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/certs/csr_conf.hpp"

#include <array>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>

#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/base/handle.hpp"
#include "clockguard/edge/base/sys.hpp"
#include "clockguard/edge/certs/release.hpp"

namespace clockguard {
namespace {

using Entries = Handle<ifaddrs, ::freeifaddrs>;

/// With the link behind a link-local address: "fe80::1%eth0".
std::string text_of(const sockaddr& address)
{
    const socklen_t size =
        address.sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(&address, size, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0)
        return {};
    return text.data();
}

/// Unset for what is neither IPv4 nor IPv6.
std::optional<HostAddress> to_address(const ifaddrs& entry)
{
    const sockaddr* address = entry.ifa_addr;
    if (address == nullptr || (address->sa_family != AF_INET && address->sa_family != AF_INET6))
        return std::nullopt;
    return HostAddress{.link = entry.ifa_name,
                       .text = text_of(*address),
                       .is_ipv4 = address->sa_family == AF_INET,
                       .is_up = (entry.ifa_flags & IFF_UP) != 0,
                       .is_loopback = (entry.ifa_flags & IFF_LOOPBACK) != 0};
}

}  // namespace

Result<std::vector<HostAddress>> read_addresses()
{
    ifaddrs* first = nullptr;
    const auto read = sys(::getifaddrs(&first));
    if (!read)
        return fail("cannot read the addresses of this machine", read.error());
    const Entries entries{first};
    std::vector<HostAddress> all;
    for (const ifaddrs* entry = first; entry != nullptr; entry = entry->ifa_next)
        if (auto address = to_address(*entry))
            all.push_back(std::move(*address));
    return all;
}

std::optional<CsrConf> read_csr_conf(const Installation& installed)
{
    if (!installed.root.is_live())
        return std::nullopt;
    const auto conf_template =
        read_file(installed.root, installed.data + "/certs/csr.conf.template");
    const auto conf = read_file(installed.root, installed.data + "/certs/csr.conf");
    const bool is_known = conf || conf.error().code == std::errc::no_such_file_or_directory;
    auto addresses = read_addresses();
    if (!conf_template || !is_known || !addresses)
        return std::nullopt;
    return CsrConf{
        .conf = conf ? std::optional{*conf} : std::nullopt,
        .conf_template = *conf_template,
        .api_server_args =
            read_file(installed.root, installed.data + "/args/kube-apiserver").value_or(""),
        .routes = read_file(installed.root, "/proc/net/route").value_or(""),
        .addresses = std::move(*addresses),
        .minor = read_minor(installed.root)};
}

}  // namespace clockguard
