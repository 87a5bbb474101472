// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/gate/boot_records.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "clockguard/core/report/report.hpp"
#include "support/tree.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using Strings = std::vector<std::string>;

Report report_of(const std::string& boot, Instant taken_at)
{
    Report report{.host = {.boot_id = boot}, .run = {.command = "gate", .time = taken_at}};
    report.starts.rtc = ClaimedStart{.at = taken_at, .error = 1s, .by = "rtc_cmos 00:04"};
    return report;
}

Strings ids_of(const BootRecords& records)
{
    Strings ids;
    for (const BootRecord& record : records.newest_first)
        ids.push_back(record.boot_id);
    return ids;
}

TEST(BootRecords, AreOrderedByTheirNumbersAndNotByAWrongClock)
{
    const Tree tree;
    const Root root{tree.folder()};

    ASSERT_TRUE(save_boot_record(root, report_of("a-month-ahead", Instant{1791072065s})));
    ASSERT_TRUE(save_boot_record(root, report_of("right", Instant{1788566488s})));
    ASSERT_TRUE(save_boot_record(root, report_of("a-month-ahead", Instant{1791072065s})));

    const BootRecords records = load_boot_records(root);
    EXPECT_EQ(ids_of(records), (Strings{"right", "a-month-ahead"}));
    EXPECT_EQ(records.newest_first[0].number, 2);
    EXPECT_EQ(records.newest_first[1].number, 1);
    EXPECT_EQ(records.newest_first[1].starts.rtc->at, Instant{1791072065s});
    EXPECT_EQ(records.unreadable, Strings{});
}

TEST(BootRecords, SkipsAndNamesWhatCannotBeRead)
{
    const Tree tree{{"/var/lib/clockguard/boots/torn.json", "{\"schema\": \"clock"},
                    {"/var/lib/clockguard/boots/notes.txt", "not ours"}};
    const Root root{tree.folder()};
    ASSERT_TRUE(save_boot_record(root, report_of("b1", Instant{1788566488s})));

    const BootRecords records = load_boot_records(root);

    EXPECT_EQ(ids_of(records), Strings{"b1"});
    EXPECT_EQ(records.unreadable,
              Strings{"cannot read '" + tree.path("/var/lib/clockguard/boots/torn.json") +
                      "': not JSON, or cut off"});
    EXPECT_TRUE(load_boot_records(Root{tree.path("/none")}).newest_first.empty());
}

TEST(BootRecords, KeepTheNewestHundred)
{
    const Tree tree{{"/var/lib/clockguard/boots/torn.json", "{"}};
    const Root root{tree.folder()};
    for (int i = 1; i <= 102; ++i)
        ASSERT_TRUE(save_boot_record(root, report_of(fmt::format("b{}", i), Instant{})));

    const BootRecords records = load_boot_records(root);

    EXPECT_EQ(records.newest_first.size(), 100U);
    EXPECT_EQ(records.newest_first.front().boot_id, "b102");
    EXPECT_EQ(records.newest_first.back().boot_id, "b3");
    EXPECT_EQ(records.unreadable, Strings{});
}

}  // namespace
}  // namespace clockguard
