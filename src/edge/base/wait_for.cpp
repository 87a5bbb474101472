// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/base/wait_for.hpp"

#include <algorithm>
#include <chrono>
#include <poll.h>

#include "clockguard/edge/base/sys.hpp"

namespace clockguard {

Result<bool, std::error_code> wait_for(int descriptor, short event, Span longest)
{
    pollfd waited{.fd = descriptor, .events = event, .revents = 0};
    const auto patience =
        std::chrono::ceil<std::chrono::milliseconds>(std::max(longest, Span::zero()));
    const auto ready = sys(::poll(&waited, 1, static_cast<int>(patience.count())));
    if (!ready)
        return fail(ready.error());
    return *ready > 0;
}

}  // namespace clockguard
