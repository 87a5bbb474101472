// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/explain.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace clockguard {
namespace {

Code example()
{
    return {
        .name = "CG999",
        .title = "The example is missing",
        .severity = Severity::Warning,
        .seen = "Words that need more than one line.",
        .means = "- an item that is long enough\n\n  kept   as it is, however long it may be",
        .advice = "",
        .remedies = {{.command = "sudo example --make --it --as --it --was", .note = "Makes it"},
                     {.command = "w32tm /query", .on = "the host"},
                     {.command = "only k3s", .profiles = {"k3s"}}}};
}

TEST(Explain, TellsWhatIsSeenWhatItMeansAndWhatToDo)
{
    EXPECT_EQ(render_explanation(example(), {}, 24), R"(CG999  The example is missing (warning)

What is seen
  Words that need more
  than one line.

What it means
  - an item that is long
    enough

    kept   as it is, however long it may be

What to do
  Makes it:
    sudo example --make --it --as --it --was

  On the host:
    w32tm /query
)");
}

TEST(Explain, SaysWhereThereIsNothingToDo)
{
    Code code = example();
    code.remedies.clear();

    EXPECT_TRUE(render_explanation(code, {}, 80).ends_with("\nWhat to do\n  Nothing.\n"));
}

TEST(Explain, NamesTheSystemWhereThatIsNotKnown)
{
    Code code = example();
    code.remedies = {{.command = "apt", .note = "Installs it", .systems = {"debian"}}};

    EXPECT_TRUE(render_explanation(code, {}, 80).ends_with("  Installs it (debian):\n    apt\n"));
    EXPECT_TRUE(render_explanation(code, {.systems = {"debian"}}, 80)
                    .ends_with("  Installs it:\n    apt\n"));
}

/// Commands stay whole, and so do the lines that are set as they are.
TEST(Explain, FitsATerminal)
{
    for (Code code : list_codes()) {
        code.remedies.clear();
        std::string text = render_explanation(code, {}, 80);
        for (std::string_view rest = text; !rest.empty();) {
            const std::string_view line = rest.substr(0, rest.find('\n'));
            EXPECT_LE(line.size(), 80U) << code.name << ": " << line;
            rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        }
    }
}

TEST(Explain, ListsTheCodesUnderTheirHeadings)
{
    const std::string list = render_codes(list_codes());

    EXPECT_TRUE(list.starts_with("System clock and hardware clock\n"
                                 "  CG101  The machine has no hardware clock\n"))
        << list;
    EXPECT_NE(list.find("\n\nCertificates\n  CG201  Certificates are not yet valid\n"),
              std::string::npos)
        << list;
}

}  // namespace
}  // namespace clockguard
