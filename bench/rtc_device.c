// SPDX-License-Identifier: Apache-2.0
//
// rtc_device KIND AHEAD PROGRAM [ARGUMENT]...: runs a program on a machine whose /dev/rtc0 is AHEAD
// (us) of the system clock. KIND: "interrupts", "silent" (takes RTC_UIE_ON and never sends any),
// "none" (refuses RTC_UIE_ON) or "held" (another program has it: EBUSY). Runs under
// umockdev-wrapper.

#include <errno.h>
#include <linux/rtc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <umockdev.h>
#include <unistd.h>

#define NODE "/dev/rtc0"
#define FOLDER "/sys/devices/pnp0/00:04/rtc/rtc0"
#define MILLION 1000000LL

static const char* kind;
static long long ahead_us;
static int wire;
static atomic_bool interrupts_on;

static long long shown_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * MILLION + now.tv_nsec / 1000 + ahead_us;
}

static int look(UMockdevIoctlClient* client)
{
    const time_t second = shown_us() / MILLION;
    struct tm parts;
    gmtime_r(&second, &parts);
    struct rtc_time shows = {.tm_sec = parts.tm_sec,
                             .tm_min = parts.tm_min,
                             .tm_hour = parts.tm_hour,
                             .tm_mday = parts.tm_mday,
                             .tm_mon = parts.tm_mon,
                             .tm_year = parts.tm_year};
    UMockdevIoctlData* data =
        umockdev_ioctl_data_resolve(umockdev_ioctl_client_get_arg(client), 0, sizeof shows, NULL);
    umockdev_ioctl_data_update(data, 0, (guint8*)&shows, sizeof shows);
    g_object_unref(data);
    return 0;
}

static int ask(UMockdevIoctlClient* client)
{
    if (strcmp(kind, "held") == 0)
        return EBUSY;
    switch (umockdev_ioctl_client_get_request(client)) {
    case RTC_RD_TIME:
        return look(client);
    case RTC_UIE_ON:
        if (strcmp(kind, "none") == 0)
            return EINVAL;
        interrupts_on = true;
        return 0;
    case RTC_UIE_OFF:
        interrupts_on = false;
        return 0;
    default:
        return ENOTTY;
    }
}

static gboolean answer(UMockdevIoctlBase* ioctls, UMockdevIoctlClient* client, void* unused)
{
    (void)ioctls;
    (void)unused;
    const int error = ask(client);
    umockdev_ioctl_client_complete(client, error == 0 ? 0 : -1, error);
    return TRUE;
}

static UMockdevTestbed* make_machine(void)
{
    UMockdevTestbed* machine = umockdev_testbed_new();
    UMockdevIoctlBase* ioctls = umockdev_ioctl_base_new();
    umockdev_testbed_add_from_string(machine,
                                     "P: /devices/pnp0/00:04/rtc/rtc0\nN: rtc0\nE: SUBSYSTEM=rtc\n"
                                     "E: DEVNAME=/dev/rtc0\nA: hctosys=1\\n\n"
                                     "A: name=rtc_cmos 00:04\\n\n",
                                     NULL);
    g_signal_connect(ioctls, "handle-ioctl", G_CALLBACK(answer), NULL);
    wire = umockdev_testbed_get_dev_fd(machine, NODE);
    umockdev_testbed_attach_ioctl(machine, NODE, ioctls, NULL);
    return machine;
}

static void sleep_until_shown(long long until_us)
{
    const long long at_us = until_us - ahead_us;
    const struct timespec at = {.tv_sec = at_us / MILLION, .tv_nsec = at_us % MILLION * 1000};
    clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &at, NULL);
}

static void show_in_sysfs(UMockdevTestbed* machine, long long second)
{
    char text[32];
    snprintf(text, sizeof text, "%lld\n", second);
    umockdev_testbed_set_attribute(machine, FOLDER, "since_epoch", text);
}

// What changes by itself, as each second of the clock begins.
static void* run_clock(void* machine)
{
    for (long long second = shown_us() / MILLION + 1;; ++second) {
        sleep_until_shown(second * MILLION);
        show_in_sysfs(machine, second);
        const unsigned long word = 0x190;
        if (interrupts_on && strcmp(kind, "interrupts") == 0 &&
            write(wire, &word, sizeof word) != sizeof word)
            abort();
    }
    return NULL;
}

int main(int argc, char** argv)
{
    if (argc < 4)
        return 64;
    kind = argv[1];
    ahead_us = strtoll(argv[2], NULL, 10);
    UMockdevTestbed* machine = make_machine();
    show_in_sysfs(machine, shown_us() / MILLION);
    pthread_t clock;
    if (pthread_create(&clock, NULL, run_clock, machine) != 0)
        return 70;
    const pid_t child = fork();
    if (child == 0) {
        execvp(argv[3], argv + 3);
        perror(argv[3]);
        _exit(127);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) < 0)
        return 70;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 70;
}
