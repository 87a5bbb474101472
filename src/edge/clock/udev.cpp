// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/udev.hpp"

#include <algorithm>
#include <cerrno>
#include <tuple>

#include <fmt/core.h>
#include <libudev.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/base/handle.hpp"
#include "clockguard/edge/base/sys.hpp"

namespace clockguard {
namespace {

using UdevPtr = Handle<udev, udev_unref>;
using EnumeratePtr = Handle<udev_enumerate, udev_enumerate_unref>;
using DevicePtr = Handle<udev_device, udev_device_unref>;

constexpr std::string_view rtc_folder = "/sys/class/rtc";

std::string or_empty(const char* text)
{
    return text == nullptr ? "" : text;
}

std::string without_end_of_line(std::string text)
{
    while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
        text.pop_back();
    return text;
}

RtcDevice to_rtc(udev_device* device)
{
    const char* const node = udev_device_get_devnode(device);
    return {.node =
                node != nullptr ? node : fmt::format("/dev/{}", udev_device_get_sysname(device)),
            .folder = or_empty(udev_device_get_syspath(device)),
            .name = without_end_of_line(or_empty(udev_device_get_sysattr_value(device, "name"))),
            .set_system_clock =
                or_empty(udev_device_get_sysattr_value(device, "hctosys")).starts_with('1')};
}

/// Calls `visit` for every device of a subsystem.
template <class Visit>
Result<void> visit_devices(const char* subsystem, Visit visit)
{
    const auto cannot = [&](std::error_code code) {
        return fail(fmt::format("cannot list devices of '{}' (udev)", subsystem), code);
    };
    const UdevPtr library{udev_new()};
    const EnumeratePtr found{library ? udev_enumerate_new(library.get()) : nullptr};
    if (!found)
        return cannot({errno, std::generic_category()});
    const auto matched = negative(udev_enumerate_add_match_subsystem(found.get(), subsystem));
    if (!matched)
        return cannot(matched.error());
    const auto scanned = negative(udev_enumerate_scan_devices(found.get()));
    if (!scanned)
        return cannot(scanned.error());

    udev_list_entry* entry = nullptr;
    udev_list_entry_foreach(entry, udev_enumerate_get_list_entry(found.get()))
    {
        const DevicePtr device{
            udev_device_new_from_syspath(library.get(), udev_list_entry_get_name(entry))};
        if (device)
            visit(device.get());
    }
    return {};
}

Result<std::vector<RtcDevice>> list_through_udev()
{
    std::vector<RtcDevice> rtcs;
    const auto visited =
        visit_devices("rtc", [&](udev_device* device) { rtcs.push_back(to_rtc(device)); });
    if (!visited)
        return fail(visited.error());
    return rtcs;
}

PtpDevice to_ptp(udev_device* device)
{
    const char* const node = udev_device_get_devnode(device);
    return {.node =
                node != nullptr ? node : fmt::format("/dev/{}", udev_device_get_sysname(device)),
            .clock_name =
                without_end_of_line(or_empty(udev_device_get_sysattr_value(device, "clock_name")))};
}

/// The class is what all hosts agree on; each device of it has a GUID of its own.
constexpr std::string_view time_sync_class = "{9527e630-d0ae-497b-adce-e80ab0175caf}";

bool is_time_sync(udev_device* device)
{
    return without_end_of_line(or_empty(udev_device_get_sysattr_value(device, "class_id"))) ==
           time_sync_class;
}

/// channels/<relid>/interrupts: one file for each channel, and this device has one channel.
std::optional<std::uint64_t> count_interrupts(const std::string& folder)
{
    const std::string channels = folder + "/channels";
    for (const std::string& channel : list_folder(channels).value_or(std::vector<std::string>{})) {
        const auto text = read_file(fmt::format("{}/{}/interrupts", channels, channel));
        if (const auto count = parse_number<std::uint64_t>(trimmed(text.value_or(""))))
            return count;
    }
    return std::nullopt;
}

TimeSyncDevice to_time_sync(udev_device* device)
{
    const std::string driver = or_empty(udev_device_get_driver(device));
    const std::string state = or_empty(udev_device_get_sysattr_value(device, "state"));
    return {.bound = driver == "hv_utils" || driver == "hv_util",  // its name before 4.x
            .channel_state = parse_number<int>(trimmed(state)).value_or(0),
            .interrupts = count_interrupts(or_empty(udev_device_get_syspath(device)))};
}

std::string attribute(const Root& root, const std::string& folder, std::string_view name)
{
    const auto text = read_file(root, fmt::format("{}/{}", folder, name));
    return text ? without_end_of_line(*text) : "";
}

Result<std::vector<RtcDevice>> list_by_folder(const Root& root)
{
    const auto names = list_folder(root, rtc_folder);
    if (!names && names.error().code == std::errc::no_such_file_or_directory)
        return std::vector<RtcDevice>{};
    if (!names)
        return fail(names.error());
    std::vector<RtcDevice> rtcs;
    for (const std::string& name : *names) {
        const std::string folder = fmt::format("{}/{}", rtc_folder, name);
        rtcs.push_back({.node = "/dev/" + name,
                        .folder = folder,
                        .name = attribute(root, folder, "name"),
                        .set_system_clock = attribute(root, folder, "hctosys") == "1"});
    }
    return rtcs;
}

/// By length first, so that rtc10 comes after rtc2.
bool comes_first(const RtcDevice& one, const RtcDevice& other)
{
    const auto rank = [](const RtcDevice& rtc) {
        return std::tuple{!rtc.set_system_clock, rtc.node.size(), std::string_view{rtc.node}};
    };
    return rank(one) < rank(other);
}

Result<std::vector<PtpDevice>> list_ptps_by_folder(const Root& root)
{
    constexpr std::string_view folder = "/sys/class/ptp";
    std::vector<PtpDevice> clocks;
    const auto names = list_folder(root, folder);
    for (const std::string& name : names.value_or(std::vector<std::string>{}))
        clocks.push_back(
            {.node = "/dev/" + name,
             .clock_name = attribute(root, fmt::format("{}/{}", folder, name), "clock_name")});
    return clocks;
}

}  // namespace

Result<std::vector<PtpDevice>> list_ptps(const Root& root)
{
    if (!root.is_live())
        return list_ptps_by_folder(root);
    std::vector<PtpDevice> clocks;
    const auto visited =
        visit_devices("ptp", [&](udev_device* device) { clocks.push_back(to_ptp(device)); });
    if (!visited)
        return fail(visited.error());
    std::ranges::sort(clocks, {}, &PtpDevice::node);
    return clocks;
}

std::optional<TimeSyncDevice> find_time_sync_device()
{
    std::optional<TimeSyncDevice> found;
    const auto visited = visit_devices("vmbus", [&](udev_device* device) {
        if (is_time_sync(device))
            found = to_time_sync(device);
    });
    return visited ? found : std::nullopt;
}

Result<std::vector<RtcDevice>> list_rtcs(const Root& root)
{
    auto rtcs = root.is_live() ? list_through_udev() : list_by_folder(root);
    if (rtcs)
        std::ranges::sort(*rtcs, comes_first);
    return rtcs;
}

}  // namespace clockguard
