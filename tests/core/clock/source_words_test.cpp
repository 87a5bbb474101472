// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/source_words.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

TEST(SourceWords, TellHowManyAnswer)
{
    EXPECT_EQ(to_text({.known = 4, .asked = 4, .reached = 1}), "1 of 4 sources answer");
    EXPECT_EQ(to_text({.known = 100, .asked = 64}), "0 of the first 64 of 100 sources answer");
    EXPECT_EQ(to_text({.unresolved = 2, .offline = 1}),
              "it has no source, 2 names do not resolve, 1 offline");
    EXPECT_EQ(to_text({.unresolved = 1}), "it has no source, 1 name does not resolve");
}

TEST(SourceWords, TellWhyThoseThatAnswerAreNotUsed)
{
    const ChronySource silent{.reach = 0};
    const ChronySource distant{.reach = 1, .selection = 'd'};
    const ChronySource liar{.state = SourceState::Falseticker, .reach = 255};
    const ChronySource high{.reach = 1, .selection = 'r'};

    EXPECT_EQ(
        to_text({.known = 4, .asked = 4, .reached = 3, .all = {silent, distant, distant, liar}}),
        "3 of 4 sources answer (1 unreachable, 2 too distant (maxdistance), 1 a falseticker)");
    EXPECT_EQ(
        to_text({.known = 1, .asked = 1, .reached = 1, .all = {high}}),
        "1 of 1 sources answer (1 of a stratum that is not allowed (minstratum, maxstratum))");
}

TEST(SourceWords, DoNotListTheSilentWhereAllAre)
{
    const ChronySource silent{.reach = 0};

    EXPECT_EQ(to_text({.known = 2, .asked = 2, .all = {silent, silent}}), "0 of 2 sources answer");
}

TEST(SourceWords, TellNothingOfALetterThatIsNotKnown)
{
    const ChronySource odd{.reach = 1, .selection = '\x1b'};

    EXPECT_EQ(to_text({.known = 1, .asked = 1, .reached = 1, .all = {odd}}),
              "1 of 1 sources answer");
}

TEST(SourceFaults, AreWhatIsTold)
{
    const ChronySource silent{.reach = 0};
    const ChronySource distant{.reach = 1, .selection = 'd'};

    EXPECT_EQ(faults_of({.unresolved = 2, .offline = 1}),
              (std::set{SourceFault::NoSource, SourceFault::Unresolved, SourceFault::Offline}));
    EXPECT_EQ(faults_of({.known = 2, .asked = 2, .all = {silent, silent}}),
              std::set<SourceFault>{});
    EXPECT_EQ(faults_of({.known = 2, .asked = 2, .reached = 1, .all = {silent, distant}}),
              (std::set{SourceFault::Unreachable, SourceFault::TooDistant}));
}

}  // namespace
}  // namespace clockguard
