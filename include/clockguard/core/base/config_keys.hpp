// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "clockguard/core/base/config.hpp"

namespace clockguard {

/// Puts one value, written as text, in its place, or says what it may be.
using SettingSetter = std::function<Result<void>(Config&, std::string_view)>;

struct SettingKey {
    std::string name;  // "gate.on_timeout"
    SettingSetter set;
    bool is_list = false;
};

const std::vector<SettingKey>& setting_keys();

/// None where there is none of this name.
const SettingKey* find_setting(std::string_view name);

/// "'certs.method' was removed: clockguard re-issues certificates itself"; empty: it was not.
std::string removal_of(std::string_view name);

}  // namespace clockguard
