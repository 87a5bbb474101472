// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace clockguard {

/// Where the tree to look at begins: "/" for this machine, another folder for a test or for the
/// mounted disk of a machine that does not boot.
struct Root {
    std::string folder = "/";

    /// "/run/x" below the root.
    std::string path(std::string_view absolute) const
    {
        return is_live() ? std::string{absolute} : folder + std::string{absolute};
    }

    /// The other way round: "/run/x" of a path that is below the root.
    std::string without(std::string_view path) const
    {
        return std::string{is_live() || !path.starts_with(folder) ? path
                                                                  : path.substr(folder.size())};
    }

    /// Whether this is the machine the program runs on, with a kernel and daemons to be asked.
    bool is_live() const { return folder == "/"; }
};

}  // namespace clockguard
