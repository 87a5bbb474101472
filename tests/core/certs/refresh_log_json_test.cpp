// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/refresh_log_json.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;

const std::string one_refresh = R"({
  "schema": "clockguard.refreshes/v1",
  "refreshes": [
    {
      "boot_id": "b",
      "uptime_s": 123.456789,
      "time": "2026-03-03T08:20:11Z",
      "names": [
        "server",
        "ca"
      ]
    }
  ]
}
)";

/// With one_refresh text of it in the place of another.
std::string changed(const std::string& from, const std::string& to)
{
    std::string text = one_refresh;
    return text.replace(text.find(from), from.size(), to);
}

std::string refusal_of(std::string_view text)
{
    const auto log = parse_refresh_log(text);
    return log ? "accepted" : to_text(log.error());
}

TEST(RefreshLogJson, IsWrittenLikeThis)
{
    EXPECT_EQ(render_json(std::vector<RefreshRecord>{{.boot_id = "b",
                                                      .uptime = 123456789us,
                                                      .time = Instant{1772526011s},
                                                      .names = {"server", "ca"}}}),
              one_refresh);
}

TEST(RefreshLogJson, GoesThereAndBack)
{
    const std::vector<RefreshRecord> log{
        {.boot_id = "b", .uptime = 123456789us, .time = Instant{1772526011s}, .names = {"server"}}};

    const auto read = parse_refresh_log(render_json(log));

    ASSERT_TRUE(read) << to_text(read.error());
    ASSERT_EQ(read->size(), 1U);
    EXPECT_EQ(read->front().boot_id, "b");
    EXPECT_EQ(read->front().uptime, 123456789us);
    EXPECT_EQ(to_text(read->front().time), "2026-03-03T08:20:11Z");
    EXPECT_EQ(read->front().names, std::vector<std::string>{"server"});
}

TEST(RefreshLogJson, IsRefusedInEveryTruncation)
{
    const std::string whole = render_json(std::vector<RefreshRecord>{{.boot_id = "b"}});
    for (std::size_t size = 0; size + 1 < whole.size(); ++size)
        EXPECT_FALSE(parse_refresh_log(whole.substr(0, size))) << size;
}

TEST(RefreshLogJson, LosesNoMicrosecond)
{
    EXPECT_EQ(parse_refresh_log(changed("123.456789", "1.0000019"))->front().uptime, 1000002us);
}

TEST(RefreshLogJson, GoesOnWithoutATimeThatIsNone)
{
    const auto log = parse_refresh_log(changed("2026-03-03T08:20:11Z", "yesterday"));

    ASSERT_TRUE(log) << to_text(log.error());
    EXPECT_EQ(log->front().time, Instant{});
    EXPECT_EQ(log->front().boot_id, "b");
}

TEST(RefreshLogJson, IsRefusedWhereItIsAnother)
{
    const std::string other = "is not clockguard.refreshes/v1";

    EXPECT_EQ(refusal_of(one_refresh), "accepted");
    EXPECT_EQ(refusal_of("{}"), other);
    EXPECT_EQ(refusal_of("[]"), other);
    EXPECT_EQ(refusal_of(changed("refreshes/v1", "refreshes/v2")), other);
    EXPECT_EQ(refusal_of(changed("\"refreshes\":", "\"other\":")), other);
    EXPECT_EQ(refusal_of(changed("\"b\"", "7")), other);
    EXPECT_EQ(refusal_of(changed("123.456789", "\"123\"")), other);
    EXPECT_EQ(refusal_of(changed("\"ca\"", "7")), other);
}

}  // namespace
}  // namespace clockguard
