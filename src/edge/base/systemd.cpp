// SPDX-License-Identifier: Apache-2.0
// What systemd is asked and told: by calls over its own socket or the bus, and by notification.
#include "clockguard/edge/base/systemd.hpp"

#include <cstdlib>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/datagram.hpp"
#include "clockguard/edge/base/handle.hpp"
#include "clockguard/edge/base/sys.hpp"
#include "edge/base/libsystemd.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

using Bus = Handle<sd_bus, freed_by<&Libsystemd::bus_flush_close_unref>>;
using Message = Handle<sd_bus_message, freed_by<&Libsystemd::bus_message_unref>>;
using Text = Handle<char, ::free>;

constexpr const char* manager = "org.freedesktop.systemd1";
constexpr const char* manager_path = "/org/freedesktop/systemd1";
constexpr const char* manager_interface = "org.freedesktop.systemd1.Manager";
constexpr const char* job_interface = "org.freedesktop.systemd1.Job";
constexpr const char* unit_interface = "org.freedesktop.systemd1.Unit";

constexpr Span between_looks = 50ms;

/// A unit that ends without READY=1 has failed (result 'protocol'); one that has not said it 30 s
/// after its last EXTEND_TIMEOUT_USEC is ended.
constexpr Span longest_for_ready = 20s;

/// An error of the bus, with its text, freed at the end.
class BusError {
public:
    BusError() = default;
    BusError(const BusError&) = delete;
    BusError& operator=(const BusError&) = delete;
    ~BusError() { sd().bus_error_free(&error_); }

    sd_bus_error* get() { return &error_; }

    Error told(std::string what, std::error_code code) const
    {
        if (error_.message == nullptr)
            return {.what = std::move(what), .code = code};
        return {.what = fmt::format("{}: {}", what, error_.message)};
    }

private:
    sd_bus_error error_{};
};

/// systemd's own socket, as systemctl uses it for root: it is there as long as systemd is, and no
/// broker that hangs stands between.
Bus open_private_bus()
{
    sd_bus* bus = nullptr;
    if (::geteuid() != 0 || sd().bus_new(&bus) < 0)
        return Bus{};
    Bus owned{bus};
    const bool opened = sd().bus_set_address(bus, "unix:path=/run/systemd/private") >= 0 &&
                        sd().bus_start(bus) >= 0;
    return opened ? std::move(owned) : Bus{};
}

Result<Bus> open_bus()
{
    const auto library = load<Libsystemd>();
    if (!library)
        return fail(library.error());
    if (Bus own = open_private_bus())
        return own;
    sd_bus* bus = nullptr;
    const auto opened = negative(sd().bus_open_system(&bus));
    if (!opened)
        return fail("cannot reach systemd", opened.error());
    return Bus{bus};
}

Result<std::string> unit_path(sd_bus* bus, const std::string& unit)
{
    BusError error;
    sd_bus_message* reply = nullptr;
    const auto called =
        negative(sd().bus_call_method(bus, manager, manager_path, manager_interface, "LoadUnit",
                                      error.get(), &reply, "s", unit.c_str()));
    const Message owned{reply};
    if (!called)
        return fail(error.told(fmt::format("cannot find unit '{}'", unit), called.error()));
    const char* path = nullptr;
    const auto read = negative(sd().bus_message_read(reply, "o", &path));
    if (!read)
        return fail(fmt::format("cannot find unit '{}'", unit), read.error());
    return std::string{path};
}

Result<std::string> read_property(sd_bus* bus, const std::string& path, const char* property)
{
    BusError error;
    char* state = nullptr;
    const auto read = negative(sd().bus_get_property_string(
        bus, manager, path.c_str(), unit_interface, property, error.get(), &state));
    const Text owned{state};
    if (!read)
        return fail(error.told("cannot read a unit's state", read.error()));
    return std::string{state};
}

Result<std::string> read_active(sd_bus* bus, const std::string& path)
{
    return read_property(bus, path, "ActiveState");
}

/// Queues a job for a unit and returns the job's object.
Result<std::string> queue_job(sd_bus* bus, const char* method, const std::string& unit)
{
    BusError error;
    sd_bus_message* reply = nullptr;
    const auto called =
        negative(sd().bus_call_method(bus, manager, manager_path, manager_interface, method,
                                      error.get(), &reply, "ss", unit.c_str(), "replace"));
    const Message owned{reply};
    if (!called)
        return fail(error.told(fmt::format("cannot restart unit '{}'", unit), called.error()));
    const char* job = nullptr;
    const auto read = negative(sd().bus_message_read(reply, "o", &job));
    if (!read)
        return fail(fmt::format("cannot restart unit '{}'", unit), read.error());
    return std::string{job};
}

/// A job's object is gone when the job is done. Any other error says nothing about the job.
Result<bool> is_pending(sd_bus* bus, const std::string& job)
{
    BusError error;
    char* state = nullptr;
    const auto read = negative(sd().bus_get_property_string(
        bus, manager, job.c_str(), job_interface, "State", error.get(), &state));
    const Text owned{state};
    if (read)
        return true;
    if (sd().bus_error_has_name(error.get(), SD_BUS_ERROR_UNKNOWN_OBJECT) != 0)
        return false;
    return fail(error.told("cannot ask systemd about a job", read.error()));
}

/// A time of systemd's in microseconds; zero where it has none.
std::uint64_t read_time(sd_bus* bus, const std::string& path, const char* property)
{
    BusError error;
    std::uint64_t us = 0;
    const int read = sd().bus_get_property_trivial(bus, manager, path.c_str(), unit_interface,
                                                   property, error.get(), 't', &us);
    return read < 0 ? 0 : us;
}

std::optional<ClockPair> read_active_since(sd_bus* bus, const std::string& path)
{
    const std::uint64_t wall = read_time(bus, path, "ActiveEnterTimestamp");
    const std::uint64_t monotonic = read_time(bus, path, "ActiveEnterTimestampMonotonic");
    if (wall == 0 || monotonic == 0)
        return std::nullopt;
    return ClockPair{.wall = Instant{Span{static_cast<Span::rep>(wall)}},
                     .monotonic = Span{static_cast<Span::rep>(monotonic)}};
}

/// libsystemd's own waits for as long as the service manager reads nothing. What finds no room in
/// time is dropped.
void tell_manager(const std::string& state, Span longest = {})
{
    if (const char* const name = std::getenv("NOTIFY_SOCKET"))
        offer_datagram(name, state, longest);
}

}  // namespace

bool is_journal(int descriptor)
{
    const char* const stream = std::getenv("JOURNAL_STREAM");
    struct stat about {};
    return stream != nullptr && ::fstat(descriptor, &about) == 0 &&
           stream == fmt::format("{}:{}", about.st_dev, about.st_ino);
}

bool is_unit_process()
{
    const char* const pid = std::getenv("SYSTEMD_EXEC_PID");
    return pid != nullptr && std::getenv("INVOCATION_ID") != nullptr &&
           pid == fmt::format("{}", ::getpid());
}

void notify_status(const std::string& sentence)
{
    tell_manager(fmt::format("STATUS={}", on_one_line(sentence)));
}

void notify_ready(const std::string& sentence)
{
    tell_manager(fmt::format("READY=1\nSTATUS={}", on_one_line(sentence)), longest_for_ready);
}

void notify_extend_timeout(Span span)
{
    tell_manager(fmt::format("EXTEND_TIMEOUT_USEC={}", span.count()));
}

Result<UnitState> query_unit(const std::string& unit)
{
    const auto bus = open_bus();
    if (!bus)
        return fail(bus.error());
    const auto path = unit_path(bus->get(), unit);
    if (!path)
        return fail(path.error());
    const auto active = read_active(bus->get(), *path);
    if (!active)
        return fail(active.error());
    return UnitState{.active = *active, .active_since = read_active_since(bus->get(), *path)};
}

Result<void> run_unit(const std::string& unit, Span longest)
{
    const auto bus = open_bus();
    if (!bus)
        return fail(bus.error());
    auto job = queue_job(bus->get(), "RestartUnit", unit);
    if (!job)
        return fail(job.error());
    const Uptime deadline = uptime_now() + longest;
    for (;;) {
        const auto pending = is_pending(bus->get(), *job);
        if (!pending)
            return fail(pending.error());
        if (!*pending)
            break;
        if (uptime_now() >= deadline)
            return fail(
                fmt::format("cannot run unit '{}': not done after {}", unit, to_text(longest)));
        sleep_for(between_looks);
    }
    const auto path = unit_path(bus->get(), unit);
    if (!path)
        return fail(path.error());
    const auto active = read_active(bus->get(), *path);
    if (!active)
        return fail(active.error());
    if (*active == "failed")
        return fail(fmt::format("cannot run unit '{}': it failed (journalctl -u {})", unit, unit));
    return {};
}

bool is_system_stopping()
{
    const auto bus = open_bus();
    if (!bus)
        return false;
    BusError error;
    char* state = nullptr;
    const int read = sd().bus_get_property_string(
        bus->get(), manager, manager_path, manager_interface, "SystemState", error.get(), &state);
    const Text owned{state};
    return read >= 0 && std::string_view{state} == "stopping";
}

Result<void> restart_unit(const std::string& unit)
{
    const auto bus = open_bus();
    if (!bus)
        return fail(bus.error());
    const auto job = queue_job(bus->get(), "TryRestartUnit", unit);
    if (!job)
        return fail(job.error());
    return {};
}

}  // namespace clockguard
