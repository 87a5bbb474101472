// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clockguard/core/certs/cert_profile.hpp"

namespace clockguard {

/// What a certificate that this flag names is called: "kube-apiserver:tls-cert-file".
std::string name_of(const ArgFlag& arg);

/// The last value that an args file gives a flag ("--flag=value", "--flag value"), as kubelite
/// reads it: quotes mean nothing, a comment goes from a word that begins with # to the end of the
/// line. Nothing: it is not given.
std::optional<std::string> find_flag(std::string_view args, std::string_view flag);

/// What args files call the data of a distribution.
struct DataNames {
    std::string variable{};  // "SNAP_DATA"
    std::string link{};      // "/var/snap/microk8s/current", as the profile writes paths
    std::string target{};    // "/var/snap/microk8s/8511"
};

/// An absolute path in the one form that a profile has it in.
std::string normal_path(std::string_view path, const DataNames& data);

/// The same of what a flag says. Nothing for one that is not absolute, is a folder's, or has a
/// variable whose value is not known here.
std::optional<std::string> plain_path(std::string_view value, const DataNames& data);

/// Whether a path, as plain_path() makes it, is one that may be looked at.
bool is_allowed(const std::string& path, const CertProfile& profile);

/// The text of each args file that could be read, by its name in the profile.
struct DaemonArgs {
    std::map<std::string, std::string> texts{};
    DataNames data{};
};

/// The places, and behind each the files that a daemon's flags name instead of it; the file itself
/// may then be missing. A named file is re-issued only below the data and with a named key, a CA
/// never. A file outside the data and the profile's other folders is not read.
std::vector<CertPlace> with_named_files(const std::vector<CertPlace>& places,
                                        const CertProfile& profile, const DaemonArgs& args);

}  // namespace clockguard
