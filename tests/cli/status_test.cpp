// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <fstream>
#include <poll.h>

#include <gtest/gtest.h>

#include "support/program.hpp"
#include "support/silent_machine.hpp"

namespace clockguard {
namespace {

/// Whether a program has a handler for a signal (SigCgt in proc_pid_status(5)).
bool hears(pid_t program, int signal)
{
    std::ifstream status{"/proc/" + std::to_string(program) + "/status"};
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("SigCgt:"))
            return (std::stoull(line.substr(7), nullptr, 16) >> (signal - 1) & 1U) != 0;
    return false;
}

/// A gate that waits, and has said so.
pid_t start_waiting_gate(const Tree& tree, const std::string& limit)
{
    const pid_t gate = start_clockguard({"--root", tree.folder(), "gate", "--timeout", limit});
    while (tree.read(gate_state).empty())
        ::poll(nullptr, 0, 5);
    return gate;
}

TEST(StatusCommand, SaysThatNothingIsRecorded)
{
    const Tree tree = silent_machine();
    const auto before = tree.snapshot();

    const Ran ran = run_clockguard({"--root", tree.folder(), "status"});

    EXPECT_EQ(ran.exit_code, 3);
    EXPECT_EQ(ran.err, "clockguard: no gate is on record in '" + tree.folder() +
                           "': a machine's /run is not on its disk\n");
    EXPECT_EQ(tree.snapshot(), before);
}

TEST(StatusCommand, TellsHowTheGateEnded)
{
    const Tree tree = silent_machine();
    run_clockguard({"--root", tree.folder(), "gate", "--timeout", "0s"});
    const auto before = tree.snapshot();

    const Ran ran = run_clockguard({"--root", tree.folder(), "status"});
    const Ran strict = run_clockguard({"--root", tree.folder(), "status", "--strict"});
    const Ran required =
        run_clockguard({"--root", tree.folder(), "status", "--require", "synchronized"});
    const Ran waited = run_clockguard({"--root", tree.folder(), "status", "--wait", "-q"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_TRUE(without_waits(ran.out).starts_with(
        "WARNING  released unverified after N: " + silence_in(tree) +
        "\n  outcome  timeout_released\n"));
    EXPECT_EQ(strict.exit_code, 1);
    EXPECT_EQ(required.exit_code, 2);
    EXPECT_EQ(waited.exit_code, 0);
    EXPECT_EQ(waited.out, "");
    EXPECT_EQ(tree.snapshot(), before);
}

/// Stopped or killed while it held: what is on record was true then.
TEST(StatusCommand, SaysThatAGateThatIsGoneHoldsNothing)
{
    const Tree tree = silent_machine();
    const pid_t gate = start_waiting_gate(tree, "1h");
    const Ran while_it_waits = run_clockguard({"--root", tree.folder(), "status"});
    ::kill(gate, SIGKILL);
    end_of(gate);

    const Ran gone = run_clockguard({"--root", tree.folder(), "status"});

    EXPECT_TRUE(while_it_waits.out.starts_with("WARNING  holding MicroK8s for "))
        << while_it_waits.out;
    EXPECT_TRUE(gone.out.starts_with("WARNING  no gate holds MicroK8s any more; the last one was "
                                     "ended after "))
        << gone.out;
}

TEST(StatusCommand, EndsUndeterminedWhereItsWaitIsCutShort)
{
    const Tree tree = silent_machine();
    const pid_t gate = start_waiting_gate(tree, "1h");
    const pid_t status = start_clockguard({"--root", tree.folder(), "status", "--wait"});
    while (!hears(status, SIGTERM))
        ::poll(nullptr, 0, 5);

    ::kill(status, SIGTERM);

    EXPECT_EQ(end_of(status), 3);
    ::kill(gate, SIGTERM);
    EXPECT_EQ(end_of(gate), 75);
}

TEST(StatusCommand, WaitsForTheEndOfAGate)
{
    const Tree tree = silent_machine();
    const pid_t gate = start_waiting_gate(tree, "2s");

    const Ran waited = run_clockguard({"--root", tree.folder(), "status", "--wait"});

    EXPECT_EQ(waited.exit_code, 0) << waited.err;
    EXPECT_NE(waited.out.find("outcome  timeout_released"), std::string::npos) << waited.out;
    EXPECT_EQ(end_of(gate), 0);
}

TEST(StatusCommand, WaitsForNoGateThatIsGone)
{
    const Tree tree = silent_machine();
    const pid_t gate = start_waiting_gate(tree, "1h");
    ::kill(gate, SIGKILL);
    end_of(gate);

    const Ran waited = run_clockguard({"--root", tree.folder(), "status", "--wait"});

    EXPECT_EQ(waited.exit_code, 3);
    EXPECT_EQ(waited.err, "clockguard: no gate waits any more: it was ended before the clock was "
                          "verified\n");
}

TEST(StatusCommand, WaitsForNoGateThatIsSwitchedOff)
{
    const Tree tree = silent_machine();
    tree.write("/proc/cmdline", "quiet clockguard=off\n");

    const Ran waited =
        run_clockguard({"--root", tree.folder(), "status", "--wait", "--require", "disabled"});

    EXPECT_EQ(waited.exit_code, 0) << waited.err;
    EXPECT_NE(waited.out.find("switched off on the kernel command line"), std::string::npos)
        << waited.out;
}

TEST(StatusCommand, EndsWithTheCodeOfItsDocument)
{
    const Tree tree = silent_machine();
    run_clockguard({"--root", tree.folder(), "gate", "--timeout", "0s"});

    for (const char* more : {"--strict", "--require=synchronized", "--require=timeout_released"}) {
        const Ran ran = run_clockguard({"--root", tree.folder(), "status", "-o", "json", more});
        EXPECT_NE(ran.out.find("\"exit_code\": " + std::to_string(ran.exit_code) + ","),
                  std::string::npos)
            << more << " " << ran.exit_code << ran.out;
    }
}

TEST(StatusCommand, DoesNotTellAnotherBootsStory)
{
    const Tree tree = silent_machine();
    run_clockguard({"--root", tree.folder(), "gate", "--timeout", "0s"});
    tree.write(boot_id_file, "b2\n");

    const Ran ran = run_clockguard({"--root", tree.folder(), "status"});

    EXPECT_EQ(ran.exit_code, 3);
    EXPECT_EQ(ran.err, "clockguard: '" + tree.path(gate_state) + "' is of another boot\n");
}

TEST(StatusCommand, SurvivesATornState)
{
    const Tree tree = silent_machine();
    tree.write(gate_state, "{\"schema\": \"clockguard.rep");

    const Ran ran = run_clockguard({"--root", tree.folder(), "status"});

    EXPECT_EQ(ran.exit_code, 3);
    EXPECT_EQ(ran.err,
              "clockguard: cannot read '" + tree.path(gate_state) + "': not JSON, or cut off\n");
}

TEST(StatusCommand, KnowsTheOutcomesByName)
{
    const Ran ran = run_clockguard({"status", "--require", "sinchronized"});

    EXPECT_EQ(ran.exit_code, 64);
    EXPECT_EQ(ran.err, "clockguard: --require: unknown outcome 'sinchronized' (did you mean "
                       "'synchronized'?)\nSee 'clockguard status --help'.\n");
}

}  // namespace
}  // namespace clockguard
