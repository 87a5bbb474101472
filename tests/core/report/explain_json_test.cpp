// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "clockguard/core/report/explain.hpp"

namespace clockguard {
namespace {

Code example()
{
    return {.name = "CG201",
            .title = "Certificates are not yet valid",
            .severity = Severity::Failure,
            .seen = "It is \"seen\".",
            .means = "It means\nmuch.",
            .advice = "Look for it.",
            .remedies = {{.command = "sudo example", .note = "Makes it"},
                         {.command = "only k3s", .profiles = {"k3s"}},
                         {.command = "w32tm /query", .on = "the host", .risk = "changes_clock"}}};
}

TEST(ExplainJson, GivesTheRemediesThatWorkHere)
{
    EXPECT_EQ(render_json(example(), {.profile = "microk8s"}), R"({
  "code": "CG201",
  "severity": "critical",
  "group": "Certificates",
  "title": "Certificates are not yet valid",
  "seen": "It is \"seen\".",
  "means": "It means\nmuch.",
  "advice": "Look for it.",
  "remedies": [
    {
      "command": "sudo example",
      "on": "",
      "risk": "none",
      "note": "Makes it"
    },
    {
      "command": "w32tm /query",
      "on": "the host",
      "risk": "changes_clock",
      "note": ""
    }
  ]
}
)");
}

TEST(ExplainJson, HasAListWhereNothingHelps)
{
    Code code = example();
    code.remedies.clear();

    EXPECT_TRUE(render_json(code, {}).ends_with("  \"remedies\": []\n}\n"));
}

TEST(ExplainJson, ListsCodesWithoutTheirTexts)
{
    Code other = example();
    other.name = "CG101";
    other.title = "The machine has no hardware clock";
    other.severity = Severity::Note;

    EXPECT_EQ(render_json(std::vector<Code>{example(), other}), R"({
  "codes": [
    {
      "code": "CG201",
      "severity": "critical",
      "group": "Certificates",
      "title": "Certificates are not yet valid"
    },
    {
      "code": "CG101",
      "severity": "note",
      "group": "System clock and hardware clock",
      "title": "The machine has no hardware clock"
    }
  ]
}
)");
    EXPECT_EQ(render_json(std::vector<Code>{}), "{\n  \"codes\": []\n}\n");
}

}  // namespace
}  // namespace clockguard
