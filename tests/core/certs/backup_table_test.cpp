// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/backup_table.hpp"

#include <gtest/gtest.h>

#include "support/instant.hpp"

namespace clockguard {
namespace {

const std::vector<Backup> two{
    {.name = "20260304T110000Z",
     .made_at = at("2026-03-04T11:00:00Z"),
     .reason = "certs undo",
     .files = {{.path = "/certs/server.crt"}}},
    {.name = "20260303T082011Z",
     .made_at = at("2026-03-03T08:20:11Z"),
     .reason = "certs refresh",
     .files = {{.path = "/certs/server.crt"}, {.path = "/certs/ca.crt"}}}};

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
