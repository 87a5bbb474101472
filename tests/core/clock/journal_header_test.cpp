// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/journal_header.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

/// The file's fields before them are of no use here.
std::string header_bytes()
{
    std::string bytes = "LPKSHHRH" + std::string(64, '\xff');
    bytes += "0123456789abcdef";                              // seqnum_id
    bytes += std::string(80, '\xff');                         // sizes, places and the last number
    bytes += std::string{"\x34\x12\0\0\0\0\0\0", 8};          // head_entry_seqnum
    bytes += std::string(16, '\xff');                         // entry array, first date
    bytes += std::string{"\0\x80\xd2\x76\x2e\x60\x06\0", 8};  // tail_entry_realtime
    return bytes;
}

TEST(JournalHeader, TellsTheCountAndTheLastDate)
{
    const auto header = parse_journal_header(header_bytes());

    ASSERT_TRUE(header);
    EXPECT_EQ(header->sequence, "0123456789abcdef");
    EXPECT_EQ(header->first, 0x1234U);
    EXPECT_EQ(header->last_wall, Instant{Span{0x0006'602e'76d2'8000}});
}

TEST(JournalHeader, OfAnImpossibleDateIsTheLatest)
{
    std::string bytes = header_bytes();
    bytes.back() = '\xff';

    const auto header = parse_journal_header(bytes);

    ASSERT_TRUE(header);
    EXPECT_EQ(header->last_wall, Instant::max());
}

TEST(JournalHeader, IsNoneOfAnotherOrATornFile)
{
    std::string other = header_bytes();
    other[0] = 'X';

    EXPECT_FALSE(parse_journal_header(other));
    EXPECT_FALSE(parse_journal_header(header_bytes().substr(1)));
    EXPECT_FALSE(parse_journal_header(header_bytes().substr(0, journal_header_size - 1)));
    EXPECT_FALSE(parse_journal_header(""));
}

}  // namespace
}  // namespace clockguard
