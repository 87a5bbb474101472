// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/rtc.hpp"
#include "fuzz/fuzz.hpp"

namespace clockguard {

// What sysfs and /etc/adjtime say is read or passed over, and a moment read has digits and back.
void fuzz(std::string_view input)
{
    parse_rtc_zone(input);
    write_phase(input);
    const auto moment = parse_since_epoch(input);
    if (!moment)
        return;
    const auto again = to_moment(to_digits(*moment));
    must(!again || *again == *moment);
    const RtcReading reading{.shows = *moment,
                             .taken_at = Instant{std::chrono::seconds{1789000000}}};
    must(rtc_offset(reading).error > Span{0});
}

}  // namespace clockguard
