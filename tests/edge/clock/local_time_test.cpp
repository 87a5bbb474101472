// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/local_time.hpp"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "support/tree.hpp"

namespace clockguard {
namespace {

std::chrono::sys_seconds second_of(std::string_view text)
{
    return std::chrono::floor<std::chrono::seconds>(parse_instant(text).value_or(Instant{}));
}

std::string from_wall(const Root& root, std::string_view text, std::string_view expected)
{
    return to_text(Instant{from_local(root, second_of(text), second_of(expected))});
}

std::string from_wall(const Root& root, std::string_view text)
{
    return from_wall(root, text, text);
}

std::string on_wall(const Root& root, std::string_view text)
{
    return to_text(Instant{to_local(root, second_of(text))});
}

/// The disk of a machine in Berlin.
class Berlin : public Tree {
public:
    Berlin() : Tree{{"/etc/adjtime", ""}}
    {
        std::filesystem::copy_file("/usr/share/zoneinfo/Europe/Berlin", path("/etc/localtime"));
    }

    Root root() const { return {.folder = folder()}; }
};

/// While one lives, the caller is somewhere else.
class InTokyo {
public:
    InTokyo() { ::setenv("TZ", "Asia/Tokyo", 1); }
    InTokyo(const InTokyo&) = delete;
    InTokyo& operator=(const InTokyo&) = delete;
    ~InTokyo() { ::unsetenv("TZ"); }
};

TEST(LocalTime, IsAheadOfUtcByTheZoneAndItsSummer)
{
    const Berlin disk;

    EXPECT_EQ(from_wall(disk.root(), "2026-04-03T08:20:34Z"), "2026-04-03T06:20:34Z");
    EXPECT_EQ(from_wall(disk.root(), "2026-01-15T08:20:34Z"), "2026-01-15T07:20:34Z");
    EXPECT_EQ(on_wall(disk.root(), "2026-04-03T06:20:34Z"), "2026-04-03T08:20:34Z");
    EXPECT_EQ(on_wall(disk.root(), "2026-01-15T07:20:34Z"), "2026-01-15T08:20:34Z");
}

/// Clocks in Berlin show 02:30 twice on 2026-10-25: at 00:30 and at 01:30 UTC.
TEST(LocalTime, IsInTheHourOfAutumnThatIsExpected)
{
    const Berlin disk;
    const auto moment = [&](const char* shown, const char* expected) {
        return from_wall(disk.root(), shown, expected);
    };

    EXPECT_EQ(moment("2026-10-25T02:30:00Z", "2026-10-25T00:31:00Z"), "2026-10-25T00:30:00Z");
    EXPECT_EQ(moment("2026-10-25T02:30:00Z", "2026-10-25T01:29:00Z"), "2026-10-25T01:30:00Z");
    EXPECT_EQ(moment("2026-10-25T03:30:00Z", "2026-10-25T01:29:00Z"), "2026-10-25T02:30:00Z");
    EXPECT_EQ(moment("2026-07-01T12:00:00Z", "2026-11-01T00:00:00Z"), "2026-07-01T10:00:00Z");
}

TEST(LocalTime, IsUtcWhereThereIsNoZone)
{
    const InTokyo caller;
    const Tree tree;
    const Tree torn{{"/etc/localtime", "no zone"}};

    for (const std::string& folder : {tree.folder(), torn.folder()}) {
        EXPECT_EQ(from_wall({.folder = folder}, "2026-04-03T08:20:34Z"), "2026-04-03T08:20:34Z");
        EXPECT_EQ(on_wall({.folder = folder}, "2026-04-03T08:20:34Z"), "2026-04-03T08:20:34Z");
    }
}

TEST(LocalTime, DoesNotDependOnWhoAsks)
{
    const Berlin disk;
    const std::string by_itself = on_wall({}, "2026-04-03T06:20:34Z");
    const InTokyo caller;

    EXPECT_EQ(on_wall(disk.root(), "2026-04-03T06:20:34Z"), "2026-04-03T08:20:34Z");
    EXPECT_EQ(on_wall({}, "2026-04-03T06:20:34Z"), by_itself);
    EXPECT_STREQ(std::getenv("TZ"), "Asia/Tokyo");
}

TEST(LocalTime, LeavesNoZoneToACallerWhoHadNone)
{
    const Berlin disk;

    from_wall(disk.root(), "2026-04-03T08:20:34Z");

    EXPECT_EQ(std::getenv("TZ"), nullptr);
}

/// However the root is called, and where its link leads as its own machine sees it.
TEST(LocalTime, IsThatOfAnotherRoot)
{
    const Tree tree{{"/usr/share/zoneinfo/Example/keep", ""}, {"/etc/adjtime", ""}};
    std::filesystem::copy_file("/usr/share/zoneinfo/Europe/Berlin",
                               tree.path("/usr/share/zoneinfo/Example/One"));
    std::filesystem::create_symlink("/usr/share/zoneinfo/Example/One", tree.path("/etc/localtime"));
    const Root root{.folder = std::filesystem::relative(tree.folder()).string()};

    EXPECT_EQ(from_wall(root, "2026-04-03T08:20:34Z"), "2026-04-03T06:20:34Z");
}

}  // namespace
}  // namespace clockguard
