// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/base/completion.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

/// prog [--where DIR] set [--from system|host]
CompletionCommand program()
{
    const CompletionOption from{.names = {"--from"},
                                .description = "it's",
                                .value = "CLOCK",
                                .choices = {"system", "host"}};
    const CompletionOption where{.names = {"--where"}, .value = "DIR"};
    return {.name = "prog",
            .options = {where},
            .commands = {{.name = "rtc", .commands = {{.name = "set", .options = {from}}}}}};
}

bool has(const std::string& script, std::string_view line)
{
    return script.find(line) != std::string::npos;
}

TEST(Completion, OffersInheritedOptionsAtEveryDepth)
{
    EXPECT_TRUE(
        has(render_completion("bash", program()), "'prog rtc set') words='--from --where'"));
}

TEST(Completion, OffersTheChoicesOfAValueOnlyWhereItIsGiven)
{
    const std::string script = render_completion("bash", program());

    EXPECT_TRUE(has(script, "'prog rtc set --from') words='system host'"));
    EXPECT_TRUE(has(script, "*' --where') compopt"));
}

TEST(Completion, QuotesForEachShell)
{
    EXPECT_TRUE(has(render_completion("zsh", program()), R"('--from:it'\''s')"));
    EXPECT_TRUE(has(render_completion("fish", program()), R"(-d 'it\'s')"));
}

TEST(Completion, KnowsNoOtherShell)
{
    EXPECT_EQ(render_completion("tcsh", program()), "");
}

}  // namespace
}  // namespace clockguard
