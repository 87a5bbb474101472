// SPDX-License-Identifier: Apache-2.0
// A machine on which no time source answers, in a folder: what its gate waits for never comes.
#pragma once

#include <regex>
#include <string>

#include "support/tree.hpp"

namespace clockguard {

inline const std::string boot_id_file = "/proc/sys/kernel/random/boot_id";
inline const std::string gate_state = "/run/clockguard/state.json";

inline Tree silent_machine(const std::string& toml = "")
{
    return Tree{{boot_id_file, "b1\n"},
                {"/proc/sys/kernel/hostname", "edge-07\n"},
                {"/etc/clockguard/clockguard.toml", toml}};
}

inline std::string silence_in(const Tree& tree)
{
    return "chrony: cannot ask chronyd: '" + tree.path("/run/chrony/chronyd.sock") +
           "': No such file or directory";
}

/// How long a look takes is the machine's affair: "after 3 ms" becomes "after N".
inline std::string without_waits(const std::string& text)
{
    return std::regex_replace(text, std::regex{"after [0-9.]+ [mu]?s"}, "after N");
}

}  // namespace clockguard
