// SPDX-License-Identifier: Apache-2.0
//
// The C library's calls that read, set or wait for the clock, answered by the simulated one.

#define _GNU_SOURCE
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "clock.h"

#define FAKE_FDS 4096

static _Atomic bool is_fake_timer[FAKE_FDS];

// --- reading the clock ---------------------------------------------------------------------------

static bool is_simulated(clockid_t id)
{
    switch (id) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME:
        return true;
    default:
        return false;
    }
}

int clock_gettime(clockid_t id, struct timespec* t)
{
    const long failed = syscall(SYS_clock_gettime, id, t);
    if (failed || !is_simulated(id))
        return (int)failed;
    *t = to_timespec(to_ns(t) + clock_offset_ns(id));
    return 0;
}

int gettimeofday(struct timeval* restrict tv, void* restrict tz)
{
    (void)tz;
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    tv->tv_sec = t.tv_sec;
    tv->tv_usec = t.tv_nsec / 1000;
    return 0;
}

time_t time(time_t* out)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    if (out)
        *out = t.tv_sec;
    return t.tv_sec;
}

// --- changing the clock --------------------------------------------------------------------------

int clock_settime(clockid_t id, const struct timespec* t)
{
    if (id != CLOCK_REALTIME)
        return (int)syscall(SYS_clock_settime, id, t);
    clock_set(to_ns(t), "clock_settime");
    return 0;
}

int settimeofday(const struct timeval* tv, const struct timezone* tz)
{
    (void)tz;
    if (tv)
        clock_set(tv->tv_sec * SECOND_NS + tv->tv_usec * 1000, "settimeofday");
    return 0;
}

static bool is_impossible(const struct timex* wanted)
{
    return (wanted->modes & ADJ_TICK) && (wanted->tick < 9000 || wanted->tick > 11000);
}

int adjtimex(struct timex* tx)
{
    if (is_impossible(tx)) {
        errno = EINVAL;
        return -1;
    }
    return clock_adjust(tx);
}

int ntp_adjtime(struct timex* tx)
{
    return adjtimex(tx);
}
int __adjtimex(struct timex* tx)
{
    return adjtimex(tx);
}

int clock_adjtime(clockid_t id, struct timex* tx)
{
    return id == CLOCK_REALTIME ? adjtimex(tx) : (int)syscall(SYS_clock_adjtime, id, tx);
}

// --- what would betray the real clock ------------------------------------------------------------

// The kernel would stamp received packets with its own clock: SO_TIMESTAMP, SO_TIMESTAMPNS,
// SO_TIMESTAMPING and their _NEW forms (asm-generic/socket.h).
static bool is_timestamp_option(int option)
{
    return option == 29 || option == 35 || option == 37 || (option >= 63 && option <= 65);
}

int setsockopt(int fd, int level, int option, const void* value, socklen_t length)
{
    if (level == SOL_SOCKET && is_timestamp_option(option)) {
        errno = ENOPROTOOPT;
        return -1;
    }
    return (int)syscall(SYS_setsockopt, fd, level, option, value, length);
}

// --- timers that are cancelled when the clock is set ---------------------------------------------

// Such a timer is an inotify watch on the event file: it becomes readable when the clock is set.
static bool is_fake(int fd)
{
    return fd >= 0 && fd < FAKE_FDS && atomic_load(&is_fake_timer[fd]);
}

// Whether the clock was set since the timer was last asked; the timer forgets it by being asked.
static bool was_cancelled(int fd)
{
    char events[4096];
    bool any = false;
    while (syscall(SYS_read, fd, events, sizeof events) > 0)
        any = true;
    return any;
}

int timerfd_create(clockid_t id, int flags)
{
    if (id != CLOCK_REALTIME)
        return (int)syscall(SYS_timerfd_create, id, flags);
    const int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (fd < 0 || fd >= FAKE_FDS || inotify_add_watch(fd, clock_event_path(), IN_MODIFY) < 0)
        abort();
    atomic_store(&is_fake_timer[fd], true);
    return fd;
}

// The kernel refuses to arm a timer that missed a change since it was created or last read.
int timerfd_settime(int fd, int flags, const struct itimerspec* next, struct itimerspec* previous)
{
    if (!is_fake(fd))
        return (int)syscall(SYS_timerfd_settime, fd, flags, next, previous);
    if (previous)
        memset(previous, 0, sizeof *previous);
    if (!(flags & TFD_TIMER_CANCEL_ON_SET) || !was_cancelled(fd))
        return 0;
    errno = ECANCELED;
    return -1;
}

ssize_t read(int fd, void* buffer, size_t size)
{
    if (!is_fake(fd))
        return syscall(SYS_read, fd, buffer, size);
    errno = was_cancelled(fd) ? ECANCELED : EAGAIN;
    return -1;
}

ssize_t __read_chk(int fd, void* buffer, size_t size, size_t room)
{
    if (size > room)
        abort();
    return read(fd, buffer, size);
}

int close(int fd)
{
    if (fd >= 0 && fd < FAKE_FDS)
        atomic_store(&is_fake_timer[fd], false);
    return (int)syscall(SYS_close, fd);
}
