// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/clock/readings.hpp"
#include "clockguard/core/gate/boot_record.hpp"
#include "clockguard/core/report/report.hpp"
#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// Where clockguard keeps what it knows; clockguard(8), FILES.
inline constexpr const char* state_file = "/run/clockguard/state.json";
inline constexpr const char* early_file = "/run/clockguard/early.json";
inline constexpr const char* release_file = "/run/clockguard/release";
inline constexpr const char* forget_file = "/run/clockguard/forget";
inline constexpr const char* last_good_file = "/var/lib/clockguard/last-good.json";

/// The report in a file, for instance state_file. "No such file or directory" is told by the code.
[[nodiscard]] Result<Report> load_report(const Root& root, const std::string& file);

/// The same, unless it is of another boot, which says nothing of this one.
[[nodiscard]] Result<Report> load_this_boot(const Root& root, const std::string& file);

/// How Hyper-V's time synchronisation stood when early looked in this boot.
std::optional<RecordedTimeSync> load_time_sync(const Root& root);

/// What the gate and the recheck leave for later runs of this boot.
[[nodiscard]] Result<void> save_state(const Root& root, const Report& report);

/// Marks this moment as one at which the clock was trusted; refused when it was not. It becomes the
/// floor of later boots, so a wrong one would do harm for as long as it lies in the future.
[[nodiscard]] Result<void> save_last_good(const Root& root, const Report& report);

/// What has passed already: the build, and the last time the clock was trusted.
Floor read_floor(const Root& root);

/// Whether root has left this request, release_file or forget_file, for a gate that waits.
bool is_requested(const Root& root, const char* file);

/// Removes the record of the last trusted moment; false where there was none.
[[nodiscard]] Result<bool> remove_last_good(const Root& root);

}  // namespace clockguard
