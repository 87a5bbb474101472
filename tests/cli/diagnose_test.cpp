// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <ctime>
#include <filesystem>
#include <map>
#include <mutex>

#include <gtest/gtest.h>

#include "support/fake_chronyd.hpp"
#include "support/program.hpp"

namespace clockguard {
namespace {

TEST(Diagnose, SaysThatAnEmptyDiskTellsNothing)
{
    const Tree tree;

    const Ran ran = run_clockguard({"--root", tree.folder(), "diagnose"});

    EXPECT_EQ(ran.exit_code, 3);
    EXPECT_EQ(ran.err, "");
    EXPECT_EQ(ran.out, "UNKNOWN  Nothing to check here: no clock, no MicroK8s, no journal\n"
                       "\n"
                       "  clock    not checked: this is an offline disk, its clock cannot be read\n"
                       "  rtc      not checked: this is an offline disk\n"
                       "  hyper-v  not checked: this machine does not run on Hyper-V\n"
                       "  boot     not checked: cannot read journal: there is none\n"
                       "  gate     not checked: MicroK8s is not installed\n"
                       "  certs    not checked: MicroK8s is not installed\n"
                       "\n"
                       "6 checks: 6 skipped (-v shows them)\n");
}

TEST(Diagnose, FitsAScreenWhereThereIsNothingToLookAt)
{
    const Ran ran = run_clockguard({"diagnose"});

    EXPECT_NE(ran.exit_code, 64);
    EXPECT_NE(ran.exit_code, 70);
    EXPECT_LE(std::count(ran.out.begin(), ran.out.end(), '\n'), 60) << ran.out;
}

TEST(Diagnose, AsksChronydOnceForOneAnswer)
{
    std::map<ChronyCommand, int> asked;
    std::mutex guard;
    const FakeChronyd chronyd{[&](const Bytes& request) {
        const std::lock_guard lock{guard};
        ++asked[command_of(request)];
        return std::vector<Bytes>{
            tracking_reply({.sequence = sequence_of(request),
                            .reference_seconds = static_cast<std::uint32_t>(std::time(nullptr))})};
    }};
    const Tree tree;

    const Ran ran = run_clockguard({"--root", tree.folder(), "diagnose"},
                                   {"CLOCKGUARD_CHRONY_PORT=" + std::to_string(chronyd.port())});

    const std::lock_guard lock{guard};
    EXPECT_EQ(asked[ChronyCommand::Tracking], 1) << ran.out << ran.err;
    for (const auto& [command, times] : asked)
        EXPECT_EQ(times, 1) << static_cast<int>(command);
}

/// The link of a disk means the disk's own folder; the system would follow it to this machine's.
TEST(Diagnose, AsksNothingOfThisMachineForADisk)
{
    const Tree here;
    std::atomic<int> asked = 0;
    const FakeChronyd chronyd{[&asked](const Bytes&) {
                                  ++asked;
                                  return std::vector<Bytes>{};
                              },
                              here.path("/chronyd.sock")};
    const Tree disk{{"/run/x", ""}, {"/etc/x", ""}};
    std::filesystem::create_directory_symlink(here.folder(), disk.path("/run/chrony"));
    const auto before = here.snapshot();

    const Ran ran = run_clockguard({"--root", disk.folder(), "diagnose"});

    EXPECT_EQ(ran.exit_code, 3) << ran.out << ran.err;
    EXPECT_EQ(asked, 0);
    EXPECT_EQ(here.snapshot(), before);
}

TEST(Diagnose, KnowsThisMachineByEveryName)
{
    const Tree tree;
    std::filesystem::create_directory_symlink("/", tree.path("/link"));

    for (const std::string& name : {std::string{"/."}, std::string{"/usr/.."}, tree.path("/link")})
        EXPECT_EQ(run_clockguard({"--root", name, "diagnose"}).out.find("offline disk"),
                  std::string::npos)
            << name;
}

TEST(Diagnose, NamesAFileOnOneLine)
{
    const Tree disk{{"/var/log/journal/0123456789abcdef0123456789abcdef/system\nCRITICAL.journal",
                     "no journal"}};

    const Ran ran = run_clockguard({"--root", disk.folder(), "diagnose", "-v"});

    EXPECT_EQ(ran.out.find("\nCRITICAL"), std::string::npos) << ran.out;
}

TEST(Diagnose, ChangesNothing)
{
    const Tree tree{{"/sys/class/rtc/rtc0/since_epoch", "1775203624\n"},
                    {"/var/lib/clockguard/last-good.json", "torn"},
                    {"/etc/adjtime", "0\n0\nLOCAL\n"}};
    const auto before = tree.snapshot();

    run_clockguard({"--root", tree.folder(), "diagnose"});
    run_clockguard({"--root", tree.folder(), "diagnose", "-v"});
    run_clockguard({"--root", tree.folder(), "diagnose", "-o", "json"});

    EXPECT_EQ(tree.snapshot(), before);
}

TEST(Diagnose, EndsWithTheCodeOfItsDocument)
{
    const Tree tree{{"/run/clockguard", "no folder"}};
    const std::vector<std::vector<std::string>> ends{{"--strict"}, {"--report", "/proc/x.json"}};

    for (const auto& more : ends) {
        std::vector<std::string> typed{"--root", tree.folder(), "diagnose", "-o", "json"};
        typed.insert(typed.end(), more.begin(), more.end());
        const Ran ran = run_clockguard(typed);
        EXPECT_NE(ran.out.find("\"exit_code\": " + std::to_string(ran.exit_code) + ","),
                  std::string::npos)
            << more.front() << " " << ran.exit_code << ran.out;
    }
}

TEST(Diagnose, WritesTheSameDocumentWhereItIsTold)
{
    const Tree tree;

    const Ran ran = run_clockguard(
        {"--root", tree.folder(), "diagnose", "--report", tree.path("/report.json")});

    EXPECT_EQ(ran.exit_code, 3);
    EXPECT_NE(tree.read("/report.json").find("\"schema\": \"clockguard.report/v1\""),
              std::string::npos);
    EXPECT_NE(tree.read("/report.json").find("\"command\": \"diagnose\""), std::string::npos);
    for (const auto& [name, begin] :
         {std::pair{"/r.html", "<!doctype html>"}, {"/r.svg", "<svg "}}) {
        run_clockguard({"--root", tree.folder(), "diagnose", "--report", tree.path(name)});
        EXPECT_TRUE(tree.read(name).starts_with(begin)) << tree.read(name);
    }
    const std::string in_no_folder = tree.path("/none/r.json");
    EXPECT_EQ(run_clockguard({"--root", tree.folder(), "diagnose", "--report", in_no_folder}).err,
              "clockguard: cannot write '" + in_no_folder + "': there is no such folder\n");
    EXPECT_FALSE(std::filesystem::exists(tree.path("/none")));
    EXPECT_EQ(run_clockguard({"diagnose", "--report", "-x.json"}).err,
              "clockguard: --report: a value is needed, not '-x.json'\n"
              "See 'clockguard diagnose --help'.\n");
    EXPECT_EQ(run_clockguard({"diagnose", "--report", "x.pdf"}).err,
              "clockguard: --report: 'x.pdf' does not end in .json, .html or .svg\n"
              "See 'clockguard diagnose --help'.\n");
}

}  // namespace
}  // namespace clockguard
