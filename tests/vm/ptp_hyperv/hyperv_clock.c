// SPDX-License-Identifier: GPL-2.0-only
/*
 * A PTP clock named "hyperv" where there is no Hyper-V: what hv_utils registers, without the host.
 *
 * It tells true time whatever the guest's own clock says: at load it takes the hardware clock, which the
 * runner has set ahead by rtc_ahead seconds, and from there it counts on with the time since boot.
 * What the host does may change at any time: write to mode and offset in /sys/module/hyperv_clock/parameters.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/mc146818rtc.h>
#include <linux/module.h>
#include <linux/ptp_clock_kernel.h>
#include <linux/rtc.h>
#include <linux/timekeeping.h>

static int mode;
module_param(mode, int, 0644);
MODULE_PARM_DESC(mode, "0: live, 1: has heard no host yet (the year 2185), 2: the host has gone silent (ESTALE)");
static long offset;
module_param(offset, long, 0644);
MODULE_PARM_DESC(offset, "seconds the host's clock is ahead of true time");
static long rtc_ahead;
module_param(rtc_ahead, long, 0444);
MODULE_PARM_DESC(rtc_ahead, "seconds the hardware clock is ahead of true time");

static struct ptp_clock *clock;
static ktime_t at_boot;

/* What hv_utils computes from a host time of zero: -WLTIMEDELTA * 100 ns, as unsigned 64 bits. */
#define PHANTOM ns_to_ktime(6802270473709551616LL)

static int tell(struct ptp_clock_info *info, struct timespec64 *ts)
{
	if (mode == 2)
		return -ESTALE;
	*ts = ktime_to_timespec64(ktime_add(mode == 1 ? PHANTOM : at_boot, ktime_get_boottime()));
	if (mode == 0)
		ts->tv_sec += offset;
	return 0;
}

static int refuse_set(struct ptp_clock_info *info, const struct timespec64 *ts) { return -EOPNOTSUPP; }
static int refuse_time(struct ptp_clock_info *info, s64 delta) { return -EOPNOTSUPP; }
static int refuse_fine(struct ptp_clock_info *info, long delta) { return -EOPNOTSUPP; }
static int refuse_enable(struct ptp_clock_info *info, struct ptp_clock_request *r, int on) { return -EOPNOTSUPP; }

static struct ptp_clock_info info = {
	.owner = THIS_MODULE,
	.name = "hyperv",
	.gettime64 = tell,
	.settime64 = refuse_set,
	.adjtime = refuse_time,
	.adjfine = refuse_fine,
	.enable = refuse_enable,
};

/* The chip may be at an update for 2 ms, and an emulated processor is slow. */
#define CHIP_BUSY_MS 100

/* Where its driver is not there, the chip is. */
static int look(struct rtc_device *rtc, struct rtc_time *shows)
{
	return rtc ? rtc_read_time(rtc, shows) : mc146818_get_time(shows, CHIP_BUSY_MS);
}

/* The hardware clock shows whole seconds: its time is known when one of them ends. */
static int take_time(struct rtc_device *rtc)
{
	struct rtc_time first, now;
	int error = look(rtc, &first);

	do {
		usleep_range(500, 1000);
		error = error ?: look(rtc, &now);
	} while (!error && now.tm_sec == first.tm_sec);
	if (!error)
		at_boot = ktime_sub(ktime_set(rtc_tm_to_time64(&now) - rtc_ahead, 0), ktime_get_boottime());
	return error;
}

static int __init start(void)
{
	struct rtc_device *rtc = rtc_class_open("rtc0");
	int error = take_time(rtc);

	if (rtc)
		rtc_class_close(rtc);
	if (error)
		return error;
	clock = ptp_clock_register(&info, NULL);
	return PTR_ERR_OR_ZERO(clock);
}

static void __exit stop(void)
{
	ptp_clock_unregister(clock);
}

module_init(start);
module_exit(stop);
MODULE_DESCRIPTION("A PTP clock named hyperv, for tests");
MODULE_LICENSE("GPL");
