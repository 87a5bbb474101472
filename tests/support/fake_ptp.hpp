// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <ctime>
#include <linux/ptp_clock.h>
#include <string>
#include <umockdev.h>

namespace clockguard {

/// What a PTP clock of the test is like.
struct FakePtp {
    std::string clock_name = "hyperv";
    std::int64_t ahead_s = 0;   // of this machine's clock
    std::int64_t shows_s = -1;  // fixed; -1: goes with this machine's clock
    int read_errno = 0;         // 0: it answers
};

/// /dev/ptp0 as udev and the kernel present it, and on wish the VMBus device behind it. Tests that
/// use it run under umockdev-wrapper.
class FakePtpClock {
public:
    explicit FakePtpClock(FakePtp ptp) : ptp_{std::move(ptp)}
    {
        const std::string text = "P: /devices/virtual/ptp/ptp0\nN: ptp0\nE: SUBSYSTEM=ptp\n"
                                 "E: DEVNAME=/dev/ptp0\nA: clock_name=" +
                                 ptp_.clock_name + "\\n\n";
        umockdev_testbed_add_from_string(testbed_, text.c_str(), nullptr);
        g_signal_connect(ioctls_, "handle-ioctl", G_CALLBACK(answer), &ptp_);
        umockdev_testbed_attach_ioctl(testbed_, "/dev/ptp0", ioctls_, nullptr);
    }
    FakePtpClock(const FakePtpClock&) = delete;
    FakePtpClock& operator=(const FakePtpClock&) = delete;
    ~FakePtpClock()
    {
        umockdev_testbed_detach_ioctl(testbed_, "/dev/ptp0", nullptr);
        g_object_unref(ioctls_);
        g_object_unref(testbed_);
    }

    /// The Time Synchronization device, with a driver or without.
    void add_vmbus(const std::string& state, bool bound)
    {
        const std::string text =
            "P: " + std::string{time_sync_device} +
            "\nE: SUBSYSTEM=vmbus\n"
            "A: class_id={9527e630-d0ae-497b-adce-e80ab0175caf}\\n\n"
            "A: state=" +
            state + "\\n\n" + (bound ? "L: driver=../../../../bus/vmbus/drivers/hv_utils\n" : "");
        umockdev_testbed_add_from_string(testbed_, text.c_str(), nullptr);
    }

    /// What its channel has counted, as the kernel prints it.
    void count_interrupts(const std::string& text)
    {
        umockdev_testbed_set_attribute(testbed_, ("/sys" + std::string{time_sync_device}).c_str(),
                                       "channels/15/interrupts", text.c_str());
    }

private:
    static constexpr const char* time_sync_device = "/devices/LNXSYSTM:00/VMBUS:00/2dd1ce17";

    static std::int64_t now_s()
    {
        timespec now{};
        ::clock_gettime(CLOCK_REALTIME, &now);
        return now.tv_sec;
    }

    static void fill(ptp_sys_offset& asked, const FakePtp& ptp)
    {
        const std::int64_t now = now_s();
        for (unsigned i = 0; i <= 2 * asked.n_samples; ++i)
            asked.ts[i] = {.sec = now, .nsec = 1000 * i, .reserved = 0};
        for (unsigned i = 0; i < asked.n_samples; ++i)
            asked.ts[2 * i + 1].sec = ptp.shows_s >= 0 ? ptp.shows_s : now + ptp.ahead_s;
    }

    static gboolean answer(UMockdevIoctlBase*, UMockdevIoctlClient* client, FakePtp* ptp)
    {
        if (umockdev_ioctl_client_get_request(client) != PTP_SYS_OFFSET)
            return FALSE;
        if (ptp->read_errno != 0) {
            umockdev_ioctl_client_complete(client, -1, ptp->read_errno);
            return TRUE;
        }
        UMockdevIoctlData* data = umockdev_ioctl_data_resolve(umockdev_ioctl_client_get_arg(client),
                                                              0, sizeof(ptp_sys_offset), nullptr);
        ptp_sys_offset asked{};
        guint8* bytes = nullptr;
        gint length = 0;
        umockdev_ioctl_data_retrieve(data, &bytes, &length);
        std::memcpy(&asked, bytes, sizeof asked);
        g_free(bytes);
        fill(asked, *ptp);
        umockdev_ioctl_data_update(data, 0, reinterpret_cast<guint8*>(&asked), sizeof asked);
        g_object_unref(data);
        umockdev_ioctl_client_complete(client, 0, 0);
        return TRUE;
    }

    FakePtp ptp_;
    UMockdevTestbed* testbed_ = umockdev_testbed_new();
    UMockdevIoctlBase* ioctls_ = umockdev_ioctl_base_new();
};

}  // namespace clockguard
