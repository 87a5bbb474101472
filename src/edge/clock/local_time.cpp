// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/local_time.hpp"

#include <cstdlib>
#include <ctime>
#include <optional>
#include <sys/mman.h>
#include <unistd.h>

#include <fmt/core.h>

#include "clockguard/edge/base/fd.hpp"
#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/base/output.hpp"

namespace clockguard {
namespace {

/// The zone of another root as a file that the C library can open whatever the root is called, and
/// whose name no link leads out of it. An unreadable one is UTC, as a missing /etc/localtime is.
Fd copy_of_zone(const Root& root)
{
    const auto zone = read_file(root, "/etc/localtime");
    Fd copy{::memfd_create("localtime", MFD_CLOEXEC)};
    if (!zone || copy.get() < 0)
        return Fd{};
    return write_all_of(copy.get(), *zone) ? std::move(copy) : Fd{};
}

/// The C library knows one zone at a time. This puts the machine's in its place and the caller's
/// back; the program has one thread.
class MachineZone {
public:
    explicit MachineZone(const Root& root)
    {
        if (const char* set = std::getenv("TZ"); set != nullptr)
            callers_ = set;
        if (!root.is_live())
            copy_ = copy_of_zone(root);
        if (root.is_live())
            use(":/etc/localtime");
        else
            use(copy_.get() < 0 ? "UTC0" : fmt::format(":/proc/self/fd/{}", copy_.get()));
    }
    MachineZone(const MachineZone&) = delete;
    MachineZone& operator=(const MachineZone&) = delete;
    ~MachineZone()
    {
        if (callers_)
            use(*callers_);
        else
            ::unsetenv("TZ");
    }

private:
    static void use(const std::string& zone)
    {
        ::setenv("TZ", zone.c_str(), 1);
        ::tzset();
    }

    std::optional<std::string> callers_{};
    Fd copy_{};
};

std::time_t to_count(std::chrono::sys_seconds moment)
{
    return moment.time_since_epoch().count();
}

std::chrono::sys_seconds to_moment_of(std::time_t count)
{
    return std::chrono::sys_seconds{std::chrono::seconds{count}};
}

/// The moment of these digits in summer time (1), or in winter time (0), where the zone has it so.
std::optional<std::chrono::sys_seconds> in_season(const std::tm& digits, int summer)
{
    std::tm wall = digits;
    wall.tm_isdst = summer;
    const std::time_t count = ::mktime(&wall);
    const bool is_as_asked =
        wall.tm_isdst == summer && wall.tm_hour == digits.tm_hour && wall.tm_min == digits.tm_min;
    return is_as_asked ? std::optional{to_moment_of(count)} : std::nullopt;
}

}  // namespace

std::chrono::sys_seconds from_local(const Root& root, std::chrono::sys_seconds shown,
                                    Instant expected)
{
    const MachineZone zone{root};
    const std::time_t digits = to_count(shown);
    std::tm wall{};
    ::gmtime_r(&digits, &wall);
    const auto summer = in_season(wall, 1);
    const auto winter = in_season(wall, 0);
    if (summer && winter)
        return abs(*summer - expected) < abs(*winter - expected) ? *summer : *winter;
    wall.tm_isdst = -1;
    return to_moment_of(::mktime(&wall));
}

std::chrono::sys_seconds to_local(const Root& root, std::chrono::sys_seconds moment)
{
    const MachineZone zone{root};
    const std::time_t count = to_count(moment);
    std::tm wall{};
    ::localtime_r(&count, &wall);
    return to_moment_of(::timegm(&wall));
}

}  // namespace clockguard
