// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/gate/gate_lines.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using enum GateOutcome;

const GatePolicy releasing{.timeout = 5min, .on_timeout = OnTimeout::Release};
const GatePolicy holding{.timeout = 5min, .on_timeout = OnTimeout::Hold};

struct Said {
    std::vector<std::string> lines{};
    GateLines gate{releasing, [this](Severity severity, const std::string& line) {
                       lines.push_back((severity >= Severity::Warning ? "! " : "") + line);
                   }};
};

GateView waiting_view(Span waited, std::string reason, Span moved = 0s)
{
    return {.verdict = {.findings = {{.severity = Severity::Note,
                                      .subject = "chrony",
                                      .message = std::move(reason)}}},
            .waited = waited,
            .clock_moved = moved};
}

TEST(GateLines, SayChangesAndMarksAndNothingElse)
{
    Said said;
    said.gate.begin();
    for (Span waited = 0s; waited < 5min; waited += 100ms)
        said.gate.look(waiting_view(waited, "not synchronised yet: 0 of 4 sources answer"));

    EXPECT_EQ(said.lines,
              (std::vector<std::string>{
                  "holding MicroK8s until the clock is verified (limit 5 min, then release)",
                  "chrony: not synchronised yet: 0 of 4 sources answer (waited 0 s of 5 min)",
                  "chrony: not synchronised yet: 0 of 4 sources answer (waited 10 s of 5 min)",
                  "chrony: not synchronised yet: 0 of 4 sources answer (waited 30 s of 5 min)",
                  "chrony: not synchronised yet: 0 of 4 sources answer (waited 1 min of 5 min)",
                  "chrony: not synchronised yet: 0 of 4 sources answer (waited 2 min of 5 min)"}));
}

TEST(GateLines, SayOfAWaitPastItsLimitNotThatItIsAPartOfIt)
{
    Said said;
    said.gate.look(waiting_view(10min, "not synchronised yet"));

    EXPECT_EQ(said.lines, std::vector<std::string>{
                              "chrony: not synchronised yet (waited 10 min, limit 5 min)"});
}

TEST(GateLines, TakeNoNumberForNews)
{
    Said said;
    Span waited{};
    for (const char* reason : {"system clock is 2 h 5 min ahead (+/-0.001 s), limit 1 s",
                               "system clock is 2 h ahead (+/-1 min), limit 1 s"})
        said.gate.look(waiting_view(waited += 1s, reason));

    EXPECT_EQ(said.lines.size(), 1U);
}

TEST(GateLines, TakeEachOtherFactForNews)
{
    const auto changed = [](auto change) {
        Said said;
        GateView view = waiting_view(1s, "the same words");
        said.gate.look(view);
        change(view.verdict.findings.front());
        said.gate.look(view);
        return said.lines.size() == 2;
    };

    EXPECT_FALSE(changed([](Finding& finding) { finding.message = "other words"; }));
    EXPECT_TRUE(changed([](Finding& finding) { finding.code = "CG312"; }));
    EXPECT_TRUE(changed([](Finding& finding) { finding.witness = WitnessKind::Kernel; }));
    EXPECT_TRUE(changed([](Finding& finding) { finding.reason = Reason::Unclear; }));
    EXPECT_TRUE(changed([](Finding& finding) { finding.basis.ground = Ground::OneSourceOnly; }));
    EXPECT_TRUE(
        changed([](Finding& finding) { finding.basis.sources = {SourceFault::Unreachable}; }));
    EXPECT_TRUE(changed([](Finding& finding) {
        finding.basis.error = std::make_error_code(std::errc::connection_refused);
    }));
}

TEST(GateLines, NameTheDistributionThatWaits)
{
    const GatePolicy k3s{.timeout = 5min, .on_timeout = OnTimeout::Hold, .holds = "k3s"};
    std::vector<std::string> lines;
    GateLines gate{k3s, [&](Severity, const std::string& line) { lines.push_back(line); }};
    GateView view = waiting_view(6min, "silent");
    view.outcome = TimeoutHeld;

    gate.begin();
    gate.look(view);

    EXPECT_EQ(lines.at(0), "holding k3s until the clock is verified (limit 5 min, then hold)");
    EXPECT_EQ(lines.at(2),
              "k3s is being held (on_timeout = hold). Start it anyway: sudo clockguard gate "
              "--release");
    EXPECT_EQ(gate_status(view, k3s), "k3s is being held, 1 min past the limit: chrony: silent. "
                                      "Start it anyway: sudo clockguard gate --release");
}

/// It was started by hand: nothing waits for it, and nothing can be released.
TEST(GateLines, NameNothingWhereNothingWaits)
{
    for (const OnTimeout then : {OnTimeout::Release, OnTimeout::Hold}) {
        const GatePolicy alone{.timeout = 5min, .on_timeout = then, .holds = ""};
        std::string lines;
        GateLines gate{alone, [&](Severity, const std::string& line) { lines += line + "\n"; }};
        GateView view = waiting_view(6min, "silent");
        gate.begin();
        view.outcome = then == OnTimeout::Hold ? TimeoutHeld : TimeoutReleased;
        gate.look(view);
        gate.end(view);

        EXPECT_TRUE(lines.starts_with("waiting until the clock is verified (limit 5 min)\n"));
        for (const char* word : {"holding", "held (", "starting", "--release"})
            EXPECT_EQ(lines.find(word), std::string::npos) << lines;
        EXPECT_EQ(gate_status(view, alone), "not verified after 6 min: chrony: silent");
        view.verdict = {
            .trust = Trust::Trusted, .trusted_by = "chrony", .vouched = WitnessKind::Chrony};
        view.outcome = Synchronized;
        gate.end(view);
        EXPECT_TRUE(lines.ends_with("\nVERIFIED by chrony after 6 min\n")) << lines;
    }
}

TEST(GateLines, TellAStepOfTheClock)
{
    Said said;
    said.gate.look(waiting_view(1s, "not synchronised yet"));
    said.gate.look(waiting_view(2s, "not synchronised yet", -720h));
    said.gate.look(waiting_view(3s, "not synchronised yet", -720h + 10ms));

    EXPECT_EQ(said.lines.size(), 2U);
    EXPECT_EQ(said.lines.back(), "the system clock was set 30 d back");
}

TEST(GateLines, TellHowItEnded)
{
    Said said;
    GateView view = waiting_view(5min, "not synchronised yet");
    view.outcome = TimeoutReleased;
    said.gate.end(view);
    EXPECT_EQ(said.lines.at(0), "! NOT VERIFIED after 5 min: chrony: not synchronised yet");
    EXPECT_EQ(said.lines.at(1), "! starting MicroK8s anyway (on_timeout = release). Certificates "
                                "will not be touched. See: clockguard diagnose");

    GateView good = waiting_view(21s, "");
    good.outcome = Synchronized;
    good.verdict = {
        .trust = Trust::Trusted, .trusted_by = "chrony", .vouched = WitnessKind::Chrony};
    said.gate.end(good);
    EXPECT_EQ(said.lines.back(), "VERIFIED by chrony after 21 s; starting MicroK8s");
}

}  // namespace
}  // namespace clockguard
