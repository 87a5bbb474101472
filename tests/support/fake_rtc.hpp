// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <linux/rtc.h>
#include <list>
#include <optional>
#include <string>
#include <umockdev.h>
#include <vector>

namespace clockguard {

/// What a hardware clock of the test is like.
struct FakeRtc {
    std::string name = "rtc_cmos 00:04";
    bool set_system_clock = false;
    rtc_time shows{};
    std::string since_epoch{};  // no such attribute when empty
    int read_errno = 0;         // 0: it answers
    int set_errno = 0;
    std::optional<unsigned> trouble{};  // RTC_VL_READ; none: the driver does not know it
    std::vector<rtc_time> written{};
};

/// /dev/rtc0, rtc1, ... as udev and the kernel present them. Tests that use it run under
/// umockdev-wrapper.
class FakeRtcs {
public:
    FakeRtcs() = default;
    FakeRtcs(const FakeRtcs&) = delete;
    FakeRtcs& operator=(const FakeRtcs&) = delete;
    ~FakeRtcs()
    {
        for (const Attached& attached : attached_) {
            umockdev_testbed_detach_ioctl(testbed_, attached.node.c_str(), nullptr);
            g_object_unref(attached.ioctls);
        }
        g_object_unref(testbed_);
    }

    FakeRtc& add(FakeRtc rtc)
    {
        const std::string id = "rtc" + std::to_string(attached_.size());
        attached_.push_back({.node = "/dev/" + id, .rtc = std::move(rtc)});
        Attached& added = attached_.back();
        const std::string number = std::to_string(attached_.size());
        const std::string text =
            "P: /devices/pnp0/00:0" + number + "/rtc/" + id + "\nN: " + id +
            "\nE: SUBSYSTEM=rtc\nE: DEVNAME=/dev/" + id +
            "\nA: hctosys=" + (added.rtc.set_system_clock ? "1" : "0") +
            "\\n\nA: name=" + added.rtc.name + "\\n\n" +
            (added.rtc.since_epoch.empty() ? ""
                                           : "A: since_epoch=" + added.rtc.since_epoch + "\\n\n");
        umockdev_testbed_add_from_string(testbed_, text.c_str(), nullptr);
        g_signal_connect(added.ioctls, "handle-ioctl", G_CALLBACK(answer), &added.rtc);
        umockdev_testbed_attach_ioctl(testbed_, added.node.c_str(), added.ioctls, nullptr);
        return added.rtc;
    }

private:
    struct Attached {
        std::string node{};
        FakeRtc rtc{};
        UMockdevIoctlBase* ioctls = umockdev_ioctl_base_new();
    };

    /// The bytes at which the caller's argument points.
    static UMockdevIoctlData* argument(UMockdevIoctlClient* client, std::size_t size)
    {
        return umockdev_ioctl_data_resolve(umockdev_ioctl_client_get_arg(client), 0, size, nullptr);
    }

    template <class T>
    static void reply(UMockdevIoctlClient* client, T value)
    {
        UMockdevIoctlData* data = argument(client, sizeof value);
        umockdev_ioctl_data_update(data, 0, reinterpret_cast<guint8*>(&value), sizeof value);
        g_object_unref(data);
    }

    static void complete(UMockdevIoctlClient* client, int error)
    {
        umockdev_ioctl_client_complete(client, error == 0 ? 0 : -1, error);
    }

    static gboolean answer(UMockdevIoctlBase*, UMockdevIoctlClient* client, FakeRtc* rtc)
    {
        switch (umockdev_ioctl_client_get_request(client)) {
        case RTC_RD_TIME:
            if (rtc->read_errno == 0)
                reply(client, rtc->shows);
            complete(client, rtc->read_errno);
            return TRUE;
        case RTC_SET_TIME:
            write(client, *rtc);
            complete(client, rtc->set_errno);
            return TRUE;
        case RTC_VL_READ:
            if (rtc->trouble)
                reply(client, *rtc->trouble);
            complete(client, rtc->trouble ? 0 : ENOTTY);
            return TRUE;
        default:
            return FALSE;
        }
    }

    static void write(UMockdevIoctlClient* client, FakeRtc& rtc)
    {
        UMockdevIoctlData* data = argument(client, sizeof(rtc_time));
        guint8* bytes = nullptr;
        gint length = 0;
        umockdev_ioctl_data_retrieve(data, &bytes, &length);
        g_object_unref(data);
        if (rtc.set_errno == 0 && static_cast<std::size_t>(length) >= sizeof rtc.shows) {
            std::memcpy(&rtc.shows, bytes, sizeof rtc.shows);
            rtc.written.push_back(rtc.shows);
        }
        g_free(bytes);
    }

    UMockdevTestbed* testbed_ = umockdev_testbed_new();
    std::list<Attached> attached_{};  // a list, for the handlers hold addresses
};

}  // namespace clockguard
