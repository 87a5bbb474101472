// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/command/rtc/rtc_commands.hpp"

namespace clockguard {

Answer set_rtcs(const RtcWorld& world, const RtcSetOptions& options, const Context& context);

}  // namespace clockguard
