// SPDX-License-Identifier: Apache-2.0
#include <regex>

#include <gtest/gtest.h>

#include "support/program.hpp"

namespace clockguard {
namespace {

TEST(Usage, RefusesAnUnknownOption)
{
    const Ran ran = run_clockguard({"--verbos"});

    EXPECT_EQ(ran.exit_code, 64);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(ran.err, "clockguard: cannot understand '--verbos' (did you mean '--verbose'?)\n"
                       "See 'clockguard --help'.\n");
}

TEST(Usage, PassesOverNothing)
{
    const Ran passed = run_clockguard({"--", "certs", "refresh"});
    const Ran none = run_clockguard({"certs"});

    EXPECT_EQ(passed.exit_code, 64);
    EXPECT_EQ(passed.err, "clockguard: cannot understand what stands behind '--'\n"
                          "See 'clockguard --help'.\n");
    EXPECT_EQ(none.exit_code, 64);
    EXPECT_EQ(none.err, "clockguard: 'certs' needs a command\n"
                        "See 'clockguard certs --help'.\n");
}

TEST(Usage, RefusesAnEmptyValue)
{
    for (const std::string option : {"--root", "--config"}) {
        const Ran ran = run_clockguard({option, "", "status"});

        EXPECT_EQ(ran.exit_code, 64);
        EXPECT_EQ(ran.err, "clockguard: " + option +
                               ": a value is needed, not an empty one\n"
                               "See 'clockguard status --help'.\n");
    }
}

TEST(Usage, RefusesARootThatIsNoFolder)
{
    for (const std::string root : {"/dev/null", "/no/such/tree"}) {
        const Ran ran = run_clockguard({"--root", root, "status"});

        EXPECT_EQ(ran.exit_code, 64);
        EXPECT_EQ(ran.err, "clockguard: --root: '" + root +
                               "' is not a folder that can be read\n"
                               "See 'clockguard status --help'.\n");
    }
}

TEST(Usage, GoesByTheLastOfSeveralRoots)
{
    const Tree tree;
    tree.write("/var/snap/microk8s/current/certs/ca.crt", "");

    EXPECT_EQ(run_clockguard({"--root", "/proc", "certs", "list", "--root", tree.folder()}).out,
              run_clockguard({"--root", tree.folder(), "certs", "list"}).out);
    EXPECT_NE(run_clockguard({"--root", "/proc", "certs", "list"}).out,
              run_clockguard({"--root", tree.folder(), "certs", "list"}).out);
}

TEST(Usage, NamesTheCommandInTheDocumentOfItsError)
{
    const Tree tree;
    const std::string sound = tree.folder();
    using Words = std::vector<std::string>;
    for (const Words& words : {Words{"status", "--root", sound, "-o", "json"},
                               Words{"status", "--require", "x", "-o", "json"}})
        EXPECT_NE(run_clockguard(words).out.find(R"("command": "status")"), std::string::npos);
    EXPECT_NE(run_clockguard({"rtc", "chec", "-o", "json"}).out.find(R"("command": "rtc")"),
              std::string::npos);
}

TEST(Usage, TakesNoOptionForAValue)
{
    using Words = std::vector<std::string>;
    for (const Words& words :
         {Words{"certs", "refresh", "--name", "-o", "json"},
          Words{"certs", "undo", "--to", "--yes"}, Words{"--root", "--config", "status"},
          Words{"--config", "-q", "status"}})
        EXPECT_EQ(run_clockguard(words).exit_code, 64) << words.front();
}

TEST(Usage, RepeatsNoLongValueInFull)
{
    const std::string endless(100'000, 'x');

    const Ran argument = run_clockguard({endless});
    const Ran variable = run_clockguard({"status"}, {"CLOCKGUARD_GATE_TIMEOUT=" + endless});

    for (const Ran& ran : {argument, variable}) {
        EXPECT_LT(ran.err.size(), 5'000U);
        EXPECT_NE(ran.err.find("bytes left out"), std::string::npos);
    }
    EXPECT_EQ(argument.exit_code, 64);
}

TEST(Usage, PrintsItsVersion)
{
    const Ran ran = run_clockguard({"--version"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_TRUE(
        std::regex_match(ran.out, std::regex{"clockguard [0-9]+\\.[0-9]+\\.[0-9]+(\\+[0-9]+)?\n"}))
        << ran.out;
}

}  // namespace
}  // namespace clockguard
