// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/gate/boot_records.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "clockguard/core/report/report_json.hpp"
#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/clock/records.hpp"

namespace clockguard {
namespace {

constexpr const char* boots_folder = "/var/lib/clockguard/boots";
constexpr std::size_t boots_kept = 100;

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
            kept.push_back(
                {.path = path, .modified = *modified, .report = load_report(root, path)});
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

void drop_oldest(const Root& root, const std::vector<Kept>& kept, const std::string& spared)
{
    std::size_t staying = 1;  // the spared one
    for (const Kept& record : kept)
        if (record.path != spared && ++staying > boots_kept)
            static_cast<void>(remove_file(root, record.path));
}

}  // namespace

Result<void> save_boot_record(const Root& root, const Report& report)
{
    const std::string& boot = report.host.boot_id;
    if (boot.empty() || boot.find('/') != std::string::npos)
        return fail("cannot keep a record of this boot: the kernel gives no boot id");
    const std::vector<Kept> kept = list_records(root);
    Report numbered = report;
    numbered.boot_number = number_of(boot, kept);
    const std::string path = fmt::format("{}/{}.json", boots_folder, boot);
    auto written = write_atomically(root, path, render_json(numbered));
    if (written)
        drop_oldest(root, kept, path);
    return written;
}

BootRecords load_boot_records(const Root& root)
{
    BootRecords records;
    const auto names = list_folder(root, boots_folder);
    if (!names && names.error().code != std::errc::no_such_file_or_directory)
        records.unreadable.push_back(to_text(names.error()));
    for (const Kept& kept : list_records(root))
        if (kept.report)
            records.newest_first.push_back(to_boot_record(*kept.report));
        else
            records.unreadable.push_back(to_text(kept.report.error()));
    std::ranges::stable_sort(records.newest_first, is_newer);
    return records;
}

}  // namespace clockguard
