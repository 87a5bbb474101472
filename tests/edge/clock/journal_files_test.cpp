// SPDX-License-Identifier: Apache-2.0
#include "edge/clock/journal_files.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "support/tree.hpp"

namespace clockguard {
namespace {

const std::string our_journal = "/var/log/journal/cccccccccccccccccccccccccccccccc";
const std::string other_journal = "/var/log/journal/dddddddddddddddddddddddddddddddd";

/// The names of the files that were opened, below the tree; with "!" and why those that were not.
std::vector<std::string> opened_in(const Tree& tree)
{
    std::vector<std::string> names;
    for (const JournalFile& file : open_journal_files({.folder = tree.folder()})) {
        std::string name = file.name.substr(tree.folder().size());
        names.push_back(file.file ? std::move(name)
                                  : "!" + name + ": " + file.file.error().message());
    }
    return names;
}

using Names = std::vector<std::string>;

TEST(JournalFiles, AreThoseOfTheDiskAndThoseInMemory)
{
    const Tree tree{{our_journal + "/system.journal", ""},
                    {our_journal + "/system@0006449f.journal", ""},
                    {our_journal + "/user-1000@0006449f.journal~", ""},
                    {our_journal + "/notes.txt", ""},
                    {"/run/log/journal/cccccccccccccccccccccccccccccccc/system.journal", ""}};

    EXPECT_EQ(opened_in(tree),
              (Names{our_journal + "/system.journal", our_journal + "/system@0006449f.journal",
                     our_journal + "/user-1000@0006449f.journal~",
                     "/run/log/journal/cccccccccccccccccccccccccccccccc/system.journal"}));
}

TEST(JournalFiles, AreWrittenToWhereTheyWereNotPutAside)
{
    const Tree tree{{our_journal + "/system.journal", ""},
                    {our_journal + "/system@0006449f.journal", ""}};

    const auto files = open_journal_files({.folder = tree.folder()});

    ASSERT_EQ(files.size(), 2U);
    EXPECT_TRUE(files[0].is_active);
    EXPECT_FALSE(files[1].is_active);
}

TEST(JournalFiles, AreNoneWhereThereIsNoJournal)
{
    EXPECT_EQ(opened_in(Tree{}), Names{});
}

TEST(JournalFiles, AreOfTheMachineThatTheRootNames)
{
    const Tree tree{{our_journal + "/system.journal", ""},
                    {other_journal + "/system.journal", ""},
                    {"/etc/machine-id", "dddddddddddddddddddddddddddddddd\n"}};

    EXPECT_EQ(opened_in(tree), Names{other_journal + "/system.journal"});
}

TEST(JournalFiles, AreOfAllMachinesWhereTheRootNamesNoneOfThem)
{
    const Tree tree{{our_journal + "/system.journal", ""}, {other_journal + "/system.journal", ""}};
    const Names both{our_journal + "/system.journal", other_journal + "/system.journal"};

    EXPECT_EQ(opened_in(tree), both);
    tree.write("/etc/machine-id", "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee\n");
    EXPECT_EQ(opened_in(tree), both);
}

TEST(JournalFiles, AreInFoldersThatBelongToAMachine)
{
    for (const char* other :
         {"lost+found", "remote", "cccccccccccccccccccccccccccccccc.ns",
          "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC", "ccccccccccccccccccccccccccccccc"}) {
        const Tree tree{{std::string{"/var/log/journal/"} + other + "/system.journal", ""}};
        EXPECT_EQ(opened_in(tree), Names{}) << other;
    }
}

TEST(JournalFiles, AreNamedWhereTheyCannotBeRead)
{
    const Tree tree{{our_journal, "no folder"}, {"/run/log/journal", "no folder"}};

    EXPECT_EQ(opened_in(tree), (Names{"!" + our_journal + ": Not a directory",
                                      "!/run/log/journal: Not a directory"}));
}

TEST(JournalFiles, AreNoFolders)
{
    const Tree tree{{our_journal + "/x", ""}};
    std::filesystem::create_directory(tree.path(our_journal + "/system.journal"));

    const auto files = open_journal_files({.folder = tree.folder()});

    ASSERT_EQ(files.size(), 1U);
    EXPECT_FALSE(files[0].file);
}

TEST(JournalFiles, LieBeyondNoLinkThatLeadsOutOfTheTree)
{
    const Tree outside{{our_journal + "/system.journal", ""}};
    const Tree tree{{"/var/log/x", ""}};
    std::filesystem::create_symlink(outside.path("/var/log/journal"),
                                    tree.path("/var/log/journal"));

    EXPECT_EQ(opened_in(tree), Names{});
}

/// An absolute link means what it meant on the tree's own machine.
TEST(JournalFiles, MayLieBeyondALinkThatStaysInTheTree)
{
    const Tree tree{{"/srv/journal/cccccccccccccccccccccccccccccccc/system.journal", ""},
                    {"/var/log/x", ""}};
    std::filesystem::create_symlink("/srv/journal", tree.path("/var/log/journal"));

    EXPECT_EQ(opened_in(tree), Names{our_journal + "/system.journal"});
}

}  // namespace
}  // namespace clockguard
