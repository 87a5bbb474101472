// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/kernel_log.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "clockguard/edge/fd.hpp"
#include "support/tree.hpp"

namespace clockguard {
namespace {

/// A pipe in packet mode (O_DIRECT, pipe(7)) hands out one record for one read, and says EAGAIN at
/// the end, as /dev/kmsg does.
class FakeKernelLog {
public:
    explicit FakeKernelLog(const std::vector<std::string>& records)
    {
        int ends[2] = {-1, -1};
        written_ = ::pipe2(ends, O_DIRECT | O_NONBLOCK | O_CLOEXEC) == 0;
        reads_ = Fd{ends[0]};
        writes_ = Fd{ends[1]};
        for (const std::string& record : records)
            written_ = written_ && ::write(writes_.get(), record.data(), record.size()) ==
                                       static_cast<ssize_t>(record.size());
    }

    bool written() const { return written_; }
    const Fd& file() const { return reads_; }

private:
    Fd reads_{};
    Fd writes_{};
    bool written_ = true;
};

TEST(KernelLog, IsReadRecordByRecordToItsEnd)
{
    const FakeKernelLog log{{"6,1,500,-;Linux version 6.1.0\n", "14,2,600,-;a program's line\n",
                             "6,3,3306545,-;rtc_cmos 00:04: setting system clock to "
                             "2026-10-04T00:01:05 UTC (1791072065)\n DEVICE=+pnp:00:04\n"}};
    ASSERT_TRUE(log.written());

    const auto entries = read_records(log.file(), "/dev/kmsg");

    ASSERT_TRUE(entries) << to_text(entries.error());
    ASSERT_EQ(entries->size(), 2U);
    const auto events = read_history(*entries);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].source, "rtc_cmos 00:04");
}

TEST(KernelLog, NamesWhatItCannotRead)
{
    const Tree tree;

    const auto entries = read_kernel_log({.folder = tree.folder()});

    ASSERT_FALSE(entries);
    EXPECT_EQ(to_text(entries.error()),
              "cannot read kernel log '" + tree.path("/dev/kmsg") + "': No such file or directory");
}

}  // namespace
}  // namespace clockguard
