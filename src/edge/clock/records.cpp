// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/records.hpp"

#include <fmt/core.h>

#include "clockguard/core/report/report_json.hpp"
#include "clockguard/core/report/report_reader_json.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/base/guarded.hpp"
#include "clockguard/edge/base/machine.hpp"

namespace clockguard {

Result<Report> load_report(const Root& root, const std::string& file)
{
    const std::string path = root.path(file);
    const auto text = read_record(root, file);
    if (!text)
        return fail(text.error());
    auto report = parse_report(*text);
    if (!report)
        return fail(fmt::format("cannot read '{}': {}", path, report.error().what));
    return report;
}

Result<Report> load_this_boot(const Root& root, const std::string& file)
{
    auto report = load_report(root, file);
    if (report && report->host.boot_id != read_host(root).boot_id)
        return fail(fmt::format("'{}' is of another boot", root.path(file)));
    return report;
}

std::optional<RecordedTimeSync> load_time_sync(const Root& root)
{
    const auto early = load_this_boot(root, early_file);
    if (!early || !early->time_sync)
        return std::nullopt;
    return RecordedTimeSync{.record = *early->time_sync,
                            .age = uptime_now().time_since_epoch() - early->run.uptime};
}

Result<void> save_state(const Root& root, const Report& report)
{
    return write_atomically(root, state_file, render_json(report));
}

Result<void> save_last_good(const Root& root, const Report& report)
{
    if (!report.run.clock_trusted)
        return fail("cannot record the clock as verified: it is not");
    return write_atomically(root, last_good_file, render_json(report));
}

Floor read_floor(const Root& root)
{
    Floor floor{.built = parse_instant(CLOCKGUARD_BUILD_DATE).value_or(Instant{})};
    const auto good = load_report(root, last_good_file);
    if (good && good->run.clock_trusted)
        floor.last_trusted = TrustedMoment{.at = good->run.time, .by = good->run.trusted_by};
    else if (!good && good.error().code != std::errc::no_such_file_or_directory)
        floor.unreadable = fmt::format("{}, ignoring", to_text(good.error()));
    return floor;
}

bool is_requested(const Root& root, const char* file)
{
    return read_record(root, file).operator bool();
}

Result<bool> remove_last_good(const Root& root)
{
    const auto removed = remove_file(root, last_good_file);
    if (removed)
        return true;
    if (removed.error() == std::errc::no_such_file_or_directory)
        return false;
    return fail(fmt::format("cannot remove record '{}'", root.path(last_good_file)),
                removed.error());
}

}  // namespace clockguard
