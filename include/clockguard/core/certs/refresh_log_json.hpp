// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/certs/refresh_log.hpp"

namespace clockguard {

std::string render_json(const std::vector<RefreshRecord>& log);

[[nodiscard]] Result<std::vector<RefreshRecord>> parse_refresh_log(std::string_view text);

}  // namespace clockguard
