// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/gate/route_news.hpp"

#include <cstring>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string>
#include <sys/socket.h>
#include <vector>

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using Datagram = std::vector<std::byte>;

rtmsg to_everywhere()
{
    rtmsg route{};
    route.rtm_family = AF_INET;
    route.rtm_table = RT_TABLE_MAIN;
    route.rtm_type = RTN_UNICAST;
    return route;
}

const rtmsg default_route = to_everywhere();

Datagram message(std::uint16_t type, const rtmsg& route)
{
    nlmsghdr header{};
    header.nlmsg_len = NLMSG_LENGTH(sizeof route);
    header.nlmsg_type = type;
    Datagram bytes(NLMSG_SPACE(sizeof route));
    std::memcpy(bytes.data(), &header, sizeof header);
    std::memcpy(bytes.data() + NLMSG_HDRLEN, &route, sizeof route);
    return bytes;
}

std::string news_of(const Datagram& datagram)
{
    const RouteNews news = read_route_news(datagram);
    return std::string{news.came ? "came" : ""} + (news.went ? "went" : "");
}

TEST(RouteNews, TellsOfDefaultRoutesOfEitherFamily)
{
    rtmsg ipv6 = default_route;
    ipv6.rtm_family = AF_INET6;

    EXPECT_EQ(news_of(message(RTM_NEWROUTE, default_route)), "came");
    EXPECT_EQ(news_of(message(RTM_NEWROUTE, ipv6)), "came");
    EXPECT_EQ(news_of(message(RTM_DELROUTE, default_route)), "went");
}

TEST(RouteNews, PassesOverAllOthers)
{
    rtmsg near = default_route;
    near.rtm_dst_len = 24;
    rtmsg local = default_route;
    local.rtm_table = RT_TABLE_LOCAL;
    // What the kernel has for IPv6 where no way leads out.
    rtmsg unreachable = default_route;
    unreachable.rtm_type = RTN_UNREACHABLE;

    for (const rtmsg& other : {near, local, unreachable})
        EXPECT_EQ(news_of(message(RTM_NEWROUTE, other)), "");
    EXPECT_EQ(news_of(message(RTM_NEWLINK, default_route)), "");
}

TEST(RouteNews, ReadsEveryMessageOfADatagram)
{
    rtmsg near = default_route;
    near.rtm_dst_len = 24;
    Datagram all = message(RTM_NEWROUTE, near);
    const Datagram second = message(RTM_NEWROUTE, default_route);
    all.insert(all.end(), second.begin(), second.end());

    EXPECT_EQ(news_of(all), "came");
}

TEST(RouteNews, SurvivesEveryTruncationAndLength)
{
    const Datagram whole = message(RTM_NEWROUTE, default_route);
    for (std::size_t length = 0; length < whole.size(); ++length)
        EXPECT_EQ(
            news_of(Datagram(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length))),
            "")
            << length;
    for (const std::uint32_t length : {0U, 1U, 15U, 29U, 0xFFFFFFFFU}) {
        Datagram wrong = whole;
        std::memcpy(wrong.data(), &length, sizeof length);
        EXPECT_EQ(news_of(wrong), "") << length;
    }
}

}  // namespace
}  // namespace clockguard
