// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/clock/report_base.hpp"

#include <gtest/gtest.h>

#include "clockguard/core/base/version.hpp"
#include "clockguard/core/report/report_json.hpp"
#include "clockguard/core/report/report_reader_json.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/clock/kernel_clock.hpp"
#include "clockguard/edge/clock/records.hpp"
#include "support/child.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

const Instant boot{1789000000s};

const std::string id_of_boot = "/proc/sys/kernel/random/boot_id";

Context context_on(const Tree& tree, Format format = Format::Text)
{
    return {.root = {.folder = tree.folder()}, .output = {.format = format}};
}

TEST(BeginReport, NamesTheMachineTheMomentAndWhoVerifiedTheClock)
{
    const Tree tree{{"/proc/sys/kernel/hostname", "edge-07\n"}, {id_of_boot, "b1\n"}};

    const Instant before = wall_now();
    const Report report = begin_report(context_on(tree), "rtc", {.trusted = true, .by = "chrony"});
    const Instant after = wall_now();

    EXPECT_EQ(report.host.hostname, "edge-07");
    EXPECT_EQ(report.host.boot_id, "b1");
    EXPECT_EQ(report.run.command, "rtc");
    EXPECT_EQ(report.run.version, version);
    EXPECT_GE(report.run.time, before);
    EXPECT_LE(report.run.time, after);
    EXPECT_GT(report.run.uptime, 0s);
    EXPECT_TRUE(report.run.clock_trusted);
    EXPECT_EQ(report.run.trusted_by, "chrony");
    EXPECT_TRUE(report.findings.empty());
}

TEST(BeginReport, TellsWhatOfTheConfigurationCannotBeUsed)
{
    const Tree tree;
    Context context = context_on(tree);
    context.problems = {{.what = "unknown key 'x'"}};

    const Report report = begin_report(context, "rtc", {});

    ASSERT_EQ(report.findings.size(), 1U);
    EXPECT_EQ(report.findings.front().code, "CG405");
}

TEST(StatusOf, IsUnknownForAllButSuccessAndWhatIsWrong)
{
    EXPECT_EQ(status_of(ExitCode::Healthy), Status::Ok);
    EXPECT_EQ(status_of(ExitCode::Critical), Status::Critical);
    for (const ExitCode code : {ExitCode::Warnings, ExitCode::Undetermined, ExitCode::Refused,
                                ExitCode::Usage, ExitCode::NeedsRoot, ExitCode::Configuration})
        EXPECT_EQ(status_of(code), Status::Unknown);
}

Ran answered(const Context& context)
{
    return run_in_child([&context] {
        answer(context, "forget", "forgotten: 'a\nb'");
        return 0;
    });
}

TEST(Answer, IsALineOrADocumentOrNothing)
{
    const Tree tree;
    Context quiet = context_on(tree);
    quiet.output.quiet = true;

    EXPECT_EQ(answered(context_on(tree)).out, "forgotten: 'a\\u000ab'\n");
    EXPECT_EQ(answered(quiet).out, "");
    const auto report = parse_report(answered(context_on(tree, Format::Json)).out);
    ASSERT_TRUE(report) << to_text(report.error());
    EXPECT_EQ(report->run.command, "forget");
    EXPECT_EQ(report->verdict.status, Status::Ok);
    EXPECT_EQ(report->verdict.exit_code, 0);
    EXPECT_EQ(report->verdict.summary, "forgotten: 'a\nb'");
}

TEST(AnswerErrorInJson, HasTheCodeAndTheReason)
{
    const Tree tree;

    const Ran ran = run_in_child([&] {
        answer_error_in_json(context_on(tree), "certs", ExitCode::Refused, "not confirmed");
        return 0;
    });

    const auto report = parse_report(ran.out);
    ASSERT_TRUE(report) << to_text(report.error());
    EXPECT_EQ(report->run.command, "certs");
    EXPECT_EQ(report->verdict.status, Status::Unknown);
    EXPECT_EQ(report->verdict.exit_code, 4);
    EXPECT_EQ(report->verdict.summary, "not confirmed");
}

TEST(CommandTarget, IsTheSystemAndTheDistribution)
{
    const Tree tree{{"/etc/os-release", "ID=ubuntu\nID_LIKE=debian\n"}};
    Context context = context_on(tree);
    context.config.certs.profile = "k3s";

    const CommandTarget target = read_command_target(context);

    EXPECT_EQ(target.systems, (std::vector<std::string>{"ubuntu", "debian"}));
    EXPECT_EQ(target.profile, "k3s");
}

TEST(StartsOfBoot, AreWhatEarlySawInThisBootAndTheNetworksWordOfNow)
{
    const Tree tree{{id_of_boot, "b1\n"}};
    Report early{.host = {.boot_id = "b1"}};
    early.starts.rtc = ClaimedStart{.at = boot + 720h, .error = 1s, .by = "rtc_cmos 00:04"};
    tree.write(early_file, render_json(early));
    const Verdict verdict{.from_network = Offset{.value = 2s, .error = 1ms}};

    const BootStarts starts = starts_of_boot(context_on(tree), verdict, boot);

    ASSERT_TRUE(starts.rtc);
    EXPECT_EQ(starts.rtc->at, boot + 720h);
    ASSERT_TRUE(starts.network);
    EXPECT_EQ(starts.network->at, boot - 2s);
    EXPECT_EQ(starts.network->by, "network time");

    tree.write(id_of_boot, "b2\n");
    EXPECT_FALSE(starts_of_boot(context_on(tree), {}, boot).rtc);
    EXPECT_FALSE(starts_of_boot(context_on(tree), {}, boot).network);
}

/// The kernel sets the hardware clock of a machine whose clock it counts as synchronised.
TEST(StartsOfBoot, TellThatTheHardwareClockIsLeftAlone)
{
    const Tree tree;
    const auto kernel = read_kernel_clock();
    ASSERT_TRUE(kernel) << to_text(kernel.error());
    Context context = context_on(tree);

    EXPECT_FALSE(starts_of_boot(context, {}, boot).rtc_left_alone);
    context.config.rtc.correct = RtcCorrect::Never;
    EXPECT_EQ(starts_of_boot(context, {}, boot).rtc_left_alone, kernel->unsynchronized);
}

}  // namespace
}  // namespace clockguard
