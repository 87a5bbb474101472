// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "support/program.hpp"

namespace clockguard {
namespace {

Ran check(const Tree& tree, std::vector<std::string> more)
{
    std::vector<std::string> words{"--root", tree.folder(), "check"};
    words.insert(words.end(), more.begin(), more.end());
    return run_clockguard(words);
}

TEST(Check, AnswersNagiosInOneLine)
{
    const Tree tree;

    const Ran all = check(tree, {"--plugin", "nagios"});
    const Ran some = check(tree, {"--plugin", "nagios", "--what", "certs,rtc"});

    EXPECT_EQ(all.exit_code, 3);
    EXPECT_EQ(all.err, "");
    EXPECT_EQ(all.out, "UNKNOWN - Nothing to check here: no clock, no MicroK8s, no journal\n");
    EXPECT_EQ(some.exit_code, 3);
    EXPECT_EQ(some.out, "UNKNOWN - not checked: this is an offline disk; not checked: MicroK8s is "
                        "not installed\n");
}

TEST(Check, AnswersNodeProblemDetector)
{
    const Ran ran = check(Tree{}, {"--plugin", "npd"});

    EXPECT_EQ(ran.exit_code, 2);
    EXPECT_EQ(ran.out, "Nothing to check here: no clock, no MicroK8s, no journal\n");
}

TEST(Check, AnswersInJson)
{
    const Ran ran = check(Tree{}, {"--plugin", "npd", "--what", "certs", "-o", "json"});

    EXPECT_EQ(ran.exit_code, 2);
    EXPECT_NE(ran.out.find("\"command\": \"check\""), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("\"exit_code\": 2"), std::string::npos);
    EXPECT_EQ(ran.out.find("\"clock.trust\""), std::string::npos);
}

/// The monitor shows what stands on standard output.
TEST(Check, TellsOfAConfigurationThatCannotBeUsed)
{
    const Tree tree{{"/etc/clockguard/clockguard.toml", "[gate]\ntimeout = \"soon\"\n"}};

    const Ran ran = check(tree, {"--plugin", "nagios", "--what", "clock"});

    EXPECT_EQ(ran.exit_code, 78);
    EXPECT_EQ(ran.out, "WARNING - CG405 The configuration cannot be used in full\n");
}

TEST(Check, NeedsToKnowWhoAsks)
{
    EXPECT_EQ(check(Tree{}, {}).exit_code, 64);
    EXPECT_EQ(check(Tree{}, {"--plugin", "zabbix"}).exit_code, 64);
    EXPECT_EQ(check(Tree{}, {"--plugin", "npd", "--what", "gate"}).exit_code, 64);
    EXPECT_EQ(check(Tree{}, {"--plugin", "npd", "-q"}).out, "");
}

TEST(Check, ChangesNothing)
{
    const Tree tree{{"/sys/class/rtc/rtc0/since_epoch", "1775203624\n"},
                    {"/var/lib/clockguard/last-good.json", "torn"}};
    const auto before = tree.snapshot();

    check(tree, {"--plugin", "nagios"});

    EXPECT_EQ(tree.snapshot(), before);
}

}  // namespace
}  // namespace clockguard
