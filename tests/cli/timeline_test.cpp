// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "support/journal_disk.hpp"
#include "support/program.hpp"

namespace clockguard {
namespace {

/// A disk with the journal of the incident: boot b, and boot a before it.
struct Disk : JournalDisk {
    Disk() = default;

    Ran timeline(std::vector<std::string> more = {}) const
    {
        EXPECT_TRUE(unpacked());
        std::vector<std::string> words{"--root", tree().folder(), "timeline"};
        words.insert(words.end(), more.begin(), more.end());
        return run_clockguard(words);
    }
};

TEST(TimelineCommand, ShowsTheLatestBootOfADisk)
{
    const Ran ran = Disk{}.timeline();

    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    EXPECT_EQ(ran.out,
              "UPTIME  CLOCK SAID           RIGHT TIME (UTC)  STEP\n"
              " 3.3 s  2026-04-03 08:07:04  --\n"
              "        kernel set the clock from rtc_cmos 00:04: 2026-04-03 08:07:04\n"
              "32.4 s  2026-04-03 08:07:34  --\n"
              "        MicroK8s re-issued its certificates\n"
              "  41 s  2026-03-03 08:07:19  --                -31 d 00:00:23\n"
              "        chronyd stepped the clock back by 31 d 00:00:23\n"
              "\n"
              "The right times are not known: no network time of that boot is on record.\n");
}

TEST(TimelineCommand, SaysThatItCannotLoadLibsystemd)
{
    const Disk disk;
    const Tree broken;
    broken.write("/libsystemd.so.0", "no library");

    const Ran ran = run_clockguard({"--root", disk.tree().folder(), "timeline"},
                                   {"LD_LIBRARY_PATH=" + broken.folder()});

    EXPECT_EQ(ran.exit_code, 3);
    EXPECT_TRUE(ran.err.starts_with("clockguard: cannot load 'libsystemd.so.0': ")) << ran.err;
}

TEST(TimelineCommand, ShowsTheBootBefore)
{
    const Disk disk;
    disk.tree().write("/var/lib/clockguard/boots/aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa.json",
                      R"({"schema": "clockguard.report/v1",
 "tool": {"name": "clockguard", "version": "0.1.0"},
 "host": {"hostname": "edge-07", "boot_id": "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"},
 "run": {"command": "gate", "time": "2026-03-01T07:00:30Z", "uptime_s": 30,
         "clock_trusted": true, "trusted_by": "chrony"},
 "verdict": {"status": "ok", "exit_code": 0, "summary": ""},
 "boot": {"number": 1, "network": {"start_epoch_us": 1772344800000000, "uncertainty_s": 0.1}},
 "findings": [], "checks": []})");

    const Ran ran = disk.timeline({"--boot", "-1"});

    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    EXPECT_EQ(ran.out,
              "UPTIME  CLOCK SAID           RIGHT TIME (UTC)     STEP\n"
              "   3 s  2026-03-01 07:00:03  2026-03-01 06:00:03\n"
              "        kernel set the clock from rtc_cmos 00:04: 2026-03-01 07:00:02, 01:00:00\n"
              "        ahead\n");
}

TEST(TimelineCommand, DrawsWhatItTells)
{
    const Disk disk;
    EXPECT_TRUE(disk.timeline({"--svg"}).out.starts_with("<svg "));
    EXPECT_NE(disk.timeline({"--svg"}).out.find("chronyd stepped the clock back"),
              std::string::npos);
    EXPECT_TRUE(disk.timeline({"--html"}).out.starts_with("<!doctype html>"));
    EXPECT_EQ(disk.timeline({"--svg", "--html"}).exit_code, 64);
}

TEST(TimelineCommand, AnswersInJson)
{
    const Ran ran = Disk{}.timeline({"-o", "json"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_NE(ran.out.find("\"command\": \"timeline\""), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("\"step_s\": -2678423.0"), std::string::npos);
    EXPECT_NE(ran.out.find("\"summary\": \"3 events, 1 step of the clock among them\""),
              std::string::npos);
}

TEST(TimelineCommand, SaysWhatItCannotRead)
{
    const Ran none = run_clockguard({"--root", Tree{}.folder(), "timeline"});
    const Ran earlier = Disk{}.timeline({"--boot", "-2"});

    EXPECT_EQ(none.exit_code, 3);
    EXPECT_EQ(none.out, "");
    EXPECT_EQ(none.err, "clockguard: cannot read journal: there is none\n");
    EXPECT_EQ(earlier.exit_code, 3);
    EXPECT_EQ(earlier.err, "clockguard: cannot read journal: it does not go back 2 boots\n");
    EXPECT_EQ(Disk{}.timeline({"--boot", "1"}).exit_code, 64);
}

}  // namespace
}  // namespace clockguard
