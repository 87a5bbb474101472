// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

namespace clockguard {

/// What the kernel said of default routes: the ways that lead to the time servers.
struct RouteNews {
    bool came = false;
    bool went = false;
};

/// Reads one datagram of rtnetlink(7). A default route is RTM_NEWROUTE or RTM_DELROUTE of a unicast
/// route of either family to a destination of length 0, outside the table of local addresses. What
/// is cut short or not understood is no news.
RouteNews read_route_news(std::span<const std::byte> datagram);

}  // namespace clockguard
