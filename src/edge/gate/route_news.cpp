// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/gate/route_news.hpp"

#include <algorithm>
#include <cstring>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

namespace clockguard {
namespace {

constexpr std::size_t header_size = NLMSG_HDRLEN;

bool is_default_route(std::span<const std::byte> message)
{
    rtmsg route{};
    if (message.size() < header_size + sizeof route)
        return false;
    std::memcpy(&route, message.data() + header_size, sizeof route);
    return route.rtm_dst_len == 0 && route.rtm_type == RTN_UNICAST &&
           route.rtm_table != RT_TABLE_LOCAL && (route.rtm_flags & RTM_F_CLONED) == 0;
}

}  // namespace

RouteNews read_route_news(std::span<const std::byte> datagram)
{
    RouteNews news;
    while (datagram.size() >= header_size) {
        nlmsghdr header{};
        std::memcpy(&header, datagram.data(), sizeof header);
        const std::size_t length = header.nlmsg_len;
        if (length < header_size || length > datagram.size())
            break;
        const bool is_default = is_default_route(datagram.first(length));
        news.came |= is_default && header.nlmsg_type == RTM_NEWROUTE;
        news.went |= is_default && header.nlmsg_type == RTM_DELROUTE;
        datagram = datagram.subspan(std::min<std::size_t>(NLMSG_ALIGN(length), datagram.size()));
    }
    return news;
}

}  // namespace clockguard
