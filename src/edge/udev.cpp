// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/udev.hpp"

#include <algorithm>
#include <cerrno>
#include <tuple>

#include <fmt/format.h>
#include <libudev.h>

#include "clockguard/edge/files.hpp"
#include "clockguard/edge/handle.hpp"
#include "clockguard/edge/sys.hpp"

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

Result<std::vector<RtcDevice>> list_through_udev()
{
    const UdevPtr library{udev_new()};
    const EnumeratePtr found{library ? udev_enumerate_new(library.get()) : nullptr};
    if (!found)
        return fail("cannot list hardware clocks (udev)", {errno, std::generic_category()});
    const auto matched = negative(udev_enumerate_add_match_subsystem(found.get(), "rtc"));
    if (!matched)
        return fail("cannot list hardware clocks (udev)", matched.error());
    const auto scanned = negative(udev_enumerate_scan_devices(found.get()));
    if (!scanned)
        return fail("cannot list hardware clocks (udev)", scanned.error());

    std::vector<RtcDevice> rtcs;
    udev_list_entry* entry = nullptr;
    udev_list_entry_foreach(entry, udev_enumerate_get_list_entry(found.get()))
    {
        const DevicePtr device{
            udev_device_new_from_syspath(library.get(), udev_list_entry_get_name(entry))};
        if (device)
            rtcs.push_back(to_rtc(device.get()));
    }
    return rtcs;
}

std::string attribute(const Root& root, const std::string& folder, std::string_view name)
{
    const auto text = read_file(root.path(fmt::format("{}/{}", folder, name)));
    return text ? without_end_of_line(*text) : "";
}

Result<std::vector<RtcDevice>> list_by_folder(const Root& root)
{
    const auto names = list_folder(root.path(rtc_folder));
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

}  // namespace

Result<std::vector<RtcDevice>> list_rtcs(const Root& root)
{
    auto rtcs = root.is_live() ? list_through_udev() : list_by_folder(root);
    if (rtcs)
        std::ranges::sort(*rtcs, comes_first);
    return rtcs;
}

}  // namespace clockguard
