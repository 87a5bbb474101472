// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/gate/boot_record.hpp"

#include <tuple>

namespace clockguard {

bool is_newer(const BootRecord& one, const BootRecord& other)
{
    return std::tie(one.number, one.taken_at) > std::tie(other.number, other.taken_at);
}

}  // namespace clockguard
