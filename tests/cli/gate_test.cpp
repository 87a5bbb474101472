// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <fstream>
#include <poll.h>
#include <regex>

#include <gtest/gtest.h>

#include "clockguard/core/report/report_reader_json.hpp"
#include "support/program.hpp"

namespace clockguard {
namespace {

const std::string boot_id = "/proc/sys/kernel/random/boot_id";
const std::string state = "/run/clockguard/state.json";

/// A machine without chronyd, in a folder.
Tree machine(const std::string& toml = "")
{
    return Tree{{boot_id, "b1\n"},
                {"/proc/sys/kernel/hostname", "edge-07\n"},
                {"/etc/clockguard/clockguard.toml", toml}};
}

std::string silence_in(const Tree& tree)
{
    return "chrony: cannot ask chronyd: '" + tree.path("/run/chrony/chronyd.sock") +
           "': No such file or directory";
}

/// Whether a program has a handler for a signal (SigCgt in proc_pid_status(5)).
bool hears(pid_t program, int signal)
{
    std::ifstream status{"/proc/" + std::to_string(program) + "/status"};
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("SigCgt:"))
            return (std::stoull(line.substr(7), nullptr, 16) >> (signal - 1) & 1U) != 0;
    return false;
}

/// How long a look takes is the machine's affair: "after 3 ms" becomes "after N".
std::string without_waits(const std::string& text)
{
    return std::regex_replace(text, std::regex{"after [0-9.]+ [mu]?s"}, "after N");
}

TEST(GateCommand, ReleasesAtTheLimitAndTellsTheTruth)
{
    const Tree tree = machine();

    const Ran ran = run_clockguard({"--root", tree.folder(), "gate", "--timeout", "0s"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_EQ(ran.err, "");
    EXPECT_EQ(without_waits(ran.out),
              "clockguard: holding MicroK8s until the clock is verified (limit 0 s, then "
              "release)\n"
              "clockguard: NOT VERIFIED after N: " +
                  silence_in(tree) +
                  "\n"
                  "clockguard: starting MicroK8s anyway (on_timeout = release). Certificates will "
                  "not be touched. See: clockguard diagnose\n");
    EXPECT_NE(tree.read(state).find("\"outcome\": \"timeout_released\""), std::string::npos);
    EXPECT_NE(tree.read("/var/lib/clockguard/boots/b1.json").find("\"gate\""), std::string::npos);
    EXPECT_NE(tree.read("/var/lib/clockguard/boots/b1.json").find("\"number\": 1"),
              std::string::npos);
    EXPECT_EQ(tree.read("/var/lib/clockguard/last-good.json"), "");
}

TEST(GateCommand, SaysThatItHoldsNothingWhereItWasTyped)
{
    const Ran ran = run_clockguard({"gate", "--timeout", "0s"});

    EXPECT_TRUE(ran.out.starts_with(
        "clockguard: started by hand: this gate holds nothing and records nothing\n"
        "clockguard: waiting until the clock is verified (limit 0 s)\n"))
        << ran.out;
    EXPECT_EQ(ran.out.find("starting"), std::string::npos) << ran.out;
}

TEST(GateCommand, LetsGoWhenItWasReleasedByHand)
{
    const Tree tree = machine("[gate]\non_timeout = \"hold\"\n");
    const pid_t gate = start_clockguard({"--root", tree.folder(), "gate", "--timeout", "0s"});
    Ran asked;
    while (asked.out != "Release of MicroK8s requested. Check with: clockguard status\n")
        asked = run_clockguard({"--root", tree.folder(), "gate", "--release"});

    EXPECT_EQ(asked.exit_code, 0);
    EXPECT_EQ(end_of(gate), 0);
    EXPECT_NE(tree.read(state).find("\"outcome\": \"overridden\""), std::string::npos);
}

TEST(GateCommand, ReleasesNothingWhereNoGateWaits)
{
    const Tree tree = machine();
    const auto before = tree.snapshot();

    const Ran asked = run_clockguard({"--root", tree.folder(), "gate", "--release"});
    const auto after = tree.snapshot();
    const Ran ran = run_clockguard({"--root", tree.folder(), "gate", "--timeout", "0s"});

    EXPECT_EQ(asked.exit_code, 0);
    EXPECT_EQ(asked.out, "no gate is waiting: there is nothing to release\n");
    EXPECT_EQ(after, before);
    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_NE(tree.read(state).find("\"outcome\": \"timeout_released\""), std::string::npos);
}

TEST(GateCommand, PassesOverAReleaseThatWasMeantForAnother)
{
    const Tree tree = machine();
    tree.write("/run/clockguard/release", "");

    const Ran ran = run_clockguard({"--root", tree.folder(), "gate", "--timeout", "0s"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_NE(tree.read(state).find("\"outcome\": \"timeout_released\""), std::string::npos);
}

TEST(GateCommand, AnswersInOneDocument)
{
    const Tree tree = machine();
    const Tree off{{"/proc/cmdline", "clockguard=off\n"}};

    const Ran waited =
        run_clockguard({"--root", tree.folder(), "gate", "--timeout", "0s", "-o", "json"});
    const Ran released =
        run_clockguard({"--root", off.folder(), "gate", "--release", "-o", "json"});
    const Ran nothing = run_clockguard({"--root", off.folder(), "gate", "-o", "json"});

    for (const Ran& ran : {waited, released, nothing}) {
        EXPECT_EQ(ran.exit_code, 0);
        EXPECT_TRUE(parse_report(ran.out)) << ran.out;
    }
    EXPECT_NE(waited.out.find("\"outcome\": \"timeout_released\""), std::string::npos);
    EXPECT_NE(waited.err.find("holding MicroK8s until the clock is verified"), std::string::npos);
    EXPECT_NE(released.out.find("\"summary\": \"no gate is waiting"), std::string::npos);
    EXPECT_NE(nothing.out.find("\"summary\": \"switched off"), std::string::npos);
}

TEST(GateCommand, DoesNothingWhenSwitchedOff)
{
    const Tree tree{{"/proc/cmdline", "root=/dev/vda clockguard=off quiet\n"}};
    const auto before = tree.snapshot();

    const Ran ran = run_clockguard({"--root", tree.folder(), "gate"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_EQ(ran.out, "clockguard: switched off on the kernel command line (clockguard=off): "
                       "nothing is held\n");
    EXPECT_EQ(tree.snapshot(), before);
}

TEST(GateCommand, GoesByFlagThenEnvironmentThenFile)
{
    const Tree tree = machine("[gate]\ntimeout = \"infinity\"\non_timeout = \"hold\"\n");

    const Ran ran = run_clockguard({"--root", tree.folder(), "gate", "--timeout", "0s"},
                                   {"CLOCKGUARD_GATE_ON_TIMEOUT=release"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_NE(ran.out.find("(limit 0 s, then release)"), std::string::npos);
}

TEST(Configuration, IsRefusedWithItsPlaceAndAnAdvice)
{
    const Tree tree = machine("[gate]\ntimeut = \"1s\"\n");
    const std::string file = tree.path("/etc/clockguard/clockguard.toml");

    const Ran ran = run_clockguard({"--root", tree.folder(), "gate"});

    EXPECT_EQ(ran.exit_code, 78);
    EXPECT_EQ(ran.err, "clockguard: cannot read configuration '" + file +
                           "': line 2: unknown key 'gate.timeut' (did you mean 'gate.timeout'?)\n");
    EXPECT_EQ(ran.out, "");
}

TEST(Configuration, ThatWasNamedMustBeThere)
{
    const Ran ran = run_clockguard({"--config", "/nonexistent.toml", "status"});

    EXPECT_EQ(ran.exit_code, 78);
    EXPECT_EQ(ran.err, "clockguard: cannot read configuration '/nonexistent.toml': No such file or "
                       "directory\n");
}

TEST(Configuration, CannotBeAFolder)
{
    const Tree tree;

    const Ran ran = run_clockguard({"--config", tree.folder(), "status"});

    EXPECT_EQ(ran.exit_code, 78);
    EXPECT_EQ(ran.err,
              "clockguard: cannot read configuration '" + tree.folder() + "': Is a directory\n");
}

TEST(StatusCommand, SaysThatNothingIsRecorded)
{
    const Tree tree = machine();
    const auto before = tree.snapshot();

    const Ran ran = run_clockguard({"--root", tree.folder(), "status"});

    EXPECT_EQ(ran.exit_code, 3);
    EXPECT_EQ(ran.err, "clockguard: no gate is on record in '" + tree.folder() +
                           "': a machine's /run is not on its disk\n");
    EXPECT_EQ(tree.snapshot(), before);
}

TEST(StatusCommand, TellsHowTheGateEnded)
{
    const Tree tree = machine();
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
    const Tree tree = machine();
    const pid_t gate = start_clockguard({"--root", tree.folder(), "gate", "--timeout", "1h"});
    while (tree.read(state).empty())
        ::poll(nullptr, 0, 5);
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
    const Tree tree = machine();
    const pid_t gate = start_clockguard({"--root", tree.folder(), "gate", "--timeout", "1h"});
    while (tree.read(state).empty())
        ::poll(nullptr, 0, 5);
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
    const Tree tree = machine();
    const pid_t gate = start_clockguard({"--root", tree.folder(), "gate", "--timeout", "2s"});
    while (tree.read(state).empty())
        ::poll(nullptr, 0, 5);

    const Ran waited = run_clockguard({"--root", tree.folder(), "status", "--wait"});

    EXPECT_EQ(waited.exit_code, 0) << waited.err;
    EXPECT_NE(waited.out.find("outcome  timeout_released"), std::string::npos) << waited.out;
    EXPECT_EQ(end_of(gate), 0);
}

TEST(StatusCommand, WaitsForNoGateThatIsGone)
{
    const Tree tree = machine();
    const pid_t gate = start_clockguard({"--root", tree.folder(), "gate", "--timeout", "1h"});
    while (tree.read(state).empty())
        ::poll(nullptr, 0, 5);
    ::kill(gate, SIGKILL);
    end_of(gate);

    const Ran waited = run_clockguard({"--root", tree.folder(), "status", "--wait"});

    EXPECT_EQ(waited.exit_code, 3);
    EXPECT_EQ(waited.err, "clockguard: no gate waits any more: it was ended before the clock was "
                          "verified\n");
}

TEST(StatusCommand, EndsWithTheCodeOfItsDocument)
{
    const Tree tree = machine();
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
    const Tree tree = machine();
    run_clockguard({"--root", tree.folder(), "gate", "--timeout", "0s"});
    tree.write(boot_id, "b2\n");

    const Ran ran = run_clockguard({"--root", tree.folder(), "status"});

    EXPECT_EQ(ran.exit_code, 3);
    EXPECT_EQ(ran.err, "clockguard: '" + tree.path(state) + "' is of another boot\n");
}

TEST(StatusCommand, SurvivesATornState)
{
    const Tree tree = machine();
    tree.write(state, "{\"schema\": \"clockguard.rep");

    const Ran ran = run_clockguard({"--root", tree.folder(), "status"});

    EXPECT_EQ(ran.exit_code, 3);
    EXPECT_EQ(ran.err,
              "clockguard: cannot read '" + tree.path(state) + "': not JSON, or cut off\n");
}

TEST(StatusCommand, KnowsTheOutcomesByName)
{
    const Ran ran = run_clockguard({"status", "--require", "sinchronized"});

    EXPECT_EQ(ran.exit_code, 64);
    EXPECT_EQ(ran.err, "clockguard: --require: unknown outcome 'sinchronized' (did you mean "
                       "'synchronized'?)\nSee 'clockguard status --help'.\n");
}

TEST(RehearseCommand, TellsOfTheSimulatedBootAlone)
{
    const Tree tree = machine("[certs]\nprofile = \"k3s\"\n");
    tree.write("/sys/class/rtc/rtc0/since_epoch", "1775203624\n");
    tree.write("/sys/class/rtc/rtc0/hctosys", "1\n");

    const Ran text = run_clockguard({"--root", tree.folder(), "rehearse"});
    EXPECT_EQ(text.exit_code, 0) << text.err;
    EXPECT_NE(text.out.find("k3s"), std::string::npos) << text.out;
    EXPECT_EQ(text.out.find("MicroK8s"), std::string::npos) << text.out;

    const auto report =
        parse_report(run_clockguard({"--root", tree.folder(), "rehearse", "-o", "json"}).out);
    ASSERT_TRUE(report) << to_text(report.error());
    EXPECT_FALSE(report->starts.rtc);
    EXPECT_FALSE(report->gate->rtc_ahead);
    EXPECT_EQ(report->gate->boot_instant, Instant{});
    EXPECT_EQ(report->gate->began_boot_instant, Instant{std::chrono::days{30}});

    EXPECT_EQ(run_clockguard({"--root", tree.folder(), "rehearse", "-q"}).out, "");
    const Ran endless =
        run_clockguard({"--root", tree.folder(), "rehearse", "--timeout", "infinity"});
    EXPECT_NE(endless.out.find("\nGate: no limit.\n"), std::string::npos) << endless.out;
}

TEST(GateCommand, ReleasesWithoutAnyLimit)
{
    const Tree tree;
    for (const std::vector<std::string>& more : std::vector<std::vector<std::string>>{
             {"--timeout", "5s"}, {"--on-timeout", "hold"}, {"--after-failure"}}) {
        std::vector<std::string> words{"--root", tree.folder(), "gate", "--release"};
        words.insert(words.end(), more.begin(), more.end());

        EXPECT_EQ(run_clockguard(words).exit_code, 64) << more.front();
    }
}

}  // namespace
}  // namespace clockguard
