// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/base/print.hpp"

#include <gtest/gtest.h>

#include "support/child.hpp"

namespace clockguard {
namespace {

void leave_no_room(int descriptor)
{
    ::dup2(::open("/dev/full", O_WRONLY), descriptor);
}

TEST(Print, LetsNoNameCommandATerminal)
{
    const Ran ran = run_in_child([] {
        write_out("out \x1b[2J\n");
        write_document("document \x1b[2J\n");
        write_colored("\x1b[31mred\n");
        print_out("{}\n", "\x1b");
        write_error("err \x1b[2J\n");
        print_error("{}\n", "\x1b");
        return 0;
    });

    EXPECT_EQ(ran.out, "out \\u001b[2J\ndocument \\u001b[2J\n\x1b[31mred\n\\u001b\n");
    EXPECT_EQ(ran.err, "err \\u001b[2J\n\\u001b\n");
}

TEST(Print, LeavesStandardOutputToOneDocument)
{
    const Ran ran = run_in_child([] {
        leave_output_to_document();
        write_out("text\n");
        write_document("{}\n");
        return 0;
    });

    EXPECT_EQ(ran.out, "{}\n");
    EXPECT_EQ(ran.err, "text\n");
}

TEST(Print, EscapesAllButAsciiWhereThatIsAsked)
{
    const Ran ran = run_in_child([] {
        write_out("caf\xc3\xa9\n");
        write_only_ascii();
        write_out("caf\xc3\xa9\n");
        write_error("caf\xc3\xa9\n");
        return 0;
    });

    EXPECT_EQ(ran.out, "caf\xc3\xa9\ncaf\\u00e9\n");
    EXPECT_EQ(ran.err, "caf\\u00e9\n");
}

TEST(PrintProgress, WritesOneLineOverTheOther)
{
    const Ran ran = run_in_child([] {
        print_progress("3 of 9\x1b");
        return 0;
    });

    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(ran.err, "\r" + std::string(70, ' ') + "\r3 of 9\\u001b");
}

/// By whether it had before: another test of this process may have answered.
TEST(HasAnswered, CountsWhatStandsOnStandardOutput)
{
    const auto changes = [](void (*say)()) {
        return run_in_child([say] {
                   const bool before = has_answered();
                   say();
                   return has_answered() != before ? 1 : 0;
               }).exit_code == 1;
    };
    const bool has = has_answered();

    EXPECT_FALSE(changes([] {}));
    EXPECT_FALSE(changes([] { write_out(""); }));
    EXPECT_FALSE(changes([] { write_error("x"); }));
    EXPECT_NE(changes([] { write_out("x"); }), has);
    EXPECT_NE(changes([] { write_document("{}"); }), has);
    EXPECT_FALSE(changes([] {
        leave_output_to_document();
        write_out("x");
    }));
}

TEST(EndCode, TellsOfALossWhereAllElseWentWell)
{
    const auto code = [](ExitCode ended, void (*say)()) {
        return run_in_child([ended, say] {
                   say();
                   return static_cast<int>(end_code(ended));
               })
            .exit_code;
    };
    const auto lose = [] {
        leave_no_room(STDOUT_FILENO);
        write_out("x");
    };
    const auto lose_error = [] {
        leave_no_room(STDERR_FILENO);
        write_error("x");
    };
    const auto drop = [] {
        drop_what_does_not_fit();
        leave_no_room(STDOUT_FILENO);
        write_out("x");
    };
    const auto keep = [] { write_out("x"); };

    EXPECT_EQ(code(ExitCode::Healthy, lose), 74);
    EXPECT_EQ(code(ExitCode::Healthy, lose_error), 74);
    EXPECT_EQ(code(ExitCode::Critical, lose), 2);
    EXPECT_EQ(code(ExitCode::Healthy, drop), 0);
    EXPECT_EQ(code(ExitCode::Healthy, keep), 0);
}

/// What was lost before does not count either once the output may be dropped.
TEST(EndCode, TellsOfNoLossWhereOutputMayBeDropped)
{
    const Ran ran = run_in_child([] {
        leave_no_room(STDOUT_FILENO);
        write_out("x");
        drop_what_does_not_fit();
        return static_cast<int>(end_code(ExitCode::Healthy));
    });

    EXPECT_EQ(ran.exit_code, 0);
}

}  // namespace
}  // namespace clockguard
