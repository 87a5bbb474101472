// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace clockguard {

/// What chrony.conf(5), with all that it includes, tells chronyd, as far as a diagnosis depends on
/// it.
struct ChronyConf {
    bool is_known = false;       // there was a file, and it could be read
    bool asks_with_nts = false;  // keys of NTS come over TCP port 4460, not over UDP port 123
    bool has_rtcsync = false;    // the kernel keeps the RTC right
    bool has_rtcfile = false;    // chronyd keeps its drift; excludes rtcsync
};

ChronyConf parse_chrony_conf(std::string_view text);

/// Where a line has chronyd read more.
struct ConfPlace {
    std::string folder;
    std::string pattern;  // of names, as in fnmatch(3)
};

/// The places of `include`, `confdir` and `sourcedir`, in their order.
std::vector<ConfPlace> more_chrony_conf(std::string_view text);

}  // namespace clockguard
