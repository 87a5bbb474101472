// SPDX-License-Identifier: Apache-2.0
// What a hardware clock shows, as its driver says it and as it is read.
#pragma once

#include <linux/rtc.h>
#include <string>

#include "clockguard/edge/clock/rtc.hpp"

namespace clockguard {

inline rtc_time rtc_date(int year, int month, int day, int hour = 0)
{
    rtc_time time{};
    time.tm_year = year - 1900;
    time.tm_mon = month - 1;
    time.tm_mday = day;
    time.tm_hour = hour;
    return time;
}

inline std::string text_of(const Result<RtcReading>& reading)
{
    return reading ? to_text(Instant{reading->shows}) : to_text(reading.error());
}

}  // namespace clockguard
