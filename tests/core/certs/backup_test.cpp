// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/backup.hpp"
#include "clockguard/core/certs/backup_json.hpp"
#include "clockguard/core/certs/backup_table.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

Backup backup(const std::string& made_at, const std::string& reason,
              const std::vector<std::string>& paths)
{
    const Instant when = parse_instant(made_at).value_or(Instant{});
    Backup made{.name = backup_name(when), .made_at = when, .reason = reason};
    for (const std::string& path : paths)
        made.files.push_back({.path = path});
    return made;
}

const std::vector<Backup> two{
    backup("2026-03-04T11:00:00Z", "certs undo", {"/certs/server.crt"}),
    backup("2026-03-03T08:20:11Z", "certs refresh", {"/certs/server.crt", "/certs/ca.crt"})};

TEST(BackupTable, TellsWhenWhyAndHowManyFiles)
{
    EXPECT_EQ(render_backups(two, false, "/"),
              "BACKUP              MADE AT           REASON         FILES\n"
              "20260304T110000Z    2026-03-04 11:00  certs undo         1\n"
              "20260303T082011Z    2026-03-03 08:20  certs refresh      2\n"
              "To restore one: sudo clockguard certs undo --to BACKUP\n");
}

TEST(BackupTable, NamesTheFilesWhenTold)
{
    EXPECT_EQ(render_backups(two, true, "/"),
              "BACKUP              MADE AT           REASON         FILES\n"
              "20260304T110000Z    2026-03-04 11:00  certs undo         1\n"
              "  /certs/server.crt\n"
              "20260303T082011Z    2026-03-03 08:20  certs refresh      2\n"
              "  /certs/server.crt\n"
              "  /certs/ca.crt\n"
              "To restore one: sudo clockguard certs undo --to BACKUP\n");
}

TEST(BackupTable, LeadsToTheDiskThatItWasReadFrom)
{
    EXPECT_TRUE(
        render_backups(two, false, "/mnt")
            .ends_with("To restore one: sudo clockguard certs undo --to BACKUP --root /mnt\n"));
    EXPECT_EQ(how_to_go_back("20260304T110000Z", "/mnt"),
              "backup 20260304T110000Z. To go back: sudo clockguard certs undo --root /mnt\n");
}

TEST(BackupTable, SaysThatThereIsNone)
{
    EXPECT_EQ(render_backups({}, true, "/"), "there is no backup\n");
}

}  // namespace
}  // namespace clockguard
