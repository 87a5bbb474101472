// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/gate/records.hpp"

#include <algorithm>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "clockguard/core/report/codes.hpp"
#include "clockguard/core/report/report_json.hpp"
#include "clockguard/core/base/text.hpp"
#include "clockguard/edge/certs/certificate_store.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/base/sys.hpp"

namespace clockguard {
namespace {

constexpr const char* boots_folder = "/var/lib/clockguard/boots";
constexpr std::size_t boots_kept = 100;

/// A one-line file without its newline; empty when it cannot be read.
std::string read_line(const Root& root, const std::string& file)
{
    return std::string{first_line(read_file(root, file).value_or(""))};
}

/// PRETTY_NAME="Debian GNU/Linux 12 (bookworm)" of os-release(5).
std::string read_os(const Root& root)
{
    constexpr std::string_view key = "PRETTY_NAME=\"";
    const std::string text = read_file(root, "/etc/os-release").value_or("");
    const auto begin = text.find(key);
    if (begin == std::string::npos)
        return {};
    const auto end = text.find('"', begin + key.size());
    return text.substr(begin + key.size(), end - begin - key.size());
}

/// A file of boots_folder; what is torn or foreign is one too.
struct Kept {
    std::string path{};
    Instant modified{};
    Result<Report> report = fail("not read");

    std::int64_t number() const { return report ? report->boot_number : 0; }
};

bool is_younger(const Kept& one, const Kept& other)
{
    return std::pair{one.number(), one.modified} > std::pair{other.number(), other.modified};
}

std::vector<Kept> list_records(const Root& root)
{
    std::vector<Kept> kept;
    const auto names = list_folder(root, boots_folder);
    for (const std::string& name : names.value_or(std::vector<std::string>{})) {
        const std::string path = fmt::format("{}/{}", boots_folder, name);
        const auto modified = last_modified(root, path);
        if (name.ends_with(".json") && modified)
            kept.push_back({.path = root.path(path),
                            .modified = *modified,
                            .report = load_report(root, path)});
    }
    std::ranges::sort(kept, is_younger);
    return kept;
}

/// This boot's number: the one it has on record, else one more than the last boot's.
std::int64_t number_of(const std::string& boot, const std::vector<Kept>& kept)
{
    for (const Kept& record : kept)
        if (record.report && record.report->host.boot_id == boot && record.number() != 0)
            return record.number();
    return kept.empty() ? 1 : kept.front().number() + 1;
}

void drop_oldest(const std::vector<Kept>& kept, const std::string& spared)
{
    std::size_t staying = 1;  // the spared one
    for (const Kept& record : kept)
        if (record.path != spared && ++staying > boots_kept)
            ::unlink(record.path.c_str());
}

}  // namespace

std::vector<std::string> read_system_ids(const Root& root)
{
    return system_ids(read_file(root, "/etc/os-release").value_or(""));
}

ReportHost read_host(const Root& root)
{
    return {.hostname = read_line(root, "/proc/sys/kernel/hostname"),
            .boot_id = read_line(root, "/proc/sys/kernel/random/boot_id"),
            .os = read_os(root),
            .kernel = read_line(root, "/proc/sys/kernel/osrelease")};
}

Result<Report> load_report(const Root& root, const std::string& file)
{
    const std::string path = root.path(file);
    const auto text = read_file(root, file);
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
    return write_atomically(root.path(state_file), render_json(report));
}

Result<void> save_boot_record(const Root& root, const Report& report)
{
    const std::string folder = root.path(boots_folder);
    const std::string& boot = report.host.boot_id;
    if (boot.empty() || boot.find('/') != std::string::npos)
        return fail("cannot keep a record of this boot: the kernel gives no boot id");
    const std::vector<Kept> kept = list_records(root);
    Report numbered = report;
    numbered.boot_number = number_of(boot, kept);
    const std::string path = fmt::format("{}/{}.json", folder, boot);
    auto written = write_atomically(path, render_json(numbered));
    if (written)
        drop_oldest(kept, path);
    return written;
}

BootRecords load_boot_records(const Root& root)
{
    BootRecords records;
    std::string complaint;
    const std::vector<RefreshRecord> refreshes = load_refresh_log(root, complaint);
    if (!complaint.empty())
        records.unreadable.push_back(complaint);
    const auto names = list_folder(root, boots_folder);
    if (!names && names.error().code != std::errc::no_such_file_or_directory)
        records.unreadable.push_back(to_text(names.error()));
    for (const Kept& kept : list_records(root))
        if (kept.report)
            records.newest_first.push_back(with_repairs(to_boot_record(*kept.report), refreshes));
        else
            records.unreadable.push_back(to_text(kept.report.error()));
    std::ranges::stable_sort(records.newest_first, is_newer);
    return records;
}

Result<void> save_last_good(const Root& root, const Report& report)
{
    if (!report.run.clock_trusted)
        return fail("cannot mark the clock as good: it is not trusted");
    return write_atomically(root.path(last_good_file), render_json(report));
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

Result<bool> remove_last_good(const Root& root)
{
    const std::string path = root.path(last_good_file);
    const auto removed = sys(::unlink(path.c_str()));
    if (removed)
        return true;
    if (removed.error() == std::errc::no_such_file_or_directory)
        return false;
    return fail(fmt::format("cannot remove record '{}'", path), removed.error());
}

bool runs_on_azure(const Root& root)
{
    constexpr std::string_view tag = "7783-7084-3265-9085-8269-3286-77";
    return read_line(root, "/sys/class/dmi/id/chassis_asset_tag") == tag;
}

bool switched_off(const Root& root)
{
    const std::string line = fmt::format(" {} ", read_line(root, "/proc/cmdline"));
    return line.find(" clockguard=off ") != std::string::npos;
}

}  // namespace clockguard
