// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

namespace clockguard {

/// A program by the unit that runs it.
struct NamedUnit {
    std::string_view unit{};
    std::string_view name{};
};

/// chronyd's unit on Debian, on RHEL, and the restricted one that both have beside it.
inline constexpr std::array chrony_units{NamedUnit{"chrony.service", "chronyd"},
                                         NamedUnit{"chronyd.service", "chronyd"},
                                         NamedUnit{"chronyd-restricted.service", "chronyd"}};

/// Those other than chrony and systemd-timesyncd that tell the kernel that its clock is
/// synchronised.
inline constexpr std::array ntp_clients{
    NamedUnit{"ntpd.service", "ntpd"},         NamedUnit{"ntp.service", "ntpd"},
    NamedUnit{"ntpsec.service", "ntpd"},       NamedUnit{"ntpd-rs.service", "ntpd-rs"},
    NamedUnit{"openntpd.service", "openntpd"}, NamedUnit{"openntpd-ntpd.service", "openntpd"}};

}  // namespace clockguard
