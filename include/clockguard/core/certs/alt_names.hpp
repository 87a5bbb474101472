// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clockguard {

/// The arguments with which sed adds the hosts that a csr.conf.template does not name, below its
/// [ alt_names ]: " -e '/^\\[ *alt_names *\\]/a IP.100 = 127.0.0.1'". Empty: it names them all.
/// Nothing where no line there would get into server.crt, or one cannot be written safely.
std::optional<std::string> edit_for_names(std::string_view conf_template,
                                          const std::vector<std::string>& hosts);

}  // namespace clockguard
