// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/records.hpp"

#include <filesystem>

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "clockguard/core/report/report_json.hpp"
#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/gate/boot_records.hpp"
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

TEST(TimeSyncOnRecord, IsOfThisBootOnly)
{
    Report early = report_of("b1", Instant{1788566488s});
    early.time_sync = TimeSyncRecord{.clock = "ptp:hyperv"};
    const Tree tree{{"/run/clockguard/early.json", render_json(early)},
                    {"/proc/sys/kernel/random/boot_id", "b1\n"}};
    const Tree later{{"/run/clockguard/early.json", render_json(early)},
                     {"/proc/sys/kernel/random/boot_id", "b2\n"}};

    const auto recorded = load_time_sync(Root{tree.folder()});

    ASSERT_TRUE(recorded);
    EXPECT_EQ(recorded->record.clock, "ptp:hyperv");
    EXPECT_FALSE(load_time_sync(Root{later.folder()}));
    EXPECT_FALSE(load_time_sync(Root{Tree{}.folder()}));
}

TEST(LastGood, RemembersTheMomentAndWhoVouched)
{
    const Tree tree;
    const Root root{tree.folder()};
    Report good = report_of("b1", Instant{1788566488s});
    good.run.clock_trusted = true;
    good.run.trusted_by = "rtc:/dev/rtc0";
    ASSERT_TRUE(save_last_good(root, good));

    const Floor floor = read_floor(root);
    const auto removed = remove_last_good(root);
    const auto again = remove_last_good(root);

    ASSERT_TRUE(floor.last_trusted);
    EXPECT_EQ(floor.last_trusted->at, Instant{1788566488s});
    EXPECT_EQ(floor.last_trusted->by, "rtc:/dev/rtc0");
    EXPECT_TRUE(removed && *removed);
    EXPECT_TRUE(again && !*again);
    EXPECT_FALSE(read_floor(root).last_trusted);
}

TEST(LastGood, IsIgnoredWhereItCannotBeRead)
{
    const Tree tree{{"/var/lib/clockguard/last-good.json", "{\"schema\": \"clock"}};

    const Floor floor = read_floor(Root{tree.folder()});

    EXPECT_FALSE(floor.last_trusted);
    EXPECT_NE(floor.unreadable, "");
}

/// The disk of another machine may have a link to this machine's folder.
TEST(LastGood, IsRemovedBelowTheRootOnly)
{
    const Tree tree{{"/live/last-good.json", "ours"}, {"/in/var/lib/x", ""}};
    std::filesystem::create_symlink(tree.path("/live"), tree.path("/in/var/lib/clockguard"));

    const auto removed = remove_last_good(Root{tree.path("/in")});

    EXPECT_TRUE(removed && !*removed);
    EXPECT_EQ(tree.read("/live/last-good.json"), "ours");
}

TEST(Orders, CountFromRootAlone)
{
    const Tree tree{{release_file, ""}};
    const Root root{tree.folder()};
    EXPECT_TRUE(is_requested(root, release_file));
    EXPECT_FALSE(is_requested(root, forget_file));

    ::chmod(tree.path("/run/clockguard").c_str(), 0777);

    EXPECT_FALSE(is_requested(root, release_file));
}

/// Whoever may write the record could else say when the clock was right.
TEST(LastGood, IsIgnoredWhereOthersMayWriteIt)
{
    const Tree tree;
    const Root root{tree.folder()};
    Report good = report_of("b1", Instant{1788566488s});
    good.run.clock_trusted = true;
    ASSERT_TRUE(save_last_good(root, good));
    ASSERT_TRUE(read_floor(root).last_trusted);
    const std::string path = tree.path("/var/lib/clockguard/last-good.json");
    ::chmod(path.c_str(), 0666);

    const Floor floor = read_floor(root);

    EXPECT_FALSE(floor.last_trusted);
    EXPECT_EQ(floor.unreadable, "cannot trust '" + path +
                                    "': users other than its owner may write it (mode 0666), "
                                    "ignoring");
}

TEST(StateOnRecord, IsNotBelievedInAFolderThatOthersMayWrite)
{
    const Tree tree{{"/run/clockguard/state.json", render_json(report_of("b1", Instant{}))}};
    const Root root{tree.folder()};
    ASSERT_TRUE(load_report(root, state_file));
    ::chmod(tree.path("/run/clockguard").c_str(), 0777);

    EXPECT_EQ(to_text(load_report(root, state_file).error()),
              "cannot trust folder '" + tree.path("/run/clockguard") +
                  "': users other than its owner may write it (mode 0777)");
}

}  // namespace
}  // namespace clockguard
