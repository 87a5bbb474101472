// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/gate/forget.hpp"

#include <fmt/core.h>

#include "clockguard/command/base/print.hpp"
#include "clockguard/command/clock/report_base.hpp"
#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/clock/records.hpp"
#include "clockguard/edge/gate/gate_lock.hpp"

namespace clockguard {
namespace {

std::string summary_of(const Floor& floor, bool removed)
{
    if (!removed)
        return "nothing to forget: no verified moment is on record";
    if (!floor.last_trusted)
        return "forgotten: a record of no verified moment, or one that could not be read";
    const TrustedMoment& moment = *floor.last_trusted;
    return fmt::format("forgotten: the clock was verified at {} (by {})", to_text(moment.at),
                       moment.by.empty() ? "an unknown source" : moment.by);
}

}  // namespace

ExitCode run_forget(const Context& context)
{
    const Floor floor = read_floor(context.root);
    const auto removed = remove_last_good(context.root);
    if (!removed)
        return give_up(removed.error());
    // A gate that waits read the record when it began: it is asked to forget it too.
    const auto requested = is_gate_waiting(context.root)
                               ? write_atomically(context.root, forget_file, "")
                               : Result<void>{};
    if (!requested)
        return give_up(requested.error());
    answer(context, "forget", summary_of(floor, *removed));
    return ExitCode::Healthy;
}

}  // namespace clockguard
