// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/refresh_log.hpp"
#include "clockguard/core/certs/refresh_log_json.hpp"

#include <gtest/gtest.h>

#include "clockguard/core/certs/backup.hpp"
#include "clockguard/core/certs/backup_json.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

std::vector<RefreshRecord> at_minutes(std::initializer_list<int> minutes)
{
    std::vector<RefreshRecord> log;
    for (const int minute : minutes)
        log.push_back({.boot_id = "b", .uptime = std::chrono::minutes{minute}});
    return log;
}

TEST(RefreshLimit, AllowsThreeAnHour)
{
    EXPECT_EQ(refresh_objection({}, "b", 5min), "");
    EXPECT_EQ(refresh_objection(at_minutes({1, 2}), "b", 5min), "");
    EXPECT_EQ(refresh_objection(at_minutes({1, 2, 3}), "b", 5min),
              "limit of 3 refreshes an hour reached (next possible in 56 min). If you did not run "
              "them, something keeps overwriting the certificates");
}

/// What was typed counts, and is not refused: there may be more than three.
TEST(RefreshLimit, TellsWhenTheNextIsPossible)
{
    EXPECT_NE(refresh_objection(at_minutes({1, 20, 30, 40, 50}), "b", 55min).find("in 35 min)"),
              std::string::npos);
    EXPECT_NE(refresh_objection(at_minutes({1, 20, 30, 40, 50}), "b", 90min - 1s), "");
    EXPECT_EQ(refresh_objection(at_minutes({1, 20, 30, 40, 50}), "b", 90min), "");
}

TEST(RefreshLimit, ForgetsAfterAnHourOfUptime)
{
    EXPECT_NE(refresh_objection(at_minutes({1, 2, 3}), "b", 61min - 1us), "");
    EXPECT_EQ(refresh_objection(at_minutes({1, 2, 3}), "b", 61min), "");
}

TEST(RefreshLimit, CountsOnlyThisBoot)
{
    EXPECT_EQ(refresh_objection(at_minutes({1, 2, 3}), "another", 5min), "");
}

TEST(RefreshLog, GoesThereAndBack)
{
    const std::vector<RefreshRecord> log{
        {.boot_id = "b", .uptime = 123456789us, .time = Instant{1772526011s}, .names = {"server"}}};

    const auto read = parse_refresh_log(render_json(log));

    ASSERT_TRUE(read) << to_text(read.error());
    ASSERT_EQ(read->size(), 1U);
    EXPECT_EQ(read->front().boot_id, "b");
    EXPECT_EQ(read->front().uptime, 123456789us);
    EXPECT_EQ(to_text(read->front().time), "2026-03-03T08:20:11Z");
    EXPECT_EQ(read->front().names, std::vector<std::string>{"server"});
}

TEST(RefreshLog, KeepsTheNewestHundred)
{
    std::vector<RefreshRecord> log;
    for (int i = 0; i < 120; ++i)
        log = with_record(std::move(log), {.uptime = std::chrono::minutes{i}});

    ASSERT_EQ(log.size(), 100U);
    EXPECT_EQ(log.front().uptime, Span{20min});
    EXPECT_EQ(log.back().uptime, Span{119min});
}

TEST(RefreshLog, IsRefusedInEveryTruncation)
{
    const std::string whole = render_json(std::vector<RefreshRecord>{{.boot_id = "b"}});
    for (std::size_t size = 0; size + 1 < whole.size(); ++size)
        EXPECT_FALSE(parse_refresh_log(whole.substr(0, size))) << size;
}

TEST(BackupManifest, GoesThereAndBack)
{
    const Backup backup{.name = "n",
                        .number = 7,
                        .made_at = Instant{1772526011s},
                        .reason = "certs refresh",
                        .files = {{.name = "server",
                                   .path = "/certs/server.crt",
                                   .stored = "certs/server.crt",
                                   .owner = 1,
                                   .group = 2,
                                   .mode = 0660}}};

    const auto read = parse_backup(render_json(backup));

    ASSERT_TRUE(read) << to_text(read.error());
    EXPECT_EQ(render_json(*read), render_json(backup));
    EXPECT_EQ(read->files.front().mode, 0660U);
}

TEST(BackupManifest, LeadsNobodyAstray)
{
    Backup backup{.files = {{.path = "/certs/server.crt", .stored = "certs/server.crt"}}};
    for (const char* stored : {"../x", "/etc/shadow", ""}) {
        backup.files.front().stored = stored;
        EXPECT_FALSE(parse_backup(render_json(backup))) << stored;
    }
    backup.files.front() = {.path = "/certs/../x", .stored = "x"};
    EXPECT_FALSE(parse_backup(render_json(backup)));
    EXPECT_FALSE(parse_backup(render_json(Backup{.name = "20260303T082011Z"})));
}

TEST(BackupName, IsATimeWithoutColons)
{
    EXPECT_EQ(backup_name(Instant{1772526011s}), "20260303T082011Z");
}

}  // namespace
}  // namespace clockguard
