// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/observe.hpp"

#include <algorithm>
#include <atomic>
#include <filesystem>

#include <gtest/gtest.h>

#include "clockguard/core/report/report_json.hpp"
#include "support/chrony_folder.hpp"
#include "support/fake_kernel.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// The disk of a machine.
class Disk : public Tree {
public:
    using Tree::Tree;
    Root root() const { return {.folder = folder()}; }
};

TEST(Sources, AskNothingOfThisMachineForAnotherRoot)
{
    const Disk disk;

    const Sources sources = to_sources({}, disk.root());

    EXPECT_EQ(sources.root.folder, disk.folder());
    EXPECT_FALSE(sources.ask_kernel);
    EXPECT_EQ(sources.chrony.port, std::nullopt);
    EXPECT_EQ(sources.chrony.socket, disk.path("/run/chrony/chronyd.sock"));
}

TEST(Sources, AskThisMachineWhereItsPortIsNamed)
{
    const Disk disk;

    EXPECT_TRUE(to_sources({.chrony = {.port = 11323}}, disk.root()).ask_kernel);
    EXPECT_EQ(to_sources({.chrony = {.port = 11323}}, disk.root()).chrony.port, 11323);
    EXPECT_TRUE(to_sources({}, {}).ask_kernel);
    EXPECT_EQ(to_sources({}, {}).chrony.port, 323);
    EXPECT_EQ(to_sources({.chrony = {.port = 11323}}, {}).chrony.port, 11323);
    EXPECT_EQ(to_sources({.chrony = {.socket = "/run/c.sock"}}, {}).chrony.socket, "/run/c.sock");
}

/// The system would be led to this machine's chronyd.
TEST(Sources, AskNoSocketBeyondALinkThatLeadsOutOfTheRoot)
{
    const Tree outside{{"/chronyd.sock", ""}};
    const Disk disk{{"/run/x", ""}};
    std::filesystem::create_symlink(outside.folder(), disk.path("/run/chrony"));

    EXPECT_EQ(to_sources({}, disk.root()).chrony.socket, "");
}

TEST(Sources, TakeTheirRulesFromTheConfiguration)
{
    const Disk disk;
    const Sources usual = to_sources({}, disk.root());
    const Sources other = to_sources({.trust = {.rtc = RtcTrust::Always,
                                                .local = LocalTrust::Always,
                                                .refclocks = {"HYPV"},
                                                .max_error = 250ms,
                                                .max_stratum = 5},
                                      .gate = {.nudge_chrony = false},
                                      .rtc = {.max_offset = 4s}},
                                     disk.root());

    EXPECT_EQ(usual.policy.limit, 3s);
    EXPECT_EQ(usual.policy.max_stratum, 9);
    EXPECT_EQ(usual.policy.rtc_limit, 2s);
    EXPECT_TRUE(usual.policy.refclocks.empty());
    EXPECT_FALSE(usual.policy.rtc_may_vouch || usual.policy.local_may_vouch);
    EXPECT_TRUE(usual.nudge_chrony);
    EXPECT_EQ(other.policy.limit, 250ms);
    EXPECT_EQ(other.policy.max_stratum, 5);
    EXPECT_EQ(other.policy.rtc_limit, 4s);
    EXPECT_EQ(other.policy.refclocks, std::vector<std::string>{"HYPV"});
    EXPECT_TRUE(other.policy.rtc_may_vouch && other.policy.local_may_vouch);
    EXPECT_FALSE(other.nudge_chrony);
}

TEST(Sources, LetTheHostVouchWhereItIsAllowedTo)
{
    const Disk elsewhere;
    const Disk azure{{"/sys/class/dmi/id/chassis_asset_tag", "7783-7084-3265-9085-8269-3286-77\n"}};
    struct Case {
        HostTrust trust;
        const Disk& disk;
        bool vouches;
        bool others_vouch;
    };
    for (const Case& each :
         {Case{HostTrust::Azure, elsewhere, false, false},
          Case{HostTrust::Azure, azure, true, false}, Case{HostTrust::Never, azure, false, false},
          Case{HostTrust::Always, elsewhere, true, true}}) {
        const Sources sources = to_sources({.trust = {.host = each.trust}}, each.disk.root());
        EXPECT_EQ(sources.policy.host_may_vouch, each.vouches);
        EXPECT_EQ(sources.policy.other_hosts_may_vouch, each.others_vouch);
        EXPECT_EQ(sources.ask_hosts, each.vouches);
    }
}

TEST(Sources, KnowWhatIsOnRecord)
{
    Report early{.host = {.boot_id = "b1"}, .run = {.command = "early"}};
    early.time_sync = TimeSyncRecord{.boot_instant = Instant{1788566488s}};
    const Report good{.host = {.boot_id = "b0"},
                      .run = {.command = "gate",
                              .time = Instant{1788560000s},
                              .clock_trusted = true,
                              .trusted_by = "chrony"}};
    const Disk disk{{"/run/clockguard/early.json", render_json(early)},
                    {"/var/lib/clockguard/last-good.json", render_json(good)},
                    {"/proc/sys/kernel/random/boot_id", "b1\n"}};

    const Sources sources = to_sources({}, disk.root());

    EXPECT_EQ(sources.early_boot_instant, Instant{1788566488s});
    ASSERT_TRUE(sources.floor.last_trusted);
    EXPECT_EQ(sources.floor.last_trusted->at, Instant{1788560000s});
    EXPECT_FALSE(to_sources({}, Disk{}.root()).early_boot_instant);
}

/// "chrony: not answering": what was heard, one line a witness.
std::string heard_in(const Observation& seen)
{
    std::string text;
    for (const Witness& witness : seen.witnesses)
        text += witness.name + ": " +
                (witness.offset ? "speaks" : to_text(witness.offset.error())) + "\n";
    return text;
}

/// With a floor that every clock is past.
Sources sources_of(const Disk& disk)
{
    return {.root = disk.root(),
            .chrony = {.socket = disk.path("/chrony/chronyd.sock")},
            .ask_kernel = false};
}

TEST(Observe, HearsEachWitnessOnAnEmptyDisk)
{
    const Disk disk;

    const Observation seen = observe(sources_of(disk));

    EXPECT_EQ(heard_in(seen),
              "chrony: cannot ask chronyd: '" + disk.path("/chrony/chronyd.sock") +
                  "': No such file or directory\n"
                  "kernel: this is an offline disk\n"
                  "ptp:hyperv: not accepted as a time source (trust.host)\n"
                  "rtc: not accepted as a time source (trust.rtc)\n"
                  "floor: plausible: later than the build of this program, 1970-01-01T00:00:00Z\n"
                  "last-good: no verified moment is on record\n");
    EXPECT_FALSE(seen.chrony_answers || seen.kernel || seen.keepers);
    EXPECT_TRUE(seen.hosts.empty());
    EXPECT_TRUE(seen.clock_was_steady);
}

TEST(Observe, ReadsTheClocksOfTheHostWhereTheyMayVouch)
{
    const Disk disk;
    Sources sources = sources_of(disk);
    sources.ask_hosts = true;
    sources.policy.host_may_vouch = true;

    EXPECT_EQ(observe(sources).hosts.size(), 1U);
}

TEST(Observe, ReadsTheHardwareClockWhereItMayVouch)
{
    const Disk disk{{"/sys/class/rtc/rtc0/since_epoch", "1775204434\n"}};
    const Disk none;
    const Disk torn{{"/sys/class/rtc", "no folder"}};
    const auto said_by_rtc = [](const Disk& of) {
        Sources sources = sources_of(of);
        sources.policy.rtc_may_vouch = true;
        const auto heard = observe(sources).witnesses;
        const Witness& rtc = *std::ranges::find(heard, WitnessKind::Rtc, &Witness::kind);
        return rtc.name + ": " + (rtc.offset ? "speaks" : to_text(rtc.offset.error()));
    };

    EXPECT_EQ(said_by_rtc(disk), "rtc:/dev/rtc0: speaks");
    EXPECT_EQ(said_by_rtc(none), "rtc: there is no hardware clock");
    EXPECT_EQ(said_by_rtc(torn),
              "rtc: cannot list folder '" + torn.path("/sys/class/rtc") + "': Not a directory");
}

/// A kernel whose clock is 20 ms off at most.
void answer_as_usual(FakeKernel& kernel)
{
    FakeKernel::Timex answer;
    answer.state.maxerror = 20000;
    answer.state.tick = 10000;
    kernel.answers = {answer};
}

TEST(Observe, AsksTheKernelWhereChronydIsSilent)
{
    const Disk disk;
    Sources sources = sources_of(disk);
    sources.ask_kernel = true;
    FakeKernel kernel;
    answer_as_usual(kernel);

    const Observation seen = observe(sources);

    ASSERT_TRUE(seen.kernel && seen.keepers);
    EXPECT_EQ(seen.kernel->max_error, 20ms);
    EXPECT_EQ(seen.witnesses.at(1).name, "kernel");
    EXPECT_TRUE(seen.witnesses.at(1).offset);
}

/// A chronyd that follows a server, and counts how often it was asked for its sources.
struct Following {
    std::atomic<std::uint16_t> leap = 0;
    std::atomic<std::uint32_t> updated = 1789000000;
    std::atomic<int> counted = 0;

    std::vector<Bytes> answer(const Bytes& request)
    {
        const auto sequence = sequence_of(request);
        if (command_of(request) == ChronyCommand::Tracking)
            return {
                tracking_reply({.sequence = sequence, .leap = leap, .reference_seconds = updated})};
        if (command_of(request) == ChronyCommand::Activity)
            return {reply_to(ChronyCommand::Activity, sequence, 12)};
        ++counted;
        return {reply_to(ChronyCommand::NSources, sequence, 2)};
    }
};

class Observed : public testing::Test {
protected:
    Observation look() { return observe(sources_, memory_); }

    void set_uptime(Span uptime)
    {
        kernel_.shows = {{CLOCK_BOOTTIME, {uptime}},
                         {CLOCK_REALTIME, {1789000000s + uptime + moved_}}};
    }

    void SetUp() override
    {
        answer_as_usual(kernel_);
        set_uptime(10s);
        sources_.chrony.socket = folder_.socket;
        sources_.ask_kernel = true;
        sources_.root = {.folder = folder_.tree.folder()};
    }

    ChronyFolder folder_{};
    Following following_{};
    FakeChronyd chronyd_{[this](const Bytes& request) { return following_.answer(request); },
                         folder_.socket};
    FakeKernel kernel_{};
    Span moved_{};
    Sources sources_{};
    ChronyMemory memory_{};
};

TEST_F(Observed, ChronydIsAskedInsteadOfTheKernel)
{
    const Observation seen = look();

    EXPECT_TRUE(seen.chrony_answers);
    EXPECT_EQ(seen.chrony_update, Instant{1789000000s});
    ASSERT_TRUE(seen.chrony_sources);
    EXPECT_EQ(seen.chrony_sources->known, 0);
    EXPECT_EQ(to_text(seen.witnesses.at(1).offset.error()), "chrony is asked instead");
    ASSERT_TRUE(seen.kernel);
    EXPECT_EQ(seen.kernel->max_error, 20ms);
    EXPECT_FALSE(seen.keepers);
    EXPECT_EQ(kernel_.asked.size(), 1U);
}

TEST_F(Observed, ChronydIsAskedAlone)
{
    sources_.ask_kernel = false;

    EXPECT_FALSE(look().kernel);
    EXPECT_EQ(kernel_.asked.size(), 0U);
}

TEST_F(Observed, SourcesAreAskedForOnceASecond)
{
    look();
    EXPECT_EQ(following_.counted, 1);
    set_uptime(11s - 1us);
    EXPECT_TRUE(look().chrony_sources);
    EXPECT_EQ(following_.counted, 1);
    set_uptime(11s);
    look();
    EXPECT_EQ(following_.counted, 2);
}

TEST_F(Observed, SourcesAreAskedForAfterEachUpdate)
{
    look();
    following_.updated = 1789000001;

    EXPECT_EQ(look().chrony_update, Instant{1789000001s});

    EXPECT_EQ(following_.counted, 2);
}

TEST_F(Observed, TheFirstMomentOfFollowingIsKeptUntilItEnds)
{
    look();
    set_uptime(20s);
    look();
    EXPECT_EQ(memory_.first_synchronised, Uptime{10s});

    following_.leap = 3;
    look();
    EXPECT_EQ(memory_.first_synchronised, std::nullopt);

    following_.leap = 0;
    look();
    EXPECT_EQ(memory_.first_synchronised, Uptime{20s});
}

TEST_F(Observed, StepsAreRememberedAndScatterIsNot)
{
    sources_.early_boot_instant = Instant{1789000000s - 30s};
    look();
    moved_ = 100ms;
    set_uptime(11s);
    look();
    moved_ = 101ms;
    set_uptime(12s);
    look();

    EXPECT_EQ(memory_.boot_instants,
              (std::vector<Instant>{Instant{1789000000s - 30s}, Instant{1789000000s},
                                    Instant{1789000000s + 101ms}}));
}

TEST_F(Observed, AStepMeanwhileIsNoticed)
{
    EXPECT_TRUE(look().clock_was_steady);
    kernel_.shows = {{CLOCK_BOOTTIME, {10s}}, {CLOCK_REALTIME, {1000s, 1000s, 1000s, 2000s}}};

    EXPECT_FALSE(look().clock_was_steady);
}

TEST_F(Observed, TheMomentIsTakenWhenAllWereHeard)
{
    EXPECT_EQ(look().taken_at, Instant{1789000010s});
}

}  // namespace
}  // namespace clockguard
