// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/repair.hpp"

#include <set>

#include <gtest/gtest.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/core/certs/leftovers.hpp"
#include "clockguard/core/clock/time_sync_words.hpp"
#include "clockguard/core/report/codes.hpp"
#include "clockguard/core/report/fixes.hpp"

namespace clockguard {
namespace {

using Words = std::vector<std::string>;

TEST(ProgramsOf, AreThoseThatAShellWouldRunOneAfterTheOther)
{
    EXPECT_EQ(programs_of("sudo systemctl stop k3s; sudo k3s certificate rotate && chronyc -n x"),
              (std::vector<Program>{
                  {.words = {"systemctl", "stop", "k3s"}},
                  {.words = {"k3s", "certificate", "rotate"}},
                  {.words = {"chronyc", "-n", "x"}, .after_success = true},
              }));
}

TEST(ProgramsOf, PassesOverSpaces)
{
    EXPECT_EQ(programs_of("  a  b ;c  "),
              (std::vector<Program>{{.words = {"a", "b"}}, {.words = {"c"}}}));
}

TEST(ProgramsOf, TakesQuotesAway)
{
    for (const std::string& word :
         {std::string{"it's a \"file\" $HOME; && *"}, std::string{}, std::string{"plain"}})
        EXPECT_EQ(programs_of("rm " + shell_word(word)),
                  (std::vector<Program>{{.words = {"rm", word}}}))
            << word;
}

TEST(ProgramsOf, AreNoneWhereItTakesAShell)
{
    for (const char* command :
         {"",       "sudo",   "; x",    "x &&",   "x &&&& y", "a | b",
          "a > b",  "a & b",  "ls *",   "ls ?",   "x $HOME",  "x \"y\"",
          "x 'y",   "x `y`",  "x ~",    "x\ny",   "x \\y",    "sudo sh -c 'x'",
          "bash x", "A=1 x",  "x # y",  "x [y]",  "x {y}",    "!x",
          "(x)",    "cd /x",  "a < b",  "a) b",   "a] b",     "a} b",
          "a\tb",   "dash x", "exec x", "eval x", "export x", "source x",
          ". x"})
        EXPECT_EQ(programs_of(command), std::nullopt) << command;
}

TEST(Doable, IsWhatNeedsNoShellAndNoOtherMachine)
{
    EXPECT_EQ(doable({.command = "sudo chronyc makestep"}), Doable::Here);
    EXPECT_EQ(doable({.command = "w32tm /resync", .on = "the Hyper-V host"}), Doable::ByHand);
    EXPECT_EQ(doable({.command = "a | b"}), Doable::ByHand);
    EXPECT_EQ(doable({.command = "sudo clockguard forget", .is_choice = true}), Doable::Choice);
    EXPECT_EQ(doable({.command = "sudo x", .is_choice = true, .waits_for_clock = true}),
              Doable::OnceTimed);
    EXPECT_EQ(doable({.command = "x", .is_choice = true, .waits_for_clock = true, .looks = true}),
              Doable::Shows);
}

/// What root runs by `clockguard fix --yes`, of all that the codes advise anywhere.
TEST(Doable, AreTheseCommandsOfTheCodes)
{
    std::set<std::string> all;
    for (const char* system : {"debian", "rhel"})
        for (const char* profile : {"microk8s", "k3s", "rke2", "kubeadm", "k0s"})
            for (const std::string& code : code_names())
                for (const ReportFix& fix :
                     fixes_for(code, {.systems = {system}, .profile = profile}))
                    if (doable(fix) == Doable::Here)
                        all.insert(fix.command);

    EXPECT_EQ(joined(Words{all.begin(), all.end()}, "\n"), R"(sudo chronyc makestep
sudo clockguard certs refresh --expired
sudo clockguard certs refresh --expiring
sudo clockguard certs refresh --not-yet-valid
sudo clockguard rtc set --from system
sudo clockguard rtc set --from system --verify-for 1min
sudo cp -r /usr/share/clockguard/hold/k0scontroller.service.d /usr/share/clockguard/hold/k0sworker.service.d /etc/systemd/system/ && sudo systemctl daemon-reload
sudo cp -r /usr/share/clockguard/hold/k3s.service.d /usr/share/clockguard/hold/k3s-agent.service.d /etc/systemd/system/ && sudo systemctl daemon-reload
sudo cp -r /usr/share/clockguard/hold/kubelet.service.d /etc/systemd/system/ && sudo systemctl daemon-reload
sudo cp -r /usr/share/clockguard/hold/rke2-server.service.d /usr/share/clockguard/hold/rke2-agent.service.d /etc/systemd/system/ && sudo systemctl daemon-reload
sudo find /var/snap/microk8s/current/certs -name '*ca.srl' -empty -delete
sudo microk8s kubectl -n kube-system rollout restart daemonset/calico-node
sudo microk8s stop && sudo microk8s start
sudo modprobe hv_utils
sudo snap restart microk8s.daemon-k8s-dqlite
sudo snap restart microk8s.daemon-kubelite
sudo systemctl enable --now chrony
sudo systemctl enable --now chronyd
sudo systemctl enable clockguard-early.service clockguard-rtc.service clockguard-recheck.service clockguard-recheck.timer clockguard-recheck.path && sudo systemctl start clockguard-recheck.timer clockguard-recheck.path
sudo touch -c /var/lib/chrony/chrony.drift /var/lib/chrony/drift /var/lib/systemd/timesync/clock)");
}

/// What is for the host, or only shows something, is run nowhere.
TEST(Doable, IsOfAHostsClockOnlyToLoadItsDriver)
{
    std::set<std::string> all;
    for (const char* clock : {"ptp:hyperv", "ptp:kvm", "ptp:vmware"})
        for (int state = 0; state <= static_cast<int>(TimeSync::Failed); ++state)
            for (const std::errc error :
                 {std::errc{}, std::errc::permission_denied, std::errc::no_such_device,
                  std::errc::device_or_resource_busy, std::errc::invalid_argument}) {
                const Advice advice = advice_for({.clock = clock,
                                                  .state = static_cast<TimeSync>(state),
                                                  .code = std::make_error_code(error)});
                for (const ReportFix& fix : fixes_of(advice, true))
                    if (doable(fix) == Doable::Here)
                        all.insert(fix.command);
            }

    EXPECT_EQ(all, (std::set<std::string>{"sudo modprobe hv_utils", "sudo modprobe hv_vmbus",
                                          "sudo modprobe ptp_kvm"}));
}

/// A clock that is behind takes what is right for what is left from the future.
TEST(Doable, IsNothingAgainstLeftoversBeforeTheClockIsVerified)
{
    const Instant now{std::chrono::days{20000}};
    const Leftovers left{.calico = TokenDates{.not_before = now + std::chrono::days{30}},
                         .containerd_last_start = now + std::chrono::days{30}};
    for (const Finding& finding : judge_leftovers(left, now)) {
        const auto fixes = fixes_of(finding.advice, false);
        ASSERT_EQ(fixes.size(), 1U) << finding.code;
        EXPECT_NE(doable(fixes.front()), Doable::Here) << fixes.front().command;
        const Doable once_verified = doable(fixes_of(finding.advice, true).front());
        EXPECT_EQ(once_verified, finding.code == "CG412" ? Doable::Shows : Doable::Here);
    }
}

TEST(Doable, IsNoCommandThatMayBeWrongWithoutAQuestion)
{
    for (const auto& [code, command] :
         {std::pair{"CG402", "sudo clockguard gate --release"},
          std::pair{"CG307", "sudo clockguard forget"},
          std::pair{"CG106", "sudo clockguard rtc set --from system --trust-adjtime"}}) {
        const auto fixes = fixes_for(code, {.systems = {"debian"}});
        ASSERT_EQ(fixes.size(), 1U) << code;
        EXPECT_EQ(fixes.front().command, command);
        EXPECT_EQ(doable(fixes.front()), Doable::Choice) << code;
    }
}

Report report_with(std::vector<ReportFinding> findings)
{
    Report report{.findings = std::move(findings)};
    report.repairs.emplace();
    return report;
}

ReportFinding finding(std::string code, ReportFix fix)
{
    return {.code = std::move(code), .fixes = {std::move(fix)}};
}

TEST(NextFix, PassesOverWhatWasTriedAndWhatIsNotForIt)
{
    const ReportFix pipe{.command = "a | b"};
    const ReportFix first{.command = "first"};
    const ReportFix choice{.command = "choice", .is_choice = true};
    Report report =
        report_with({finding("CG120", pipe), finding("CG303", first), finding("CG307", choice)});

    EXPECT_EQ(next_fix(report, true)->command, "first");
    report.repairs->push_back({.command = "first"});
    EXPECT_EQ(next_fix(report, true)->command, "choice");
    EXPECT_EQ(next_fix(report, false), std::nullopt);
}

TEST(CodesLeft, AreThoseOfTheRemedyThatAreStillReported)
{
    const ReportFix set{.command = "set"};
    const Report before =
        report_with({finding("CG103", set), finding("CG130", set), finding("CG201", {})});
    const Report after = report_with({finding("CG130", {}), finding("CG201", {})});

    EXPECT_EQ(codes_left(before, after, "set"), Words{"CG130"});
}

/// What a later remedy mended as well counts no more.
TEST(HasFailed, IsOfWhatIsStillListed)
{
    Report report = report_with({finding("CG103", {.command = "set"})});
    report.repairs = {{{.command = "refresh", .outcome = RepairOutcome::Failed},
                       {.command = "set", .outcome = RepairOutcome::StillReported}}};
    EXPECT_FALSE(has_failed(report));
    report.repairs->back().outcome = RepairOutcome::Failed;
    EXPECT_TRUE(has_failed(report));
    report.repairs.reset();
    EXPECT_FALSE(has_failed(report));
}

TEST(Announcement, TellsWhatForAndWhatItDoes)
{
    const ReportFix fix{.command = "sudo chronyc makestep",
                        .risk = "changes_clock",
                        .note = "Steps the clock at once"};
    const Report report = report_with({finding("CG305", fix), finding("CG201", {})});

    EXPECT_EQ(announcement(2, fix, report),
              "\n2.  sudo chronyc makestep\n"
              "    CG305: chronyd knows the offset but may not step the clock\n"
              "    Steps the clock at once\n"
              "    Steps the system clock.\n");
}

TEST(Announcement, SaysWhatIsRestartedAndNothingOfWhatIsNot)
{
    const auto told = [](const char* risk) {
        return announcement(1, {.command = "x", .risk = risk}, report_with({}));
    };

    EXPECT_EQ(told("none"), "\n1.  x\n");
    EXPECT_EQ(told("restarts_pods"), "\n1.  x\n    Restarts pods.\n");
    EXPECT_EQ(told("restarts_kubernetes"), "\n1.  x\n    Restarts Kubernetes on this node.\n");
    EXPECT_EQ(told("restarts_microk8s"), "\n1.  x\n    Restarts MicroK8s.\n");
}

TEST(Announcement, FitsALineOfATerminal)
{
    const std::string words = "12345678 12345678 12345678 12345678 12345678 12345678 12345678 ";

    EXPECT_EQ(announcement(1, {.command = "x", .note = words + "12345678901 more\nof it"},
                           report_with({})),
              "\n1.  x\n"
              "    " +
                  words +
                  "12345678901\n"
                  "    more\\u000aof it\n");
}

TEST(ResultLine, NamesEachCodeOnce)
{
    const ReportFix fix{.command = "x"};
    const Report before =
        report_with({finding("CG103", fix), finding("CG103", fix), finding("CG130", fix)});

    EXPECT_EQ(result_line({.command = "x", .outcome = RepairOutcome::Fixed}, before, before),
              "    Fixed: no longer reported: CG103, CG130.\n");
}

TEST(ResultLine, TellsWhatCameOfIt)
{
    const ReportFix fix{.command = "x"};
    const Report before = report_with({finding("CG103", fix)});
    const auto line = [&](RepairOutcome outcome) {
        return result_line({.command = "x", .outcome = outcome, .why = "'x' ended with 4"}, before,
                           before);
    };

    EXPECT_EQ(line(RepairOutcome::Fixed),
              "    Fixed: no longer reported: CG103; 'x' ended with 4.\n");
    EXPECT_EQ(line(RepairOutcome::StillReported), "    Done, but still reported: CG103.\n");
    EXPECT_EQ(line(RepairOutcome::Failed), "    Failed: 'x' ended with 4.\n");
    EXPECT_EQ(line(RepairOutcome::Declined), "    Not run.\n");
}

TEST(RenderEnd, NamesWhatIsLeft)
{
    Report report = report_with(
        {finding("CG131", {.command = "w32tm /resync", .note = "on the Hyper-V host", .on = "it"}),
         finding("CG201", {.command = "sudo refresh", .waits_for_clock = true}),
         finding("CG307", {.command = "sudo forget", .is_choice = true}),
         finding("CG405", {.command = "cat x", .looks = true}),
         finding("CG402", {.command = "sudo release", .is_choice = true})});
    report.repairs->push_back({.command = "sudo release"});
    report.verdict = {.status = Status::Critical, .summary = "the clock is wrong"};

    EXPECT_EQ(render_end(report), "\nLeft to you\n"
                                  "  w32tm /resync\n"
                                  "    by hand: on the Hyper-V host\n"
                                  "  sudo refresh\n"
                                  "    once the clock is verified\n"
                                  "  sudo forget\n"
                                  "    yours to decide\n"
                                  "  cat x\n"
                                  "    shows more\n"
                                  "\nCRITICAL  the clock is wrong\n");
    EXPECT_EQ(render_end(report_with({})), "\nUNKNOWN  \n");
}

}  // namespace
}  // namespace clockguard
