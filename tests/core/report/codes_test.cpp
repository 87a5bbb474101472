// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/codes.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "clockguard/core/report/builtin_codes.hpp"

namespace clockguard {
namespace {

std::vector<std::string> commands_for(std::string_view name, const CommandTarget& here)
{
    std::vector<std::string> commands;
    const auto code = find_code(name);
    for (const Remedy& remedy : code ? code->remedies : std::vector<Remedy>{})
        if (applies(remedy, here))
            commands.push_back(remedy.command);
    return commands;
}

TEST(Codes, AreAllReadable)
{
    ASSERT_FALSE(builtin_codes().empty());
    for (const BuiltinCode& file : builtin_codes()) {
        const auto code = parse_code(file.name, file.toml);
        EXPECT_TRUE(code) << file.name << ": " << (code ? "" : code.error().what);
    }
    EXPECT_EQ(list_codes().size(), builtin_codes().size());
}

TEST(Codes, StandInOrderAndOnce)
{
    const auto names = code_names();

    EXPECT_TRUE(std::ranges::is_sorted(names));
    EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

TEST(Codes, AreFoundHoweverTheyAreWritten)
{
    ASSERT_TRUE(find_code("CG103"));
    EXPECT_EQ(find_code("cg103")->name, "CG103");
    EXPECT_FALSE(find_code("CG999"));
    EXPECT_FALSE(find_code("CG10"));
    EXPECT_FALSE(find_code(""));
}

TEST(Codes, NameTheUnitOfThisSystem)
{
    EXPECT_EQ(remedy_for("CG303", {.systems = {"ubuntu", "debian"}})->command,
              "sudo systemctl enable --now chrony");
    EXPECT_EQ(remedy_for("CG303", {.systems = {"rocky", "rhel", "centos", "fedora"}})->command,
              "sudo systemctl enable --now chronyd");
}

TEST(Codes, OfferEverySystemsCommandWhereTheSystemIsNotKnown)
{
    EXPECT_EQ(commands_for("CG303", {}).size(), 3U);
    EXPECT_EQ(commands_for("CG303", {.systems = {"debian"}}).size(), 2U);
}

TEST(Codes, OfferWhatTheDistributionHas)
{
    EXPECT_EQ(commands_for("CG201", {.profile = "microk8s"}).front(),
              "sudo clockguard certs refresh --not-yet-valid");
    EXPECT_EQ(commands_for("CG201", {.profile = "k3s"}),
              std::vector<std::string>{"sudo clockguard certs list"});
}

TEST(Codes, FixWithACommandThatChangesSomething)
{
    EXPECT_EQ(remedy_for("CG402", {})->command, "sudo clockguard gate --release");
    EXPECT_FALSE(remedy_for("CG301", {}));
    EXPECT_FALSE(remedy_for("CG999", {}));
}

/// Prose is no command, and neither is an advice that destroys something.
TEST(Codes, PrintCommandsThatCanBeTyped)
{
    for (const Code& code : list_codes())
        for (const Remedy& remedy : code.remedies) {
            EXPECT_EQ(remedy.command.find_first_of("\n{}<>"), std::string::npos) << remedy.command;
            EXPECT_EQ(remedy.command.find(" rm "), std::string::npos) << remedy.command;
            EXPECT_FALSE(remedy.note.empty()) << remedy.command;
            EXPECT_NE(remedy.note.back(), '.') << remedy.note;
        }
}

TEST(Codes, HaveATitleOfOneLine)
{
    for (const Code& code : list_codes()) {
        EXPECT_LE(code.title.size(), 72U) << code.name;
        EXPECT_NE(code.title.back(), '.') << code.name;
        EXPECT_FALSE(group_of(code.name).empty()) << code.name;
    }
}

TEST(Codes, GiveAFindingItsTitle)
{
    EXPECT_EQ(title_of("CG103"), "Hardware clock offset too large");
    EXPECT_EQ(title_of("CG103", "31d ahead"), "Hardware clock offset too large: 31d ahead");
    EXPECT_EQ(title_of("", "31d ahead"), "31d ahead");
}

TEST(Codes, ReadWhatASystemCallsItself)
{
    EXPECT_EQ(system_ids("NAME=\"Rocky Linux\"\nID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n"),
              (std::vector<std::string>{"rocky", "rhel", "centos", "fedora"}));
    EXPECT_EQ(system_ids("ID=debian\nVERSION_ID=\"12\""), std::vector<std::string>{"debian"});
    EXPECT_TRUE(system_ids("").empty());
}

}  // namespace
}  // namespace clockguard
