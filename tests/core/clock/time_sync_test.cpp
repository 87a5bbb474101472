// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/host_witness.hpp"
#include "clockguard/core/clock/time_sync.hpp"
#include "clockguard/core/clock/time_sync_record.hpp"
#include "clockguard/core/clock/time_sync_words.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t now_ns = 1'789'000'000 * second;
const Instant floor_time{1'788'000'000s};

/// The clock of the host, so far ahead of the system clock.
PtpReading reading(std::chrono::seconds ahead)
{
    return {.samples = {{now_ns, now_ns + ahead.count() * second, now_ns + 20'000}}};
}

Error errno_of(int number)
{
    return {.what = "cannot read PTP clock '/dev/ptp0' (PTP_SYS_OFFSET)",
            .code = {number, std::generic_category()}};
}

/// A healthy guest on Hyper-V; each test breaks one thing.
TimeSyncEvidence healthy()
{
    return {.hypervisor_is_microsoft = true,
            .machine_is_microsoft = true,
            .has_vmbus = true,
            .device = TimeSyncDevice{.bound = true, .channel_state = 3, .interrupts = 7},
            .has_ptp = true,
            .reading = reading(0s)};
}

TimeSyncEvidence without_ptp()
{
    TimeSyncEvidence seen = healthy();
    seen.has_ptp = false;
    seen.reading = fail("not read");
    return seen;
}

TimeSyncView judged(const TimeSyncEvidence& seen)
{
    return judge_time_sync(seen, seen, floor_time);
}

TEST(TimeSync, OfAHealthyGuestIsLive)
{
    const TimeSyncView view = judged(healthy());

    EXPECT_EQ(view.state, TimeSync::Live);
    ASSERT_TRUE(view.offset);
    EXPECT_EQ(to_text(*view.offset), "0.000 s ahead (+/-0.001 s)");
}

TEST(TimeSync, IsNotHypervWithoutItsSigns)
{
    EXPECT_EQ(judged({}).state, TimeSync::NotHyperv);
    // KVM's enlightenments: the right CPUID, the wrong firmware, no bus.
    EXPECT_EQ(judged({.hypervisor_is_microsoft = true}).state, TimeSync::Enlightened);
    // VirtualBox and others may carry any firmware names.
    EXPECT_EQ(judged({.machine_is_microsoft = true}).state, TimeSync::NotHyperv);
}

TEST(TimeSync, TellsEachStepOfTheWay)
{
    TimeSyncEvidence seen = without_ptp();
    EXPECT_EQ(judged(seen).state, TimeSync::BoundWithoutPtp);
    for (const int state : {0, 1, 2}) {
        seen.device->channel_state = state;
        EXPECT_EQ(judged(seen).state, TimeSync::Opening) << state;
    }
    seen.device->bound = false;
    EXPECT_EQ(judged(seen).state, TimeSync::Unbound);
    seen.device.reset();
    EXPECT_EQ(judged(seen).state, TimeSync::NoDevice);
    seen.has_vmbus = false;
    EXPECT_EQ(judged(seen).state, TimeSync::NoVmbus);
}

TEST(TimeSync, DoesNotBelieveThePhantomOf2185)
{
    const std::int64_t phantom = 6'802'270'473LL * second + 709'551'616;
    for (const std::int64_t age : {0LL, 2LL, 599LL, 86'400LL}) {
        TimeSyncEvidence seen = healthy();
        seen.reading = PtpReading{.samples = {{now_ns, phantom + age * second, now_ns}}};
        EXPECT_EQ(judged(seen).state, TimeSync::PtpWithoutSample) << age;
        EXPECT_FALSE(judged(seen).offset) << age;
    }
}

TEST(TimeSync, BelievesNoTimeBeforeTheFloorOrFiftyYearsAfterIt)
{
    const auto state_at = [](Instant shown) {
        TimeSyncEvidence seen = healthy();
        seen.reading =
            PtpReading{.samples = {{now_ns, shown.time_since_epoch().count() * 1000, now_ns}}};
        return judged(seen).state;
    };

    EXPECT_EQ(state_at(floor_time), TimeSync::Live);
    EXPECT_EQ(state_at(floor_time - 1us), TimeSync::PtpWithoutSample);
    EXPECT_EQ(state_at(floor_time + std::chrono::years{50}), TimeSync::Live);
    EXPECT_EQ(state_at(floor_time + std::chrono::years{50} + 1us), TimeSync::PtpWithoutSample);
}

TEST(TimeSync, TellsAStaleClockFromOneThatHasHeardNothing)
{
    TimeSyncEvidence seen = healthy();
    seen.reading = fail(errno_of(ESTALE));
    EXPECT_EQ(judged(seen).state, TimeSync::PtpStale);
    seen.device->interrupts = 1;
    EXPECT_EQ(judged(seen).state, TimeSync::PtpWithoutSample);
    seen.device->interrupts.reset();
    EXPECT_EQ(judged(seen).state, TimeSync::PtpStale);
}

TEST(TimeSync, TellsFailureFromAbsence)
{
    for (const int number : {EACCES, ENODEV, EIO, ENOTTY, EBUSY, EOPNOTSUPP}) {
        TimeSyncEvidence seen = healthy();
        seen.reading = fail(errno_of(number));
        EXPECT_EQ(judged(seen).state, TimeSync::Failed) << number;
    }
}

TEST(TimeSync, WantsTwoReadingsThatAgree)
{
    TimeSyncEvidence other = healthy();
    other.reading = PtpReading{.samples = {{now_ns, now_ns + 100'000'000, now_ns + 20'000}}};
    EXPECT_EQ(judge_time_sync(healthy(), other, floor_time).state, TimeSync::Live);
    other.reading = PtpReading{.samples = {{now_ns, now_ns + 100'001'000, now_ns + 20'000}}};
    EXPECT_EQ(judge_time_sync(healthy(), other, floor_time).state, TimeSync::Failed);

    EXPECT_EQ(judge_time_sync(without_ptp(), healthy(), floor_time).state, TimeSync::Opening);
}

TEST(TimeSync, IsDisputedByTheNetwork)
{
    TimeSyncEvidence seen = healthy();
    seen.reading = reading(days{30});
    const TimeSyncView view =
        compare_with_network(judged(seen), Offset{.value = 3ms, .error = 5ms});

    EXPECT_EQ(view.state, TimeSync::Disputed);
    EXPECT_EQ(view.why, "the host is 30 d ahead (+/-0.006 s) of network time");
    EXPECT_EQ(compare_with_network(judged(healthy()), Offset{.value = 3ms, .error = 5ms}).state,
              TimeSync::Live);
}

HostCount counted(std::uint64_t messages, Span at)
{
    return {.messages = messages, .at = Uptime{at}};
}

TimeSyncView judged_at(Span at, std::uint64_t messages = 7)
{
    TimeSyncEvidence seen = healthy();
    seen.device->interrupts = messages;
    seen.at = Uptime{at};
    return judged(seen);
}

TEST(Silence, IsACountThatDidNotRiseForElevenSeconds)
{
    const TimeSyncView silent = note_silence(judged_at(21s), counted(7, 10s));

    EXPECT_EQ(silent.state, TimeSync::PtpStale);
    EXPECT_EQ(silent.why, "the host has sent nothing for at least 11 s");
    EXPECT_FALSE(silent.offset);
    EXPECT_EQ(note_silence(judged_at(21s - 1us), counted(7, 10s)).state, TimeSync::Live);
    EXPECT_EQ(note_silence(judged_at(21s, 8), counted(7, 10s)).state, TimeSync::Live);
}

TEST(Silence, IsNotToldByAChannelThatWasOpenedAnew)
{
    EXPECT_EQ(note_silence(judged_at(1h, 2), counted(700, 10s)).state, TimeSync::Live);
}

TEST(Silence, IsNotToldWhereNobodyCounts)
{
    TimeSyncEvidence uncounted = healthy();
    uncounted.device->interrupts.reset();

    EXPECT_EQ(note_silence(judged(uncounted), counted(7, 0s)).state, TimeSync::Live);
    EXPECT_EQ(note_silence(judged_at(1h), std::nullopt).state, TimeSync::Live);
}

TEST(Silence, EndsThePatienceWithAClockThatHasHeardNothing)
{
    TimeSyncView phantom = judged_at(21s, 1);
    phantom.state = TimeSync::PtpWithoutSample;

    EXPECT_EQ(note_silence(phantom, counted(1, 10s)).state, TimeSync::PtpStale);
}

TEST(Silence, IsToldWithoutAPtpClockToo)
{
    TimeSyncEvidence seen = without_ptp();
    seen.at = Uptime{21s};
    const TimeSyncView view = note_silence(judged(seen), counted(7, 10s));

    EXPECT_EQ(view.state, TimeSync::BoundWithoutPtp);
    EXPECT_EQ(view.why, "hv_utils runs, but registered no PTP clock; the host has sent nothing for "
                        "at least 11 s");
    seen.device->bound = false;
    EXPECT_EQ(note_silence(judged(seen), counted(7, 10s)).why,
              "no driver has taken the Time Synchronization device");
}

TEST(TimeSyncRecord, KeepsTheStateTheCountAndTheMachine)
{
    const TimeSyncRecord record =
        to_record(judged_at(10s), {.booted_by_efi = true, .ic_version = "4.0"}, {});

    EXPECT_EQ(record.state, "ptp_live");
    EXPECT_EQ(record.generation, 2);
    EXPECT_EQ(record.count->messages, 7U);
    EXPECT_EQ(record.count->at, Uptime{10s});
}

TEST(HostClockName, IsThatOfAHypervisorAndNoOther)
{
    EXPECT_EQ(host_clock_name("hyperv"), "ptp:hyperv");
    EXPECT_EQ(host_clock_name("KVM virtual PTP"), "ptp:kvm");
    EXPECT_EQ(host_clock_name("ptp_vmw"), "ptp:vmware");
    for (const char* const card : {"mlx5_ptp", "igb", "hyperv2", "KVM", "gve", ""})
        EXPECT_EQ(host_clock_name(card), "") << card;
    EXPECT_EQ(title_of({.clock = "ptp:kvm"}), "KVM host's clock");
    EXPECT_EQ(title_of(TimeSyncView{}), "Hyper-V host's clock");
}

TEST(HostClock, IsLiveByTwoBelievableAnswersThatAgree)
{
    const TimeSyncView live = judge_host_clock("ptp:kvm", reading(0s), reading(0s), floor_time);
    EXPECT_EQ(live.state, TimeSync::Live);
    EXPECT_EQ(live.clock, "ptp:kvm");

    const Result<PtpReading> no = fail(errno_of(EIO));
    EXPECT_EQ(judge_host_clock("ptp:kvm", no, reading(0s), floor_time).code.value(), EIO);
    EXPECT_EQ(judge_host_clock("ptp:kvm", reading(0s), no, floor_time).state, TimeSync::Failed);
    EXPECT_EQ(judge_host_clock("ptp:kvm", reading(0s), reading(1s), floor_time).why,
              "two readings differ by 1 s");
    EXPECT_EQ(
        judge_host_clock("ptp:kvm", reading(-days{365}), reading(-days{365}), floor_time).state,
        TimeSync::Failed);
}

TimeSyncView live(const char* clock, Span offset)
{
    return {.clock = clock, .state = TimeSync::Live, .offset = Offset{offset, 1ms}};
}

const ClockPolicy azure{.host_may_vouch = true};
const ClockPolicy always{.host_may_vouch = true, .other_hosts_may_vouch = true};

TEST(HostClock, OfAnotherHypervisorVouchesOnlyWhereEveryHostMay)
{
    EXPECT_EQ(host_witness(live("ptp:kvm", 0s), azure).standing, Standing::HeardOnly);
    EXPECT_EQ(host_witness(live("ptp:kvm", 0s), always).standing, Standing::MayVouch);
    EXPECT_EQ(host_witness(live("ptp:hyperv", 0s), azure).standing, Standing::MayVouch);
}

TEST(Settle, TakesTheClockThatMayVouch)
{
    const TimeSyncView none{};
    const TimeSyncView kvm = live("ptp:kvm", 3ms);

    EXPECT_EQ(combine_host_clocks({none, kvm}, always).clock, "ptp:kvm");
    EXPECT_EQ(combine_host_clocks({kvm, live("ptp:hyperv", 3ms)}, azure).clock, "ptp:hyperv");
    EXPECT_EQ(combine_host_clocks({none}, always).state, TimeSync::NotHyperv);
    EXPECT_EQ(combine_host_clocks({}, always).state, TimeSync::NotHyperv);
}

TEST(Settle, BelievesNoneOfTwoThatContradict)
{
    const TimeSyncView view =
        combine_host_clocks({live("ptp:hyperv", 0s), live("ptp:kvm", -days{30})}, always);

    EXPECT_EQ(view.state, TimeSync::Disputed);
    EXPECT_EQ(view.why, "ptp:hyperv and ptp:kvm differ by 30 d: both are ignored");
    EXPECT_FALSE(view.offset);
}

TEST(HypervFacts, AreToldInOneLine)
{
    EXPECT_EQ(to_text({.booted_by_efi = true, .ic_version = "4.0"}, counted(7, 0s)),
              "generation 2 (EFI), TimeSync IC 4.0, not Azure, 7 messages from the host");
    EXPECT_EQ(to_text(HypervFacts{.azure = true}, std::nullopt),
              "generation 1 (BIOS), TimeSync IC not in the log, Azure, messages of the host not "
              "counted");
}

TEST(HostWitness, SpeaksOnlyOfWhatMayBeBelieved)
{
    TimeSyncEvidence ahead = healthy();
    ahead.reading = reading(days{30});
    const Witness heard = host_witness(judged(ahead), {});
    const Witness vouching = host_witness(judged(ahead), {.host_may_vouch = true});

    EXPECT_EQ(judge({.witnesses = {heard}}, {}).trust, Trust::Unknown);
    EXPECT_EQ(judge({.witnesses = {vouching}}, {}).trust, Trust::Wrong);
    EXPECT_EQ(
        judge({.witnesses = {host_witness(judged(healthy()), {.host_may_vouch = true})}}, {}).trust,
        Trust::Trusted);
    EXPECT_FALSE(host_witness(judged(without_ptp()), {.host_may_vouch = true}).offset);
}

TEST(TimeSyncFinding, NamesTheCommandThatHelps)
{
    TimeSyncEvidence seen = without_ptp();
    seen.device.reset();
    const Finding finding = to_finding(judged(seen));

    EXPECT_EQ(finding.code, "CG310");
    EXPECT_EQ(to_text(finding.advice),
              "on the host: Enable-VMIntegrationService -VMName NAME -Name "
              "'Time Synchronization'");
    EXPECT_EQ(to_finding(judged({})).severity, Severity::Note);
    EXPECT_EQ(to_finding(judged({.hypervisor_is_microsoft = true})).severity, Severity::Note);
    EXPECT_EQ(to_finding(judged(healthy())).code, "");
}

TEST(TimeSyncAdvice, IsThereForEveryStateThatNeedsIt)
{
    const auto advice = [](TimeSync state) { return to_text(advice_for({.state = state})); };

    EXPECT_EQ(advice(TimeSync::NotHyperv), "");
    EXPECT_EQ(advice(TimeSync::Enlightened), "sudo modprobe ptp_kvm");
    EXPECT_EQ(advice(TimeSync::NoVmbus), "sudo modprobe hv_vmbus");
    EXPECT_EQ(advice(TimeSync::Unbound), "sudo modprobe hv_utils");
    EXPECT_EQ(advice(TimeSync::Opening), "sudo journalctl -k -g hv_utils");
    EXPECT_EQ(advice(TimeSync::BoundWithoutPtp), "sudo journalctl -k -g 'PTP clock'");
    for (const TimeSync state : {TimeSync::PtpWithoutSample, TimeSync::PtpStale})
        EXPECT_EQ(advice(state), "on the host: Get-VMIntegrationService -VMName NAME -Name "
                                 "'Time Synchronization'");
    EXPECT_EQ(advice(TimeSync::Live), "");
    EXPECT_EQ(advice(TimeSync::Disputed), "on the host: w32tm /query /status /verbose");
}

TEST(TimeSyncAdvice, GoesByTheErrorOfAClockThatFailed)
{
    struct Case {
        int number;
        const char* advice;
    };
    constexpr const char* enable =
        "on the host: Enable-VMIntegrationService -VMName NAME -Name 'Time Synchronization'";
    constexpr const char* wrong_node = "ls -l /dev/ptp*";
    constexpr const char* journal = "sudo journalctl -k -g 'hv_utils|ptp'";
    for (const Case& each :
         {Case{EACCES, "sudo clockguard diagnose"}, Case{EPERM, "sudo clockguard diagnose"},
          Case{ENODEV, enable}, Case{ENXIO, enable}, Case{ENOENT, enable},
          Case{EBUSY, "sudo fuser -v /dev/ptp*"}, Case{ENOTTY, wrong_node},
          Case{EOPNOTSUPP, wrong_node}, Case{EINVAL, wrong_node}, Case{EIO, journal},
          Case{0, journal}}) {
        TimeSyncEvidence seen = healthy();
        seen.reading = fail(errno_of(each.number));
        EXPECT_EQ(to_text(advice_for(judged(seen))), each.advice) << each.number;
    }
}

}  // namespace
}  // namespace clockguard
