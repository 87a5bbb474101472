// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// Those of our units that are installed, and that no target starts: systemd's presets switched
/// them off. One that is masked is not among them, for that is an administrator's word. Those that
/// MicroK8s' daemons themselves start (gate, certs) need no link.
std::vector<std::string> list_disabled_units(const Root& root);

}  // namespace clockguard
