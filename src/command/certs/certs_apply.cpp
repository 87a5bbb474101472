// SPDX-License-Identifier: Apache-2.0
#include "command/certs/certs_apply.hpp"

#include <utility>

#include <fmt/core.h>

#include "clockguard/command/certs/certs_replace.hpp"
#include "clockguard/command/certs/last_start.hpp"
#include "clockguard/command/certs/served.hpp"
#include "clockguard/core/certs/backup_json.hpp"
#include "clockguard/edge/certs/certificate_store.hpp"

namespace clockguard {
namespace {

std::vector<std::string> names_of(const std::vector<Renewal>& renewals)
{
    std::vector<std::string> names;
    names.reserve(renewals.size());
    for (const Renewal& renewal : renewals)
        names.push_back(renewal.action.name);
    return names;
}

Result<Backup> back_up(const Refresh& refresh, const std::vector<Renewal>& ready)
{
    std::vector<FileChange> files;
    files.reserve(ready.size());
    for (const Renewal& renewal : ready)
        files.push_back(renewal.change);
    return save_backup(
        refresh.context.root,
        {.name = backup_name(refresh.now), .made_at = refresh.now, .reason = "certs refresh"},
        files);
}

Result<void> record(const Refresh& refresh, const std::vector<RefreshRecord>& log,
                    const std::vector<Renewal>& ready)
{
    RefreshRecord record{.boot_id = refresh.world.host().boot_id,
                         .uptime = refresh.world.uptime().time_since_epoch(),
                         .time = refresh.now,
                         .names = names_of(ready)};
    return save_refresh_log(refresh.context.root, with_record(log, std::move(record)));
}

void append(std::vector<Finding>& to, const std::vector<Finding>& more)
{
    to.insert(to.end(), more.begin(), more.end());
}

/// The result with what was replaced, and with what the servers serve of it.
Refreshed with_replaced(const Refresh& refresh, Refreshed result, const Replaced& replaced)
{
    result.done = replaced.done;
    result.warned = replaced.warned;
    append(result.failed, replaced.failed);
    append(result.refused, replaced.refused);
    if (!refresh.world.served_serial)
        return result;
    const ServedReport served =
        check_served(names_of(result.done), replaced.survey,
                     {.serial = refresh.world.served_serial, .wait = refresh.world.wait});
    append(result.failed, served.failed);
    result.served = served.lines;
    if (!result.served.empty() && needs_restart(result))
        result.served.emplace_back("the daemons read the rest at their next start");
    return result;
}

Applied refused(std::string_view why)
{
    return {.code = ExitCode::Refused, .why = cannot_refresh(why)};
}

}  // namespace

Error cannot_refresh(std::string_view why)
{
    return {.what = fmt::format("cannot refresh certificates: {}", why)};
}

std::string reset_date_of_containerd(const Refresh& refresh)
{
    if (refresh.options.dry_run || !refresh.options.select.names.empty())
        return {};
    const auto reset = reset_last_start(refresh.context, refresh.world, refresh.now);
    if (!reset)
        complain(to_text(reset.error()));
    return reset.value_or("");
}

/// It is recorded before anything is replaced: a refresh that is killed half-way counts as one.
Applied apply_renewals(const Refresh& refresh, const CertProfile& profile,
                       std::vector<Renewal> ready, Refreshed result)
{
    if (const std::string moved = refresh.world.clock_moved(); !moved.empty())
        return refused(fmt::format("{} since it was verified. Run it again.", moved));
    const auto [log, complaint] = load_log(refresh.context.root, refreshes_file);
    if (!complaint.empty())
        complain(complaint);
    const std::string objection = refresh_objection(log, refresh.world.host().boot_id,
                                                    refresh.world.uptime().time_since_epoch());
    // The limit stops a loop of the units; a command that is typed is obeyed.
    if (!objection.empty() && refresh.context.in_unit)
        return refused(fmt::format("{}: clockguard explain {}", objection, "CG414"));
    result.last_start = reset_date_of_containerd(refresh);
    const auto backup = back_up(refresh, ready);
    if (!backup)
        return {.code = ExitCode::Critical, .why = backup.error()};
    const auto recorded = record(refresh, log, ready);
    if (!recorded)
        return {.code = ExitCode::Critical, .why = recorded.error()};
    auto replaced = replace_all({.context = refresh.context,
                                 .profile = profile,
                                 .reader = refresh.reader,
                                 .now = refresh.now,
                                 .select = refresh.select,
                                 .clock_moved = refresh.world.clock_moved},
                                std::move(ready));
    if (!replaced)
        return {.code = ExitCode::Critical, .why = replaced.error()};
    result.backup = fmt::format("{}/{}", refresh.context.root.path(backups_folder), backup->name);
    result = with_replaced(refresh, std::move(result), *replaced);
    return {.result = std::move(result), .survey = std::move(replaced->survey)};
}

}  // namespace clockguard
