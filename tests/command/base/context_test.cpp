// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/base/context.hpp"

#include <array>
#include <cstdlib>
#include <filesystem>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "support/child.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

const std::string usual_file = "/etc/clockguard/clockguard.toml";

Configuration load(const Tree& tree, const std::string& file = "", const char* variable = nullptr)
{
    const std::array<const char*, 2> environment{variable, nullptr};
    return load_config({.folder = tree.folder()}, file, environment.data());
}

Texts texts_of(const std::vector<Error>& problems)
{
    Texts texts;
    for (const Error& problem : problems)
        texts.push_back(to_text(problem));
    return texts;
}

TEST(LoadConfig, TakesTheDefaultsWhereThereIsNoFile)
{
    const Configuration all = load(Tree{});

    EXPECT_TRUE(all.problems.empty());
    EXPECT_EQ(all.config.gate.timeout, 5min);
}

TEST(LoadConfig, GoesByTheEnvironmentThenByTheFile)
{
    const Tree tree{{usual_file, "[gate]\ntimeout = \"7s\"\non_timeout = \"hold\"\n"}};

    const Configuration all = load(tree, "", "CLOCKGUARD_GATE_TIMEOUT=9s");

    EXPECT_TRUE(all.problems.empty());
    EXPECT_EQ(all.config.gate.timeout, 9s);
    EXPECT_EQ(all.config.gate.on_timeout, OnTimeout::Hold);
}

TEST(LoadConfig, ReadsTheFileThatIsNamedInTheOtherOnesPlace)
{
    const Tree tree{{usual_file, "[gate]\ntimeout = \"7s\"\n"},
                    {"/own.toml", "[gate]\non_timeout = \"hold\"\n"}};

    const Configuration all = load(tree, tree.path("/own.toml"));

    EXPECT_EQ(all.config.gate.timeout, 5min);
    EXPECT_EQ(all.config.gate.on_timeout, OnTimeout::Hold);
}

TEST(LoadConfig, MissesAFileThatIsNamedOrThatALinkMeans)
{
    const Tree tree;

    EXPECT_EQ(texts_of(load(tree, "/none.toml").problems),
              Texts{"cannot read configuration '/none.toml': No such file or directory"});
    std::filesystem::create_directories(tree.path("/etc/clockguard"));
    std::filesystem::create_symlink("/none.toml", tree.path(usual_file));
    EXPECT_EQ(texts_of(load(tree).problems),
              Texts{fmt::format("cannot read configuration '{}': No such file or directory",
                                tree.path(usual_file))});
}

TEST(LoadConfig, SaysWhyAFileCannotBeUsed)
{
    const Tree tree{{usual_file, "[gate]\ntimeout = \"7s\"\n"}};
    const std::string file = tree.path(usual_file);
    ::chmod(file.c_str(), 0666);

    const Configuration all = load(tree);

    EXPECT_EQ(texts_of(all.problems),
              Texts{fmt::format("cannot use configuration '{}': cannot trust '{}': users other "
                                "than its owner may write it (mode 0666)",
                                file, file)});
    EXPECT_EQ(all.config.gate.timeout, 5min);
}

TEST(LoadConfig, KeepsTheDefaultOfWhatCannotBeUsed)
{
    const Tree tree{{usual_file, "[gate]\ntimeout = \"soon\"\non_timeout = \"hold\"\nx = 1\n"
                                 "[certs]\nprofile = \"microk9s\"\n"}};

    const Configuration all = load(tree, "", "CLOCKGUARD_GATE_TIMEUT=1s");

    EXPECT_EQ(all.config.gate.timeout, 5min);
    EXPECT_EQ(all.config.gate.on_timeout, OnTimeout::Hold);
    EXPECT_EQ(all.config.certs.profile, "microk8s");
    ASSERT_EQ(all.problems.size(), 4U);
    for (const auto& [at, words] : {std::pair{0U, "line 2: "},
                                    {1U, "line 4: unknown key 'gate.x'"},
                                    {2U, "CLOCKGUARD_GATE_TIMEUT"},
                                    {3U, "cannot find profile 'microk9s'"}})
        EXPECT_NE(to_text(all.problems[at]).find(words), std::string::npos)
            << to_text(all.problems[at]);
}

/// What is written to standard error.
template <class Say>
std::string complaints_of(Say say)
{
    return run_in_child([&say] {
               say();
               return 0;
           })
        .err;
}

TEST(Complain, IsOneLine)
{
    EXPECT_EQ(complaints_of([] { complain("one\ntwo"); }), "clockguard: one\\u000atwo\n");
}

TEST(Complain, HasTheJournalsMarkInTheJournal)
{
    EXPECT_EQ(complaints_of([] {
                  struct stat about {};
                  ::fstat(STDERR_FILENO, &about);
                  const std::string stream = fmt::format("{}:{}", about.st_dev, about.st_ino);
                  ::setenv("JOURNAL_STREAM", stream.c_str(), 1);
                  complain("one");
              }),
              "<3>one\n");
}

TEST(Complain, LeavesOutTheMiddleOfWhatIsTooLong)
{
    // 40 more, for as many would say that they are left out.
    const std::string fits(4040, 'x');

    EXPECT_EQ(complaints_of([&] { complain(fits); }), "clockguard: " + fits + "\n");
    EXPECT_NE(complaints_of([&] { complain(fits + "x"); }).find("(41 bytes left out)"),
              std::string::npos);
}

TEST(FirstComplaint, IsTheFirstOfAll)
{
    const Ran ran = run_in_child([] {
        const std::string before = first_complaint();  // of another test of this process
        complain("one");
        complain("two");
        return first_complaint() == (before.empty() ? "one" : before) ? 0 : 1;
    });

    EXPECT_EQ(ran.exit_code, 0);
}

TEST(GiveUp, SaysWhyAndEndsAsTold)
{
    const Error denied{.what = "cannot read 'x'",
                       .code = std::make_error_code(std::errc::permission_denied)};
    const Error other{.what = "cannot read 'x'"};
    const auto code = [](const Error& error) {
        return run_in_child([&error] { return static_cast<int>(give_up(error)); }).exit_code;
    };

    EXPECT_EQ(code(denied), 77);
    EXPECT_EQ(code(other), 2);
    EXPECT_EQ(needs_root_or(ExitCode::Refused, denied), ExitCode::NeedsRoot);
    EXPECT_EQ(needs_root_or(ExitCode::Refused, other), ExitCode::Refused);
    const Ran ran =
        run_in_child([&] { return static_cast<int>(give_up(denied, ExitCode::Undetermined)); });
    EXPECT_EQ(ran.exit_code, 3);
    EXPECT_EQ(ran.err, "clockguard: cannot read 'x': Permission denied\n");
}

TEST(WarnIfFailed, SaysThatAFailureIsIgnored)
{
    EXPECT_EQ(complaints_of([] { warn_if_failed({}); }), "");
    EXPECT_EQ(complaints_of([] { warn_if_failed(fail("cannot write 'x'")); }),
              "clockguard: cannot write 'x', ignoring\n");
}

}  // namespace
}  // namespace clockguard
