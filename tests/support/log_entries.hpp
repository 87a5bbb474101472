// SPDX-License-Identifier: Apache-2.0
// Lines of a boot's log, as the journal has them.
#pragma once

#include <string>
#include <utility>

#include "clockguard/core/clock/boot_log.hpp"

namespace clockguard {

/// Of a boot on 2026-09-09, midnight; its clock was right, or ahead by so much when the line was
/// written.
inline LogEntry said(std::string speaker, Span since_boot, std::string text,
                     Span clock_is_ahead = {})
{
    const Instant booted = parse_instant("2026-09-09T00:00:00Z").value_or(Instant{});
    return {.since_boot = since_boot,
            .wall = booted + since_boot + clock_is_ahead,
            .speaker = std::move(speaker),
            .text = std::move(text)};
}

}  // namespace clockguard
