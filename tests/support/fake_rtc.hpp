// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <cstring>
#include <linux/rtc.h>
#include <list>
#include <optional>
#include <string>
#include <umockdev.h>
#include <unistd.h>
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
    int ticks_after = 0;       // looks at it; its next second begins then; 0: it stands still
    bool interrupts = false;   // it tells so by an interrupt, before it is looked at again
    int interrupts_errno = 0;  // of RTC_UIE_ON
    int trouble_errno = ENOTTY;
    int looks = 0;
    bool interrupts_on = false;
    int switched_off = 0;

    int wire = -1;  // the other end of the device

    bool tick_if_due()
    {
        if (ticks_after == 0 || looks < ticks_after)
            return false;
        ++shows.tm_sec;
        ticks_after = 0;
        return true;
    }
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
        added.rtc.wire = umockdev_testbed_get_dev_fd(testbed_, added.node.c_str());
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
            look(client, *rtc);
            return TRUE;
        case RTC_SET_TIME:
            write(client, *rtc);
            complete(client, rtc->set_errno);
            return TRUE;
        case RTC_VL_READ:
            if (rtc->trouble)
                reply(client, *rtc->trouble);
            complete(client, rtc->trouble ? 0 : rtc->trouble_errno);
            return TRUE;
        case RTC_UIE_ON:
            rtc->interrupts_on = rtc->interrupts_errno == 0;
            complete(client, rtc->interrupts_errno);
            return TRUE;
        case RTC_UIE_OFF:
            rtc->interrupts_on = false;
            ++rtc->switched_off;
            complete(client, 0);
            return TRUE;
        default:
            return FALSE;
        }
    }

    /// What rtc(4) lets a program read at an update interrupt.
    static void interrupt(const FakeRtc& rtc)
    {
        const unsigned long word = 0x190;
        if (::write(rtc.wire, &word, sizeof word) != sizeof word)
            std::abort();
    }

    static void look(UMockdevIoctlClient* client, FakeRtc& rtc)
    {
        if (!rtc.interrupts)
            rtc.tick_if_due();
        ++rtc.looks;
        if (rtc.read_errno == 0)
            reply(client, rtc.shows);
        if (rtc.interrupts && rtc.interrupts_on && rtc.tick_if_due())
            interrupt(rtc);
        complete(client, rtc.read_errno);
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
