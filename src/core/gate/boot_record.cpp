// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/gate/boot_record.hpp"

#include <algorithm>
#include <tuple>

namespace clockguard {

BootRecord with_repairs(BootRecord record, const std::vector<RefreshRecord>& refreshes)
{
    for (const RefreshRecord& refresh : refreshes)
        if (refresh.boot_id == record.boot_id)
            for (const std::string& name : refresh.names)
                if (std::ranges::find(record.repaired, name) == record.repaired.end())
                    record.repaired.push_back(name);
    return record;
}

bool is_newer(const BootRecord& one, const BootRecord& other)
{
    return std::tie(one.number, one.taken_at) > std::tie(other.number, other.taken_at);
}

}  // namespace clockguard
