// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/local_time.hpp"

#include <cstdlib>
#include <ctime>
#include <optional>

namespace clockguard {
namespace {

/// The C library knows one zone at a time. This puts the machine's in its place and the caller's
/// back; the program has one thread.
class MachineZone {
public:
    explicit MachineZone(const Root& root)
    {
        if (const char* set = std::getenv("TZ"); set != nullptr)
            callers_ = set;
        use(":" + root.path("/etc/localtime"));
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
};

std::time_t to_count(std::chrono::sys_seconds moment)
{
    return moment.time_since_epoch().count();
}

std::chrono::sys_seconds to_moment_of(std::time_t count)
{
    return std::chrono::sys_seconds{std::chrono::seconds{count}};
}

}  // namespace

std::chrono::sys_seconds from_local(const Root& root, std::chrono::sys_seconds shown)
{
    const MachineZone zone{root};
    const std::time_t digits = to_count(shown);
    std::tm wall{};
    ::gmtime_r(&digits, &wall);
    wall.tm_isdst = -1;  // let the zone say; in the doubled hour of autumn it has to guess
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
