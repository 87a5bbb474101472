// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "clockguard/core/report/report.hpp"

namespace clockguard {

inline constexpr std::string_view report_schema = "clockguard.report/v1";

/// The document as JSON text, two spaces deep, with a final newline.
std::string render_json(const Report& report);

}  // namespace clockguard
