// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/kernel_news.hpp"

#include "clockguard/core/clock/readings.hpp"

namespace clockguard {
namespace {

constexpr long growth_us = 500;
constexpr long lost_us = kernel_error_limit / Span{1};

bool has_grown_by_itself(long before, long now)
{
    return now >= before && ((now - before) % growth_us == 0 || now == lost_us);
}

}  // namespace

bool was_written(const KernelState& before, const KernelState& now)
{
    if (now.frequency != before.frequency || now.tick != before.tick)
        return true;
    if (!has_grown_by_itself(before.max_error_us, now.max_error_us))
        return true;
    return now.status != before.status && now.max_error_us != lost_us;
}

}  // namespace clockguard
