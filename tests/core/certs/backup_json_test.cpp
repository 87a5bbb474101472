// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/backup_json.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;

const std::string manifest = R"({
  "schema": "clockguard.backup/v1",
  "name": "20260303T082011Z",
  "number": 7,
  "made_at": "2026-03-03T08:20:11Z",
  "reason": "certs refresh",
  "files": [
    {
      "name": "server",
      "path": "/certs/server.crt",
      "stored": "certs/server.crt",
      "owner": 1,
      "group": 2,
      "mode": "0660"
    }
  ]
}
)";

/// With one text of it in the place of another.
std::string changed(const std::string& from, const std::string& to)
{
    std::string text = manifest;
    return text.replace(text.find(from), from.size(), to);
}

std::string refusal_of(std::string_view text)
{
    const auto backup = parse_backup(text);
    return backup ? "accepted" : to_text(backup.error());
}

TEST(BackupManifest, IsWrittenLikeThis)
{
    EXPECT_EQ(render_json(Backup{.name = "20260303T082011Z",
                                 .number = 7,
                                 .made_at = Instant{1772526011s},
                                 .reason = "certs refresh",
                                 .files = {{.name = "server",
                                            .path = "/certs/server.crt",
                                            .stored = "certs/server.crt",
                                            .owner = 1,
                                            .group = 2,
                                            .mode = 0660}}}),
              manifest);
}

TEST(BackupManifest, IsReadBack)
{
    const auto read = parse_backup(manifest);

    ASSERT_TRUE(read) << to_text(read.error());
    EXPECT_EQ(render_json(*read), manifest);
    EXPECT_EQ(read->files.front().mode, 0660U);
}

/// What it says of modes is carried out by root.
TEST(BackupManifest, GivesNoModeBeyondTheTwelveBits)
{
    const auto mode_of = [](const std::string& written) {
        return parse_backup(changed("\"0660\"", written))->files.front().mode;
    };

    EXPECT_EQ(mode_of("\"7777\""), 07777U);
    EXPECT_EQ(mode_of("\"100644\""), 0644U);
    EXPECT_EQ(mode_of("\"rw-\""), 0U);
    EXPECT_EQ(mode_of("\"0680\""), 0U);
}

TEST(BackupManifest, GoesOnWithoutATimeThatIsNone)
{
    const auto read = parse_backup(changed("2026-03-03T08:20:11Z", "yesterday"));

    ASSERT_TRUE(read) << to_text(read.error());
    EXPECT_EQ(read->made_at, Instant{});
}

TEST(BackupManifest, LeadsNowhereElse)
{
    const std::string unusable = "names an unusable path: ";

    for (const char* stored : {"../x", "/etc/shadow", "", "a/../x"})
        EXPECT_EQ(refusal_of(changed("\"certs/server.crt\"", "\"" + std::string{stored} + "\"")),
                  unusable + "'/certs/server.crt'")
            << stored;
    EXPECT_EQ(refusal_of(changed("/certs/server.crt", "/certs/../x")), unusable + "'/certs/../x'");
    EXPECT_EQ(refusal_of(changed("/certs/server.crt", "")), unusable + "''");
}

TEST(BackupManifest, IsRefusedWhereItIsAnother)
{
    const std::string other = "is not clockguard.backup/v1";

    EXPECT_EQ(refusal_of(manifest.substr(0, manifest.size() - 2)), other);
    EXPECT_EQ(refusal_of("{}"), other);
    EXPECT_EQ(refusal_of(changed("backup/v1", "backup/v2")), other);
    EXPECT_EQ(refusal_of(changed("\"number\": 7", "\"number\": \"7\"")), other);
    EXPECT_EQ(refusal_of(changed("\"owner\": 1,", "")), other);
    EXPECT_EQ(refusal_of(render_json(Backup{})), "names no file");
}

TEST(BackupName, IsATimeWithoutColons)
{
    EXPECT_EQ(backup_name(Instant{1772526011s}), "20260303T082011Z");
}

}  // namespace
}  // namespace clockguard
