// SPDX-License-Identifier: Apache-2.0
// Where a distribution's data are when not where its profile says: k3s, RKE2 and k0s are told by a
// flag, a variable or their configuration.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "clockguard/core/certs/cert_profile.hpp"

namespace clockguard {

/// The folder that a file names, without a slash at its end: by a key of a YAML mapping where the
/// file is "*.yaml" or "*.yml", in a "*.service" by a flag of the command that it starts or a
/// variable that it sets, elsewhere by an assignment. Nothing where it names none. One that is no
/// plain absolute path is an error: it becomes part of commands that are printed.
[[nodiscard]] Result<std::optional<std::string>> named_folder(std::string_view text,
                                                              const DataNaming& naming);

/// A profile's text with another folder for its data, in commands too.
std::string with_data_at(std::string_view toml, std::string_view data, std::string_view folder);

}  // namespace clockguard
