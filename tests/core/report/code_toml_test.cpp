// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "clockguard/core/report/codes.hpp"

namespace clockguard {
namespace {

std::string error_of(std::string_view toml)
{
    const auto code = parse_code("CG999", toml);
    return code ? "" : code.error().what;
}

TEST(CodeToml, IsReadWhole)
{
    const auto code = parse_code("CG999", R"(title = "The example is missing"
severity = "critical"
seen = "It is seen."
means = "It means nothing."
advice = "Look for it."
[[remedy]]
command = "sudo example"
note = "Makes it"
on = "the host"
risk = "changes_clock"
systems = ["debian", "rhel"]
profiles = ["k3s"]
looks = true
[[remedy]]
command = "example --again"
choice = true
)");

    ASSERT_TRUE(code) << to_text(code.error());
    EXPECT_EQ(code->name, "CG999");
    EXPECT_EQ(code->title, "The example is missing");
    EXPECT_EQ(code->severity, Severity::Failure);
    EXPECT_EQ(code->seen, "It is seen.");
    EXPECT_EQ(code->means, "It means nothing.");
    EXPECT_EQ(code->advice, "Look for it.");
    ASSERT_EQ(code->remedies.size(), 2U);
    const Remedy& first = code->remedies[0];
    EXPECT_EQ(first.command, "sudo example");
    EXPECT_EQ(first.note, "Makes it");
    EXPECT_EQ(first.on, "the host");
    EXPECT_EQ(first.risk, "changes_clock");
    EXPECT_EQ(first.systems, (std::vector<std::string>{"debian", "rhel"}));
    EXPECT_EQ(first.profiles, std::vector<std::string>{"k3s"});
    EXPECT_TRUE(first.looks);
    EXPECT_FALSE(first.choice);
    EXPECT_EQ(code->remedies[1].command, "example --again");
    EXPECT_TRUE(code->remedies[1].choice);
}

TEST(CodeToml, MayHaveEachSeverityThatIsReported)
{
    const auto severity_of = [](const std::string& word) {
        const auto code = parse_code("CG999", "title = \"T\"\nseen = \"S\"\nmeans = \"M\"\n"
                                              "severity = \"" +
                                                  word + "\"\n");
        return code ? code->severity : Severity::Ok;
    };

    EXPECT_EQ(severity_of("note"), Severity::Note);
    EXPECT_EQ(severity_of("warning"), Severity::Warning);
    EXPECT_EQ(severity_of("critical"), Severity::Failure);
}

TEST(CodeToml, IsRefusedWhereItIsWrong)
{
    EXPECT_EQ(error_of("title = \"T\"\nseen = \"S\""), "title, seen and means are needed");
    EXPECT_EQ(error_of("title = \"T\"\nmeans = \"M\""), "title, seen and means are needed");
    EXPECT_EQ(error_of("seen = \"S\"\nmeans = \"M\""), "title, seen and means are needed");
    EXPECT_EQ(error_of("remedy = \"N\""), "line 1: a remedy is written as [[remedy]]");
    EXPECT_EQ(error_of("[remedy]\ncommand = \"N\""), "line 1: a remedy is written as [[remedy]]");
    EXPECT_EQ(error_of("title = \"T\"\nmeens = \"S\""),
              "line 2: unknown key 'meens' (did you mean 'means'?)");
    EXPECT_EQ(error_of("severity = \"bad\""),
              "line 1: 'severity': 'bad' is not one of: note, warning, critical");
    EXPECT_EQ(error_of("[[remedy]]\nnote = \"N\""), "line 1: a remedy needs a command");
    EXPECT_EQ(error_of("[[remedy]]\ncomand = \"N\""),
              "line 2: unknown key 'comand' (did you mean 'command'?)");
    EXPECT_TRUE(error_of("title = \n").starts_with("line 1: "));
    EXPECT_EQ(error_of("title = [\"T\"]"), "line 1: 'title': must be a string");
}

}  // namespace
}  // namespace clockguard
