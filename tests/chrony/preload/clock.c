// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "clock.h"

#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define UNSYNCHRONISED_US 16000000L  // NTP_PHASE_LIMIT of kernel/time/ntp.c
#define MAXERROR_US_PER_S 500L       // MAXFREQ: what second_overflow() adds to maxerror
#define MAX_FREQ 32768000L           // 500 ppm in the kernel's 2^-16 ppm

struct clock_version {
    int64_t since_ns;   // the machine's CLOCK_MONOTONIC at which this version began
    int64_t offset_ns;  // simulated - real CLOCK_REALTIME at that moment
    int64_t slewed_ns;  // the part of it that came by slewing
    struct timex kernel;
};

// The newest version is slot[version % SLOTS]. A writer fills the next slot before it announces
// it, so a reader needs no lock, and a writer may be killed at any moment.
#define SLOTS 64
struct shared_clock {
    _Atomic uint64_t version;
    struct clock_version slot[SLOTS];
};

static struct shared_clock* shared;
static int state_fd = -1, event_fd = -1, log_fd = -1;
static char event_path[PATH_MAX];

int64_t to_ns(const struct timespec* t)
{
    return t->tv_sec * SECOND_NS + t->tv_nsec;
}

struct timespec to_timespec(int64_t ns)
{
    struct timespec t = {.tv_sec = ns / SECOND_NS, .tv_nsec = ns % SECOND_NS};
    return t;
}

int64_t real_ns(clockid_t id)
{
    struct timespec t;
    syscall(SYS_clock_gettime, id, &t);
    return to_ns(&t);
}

static bool is_settable(clockid_t id)
{
    return id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE;
}

static double rate(const struct timex* kernel)
{
    return (double)(kernel->tick - 10000) / 10000.0 + (double)kernel->freq / 65536.0 * 1e-6;
}

/// What tick and frequency added by `mono_ns` since the version began.
static int64_t gained_ns(const struct clock_version* clock, int64_t mono_ns)
{
    return (int64_t)((double)(mono_ns - clock->since_ns) * rate(&clock->kernel));
}

// As second_overflow() does it: an error nobody corrects grows, and at 16 s it is a lost clock.
static void grow_maxerror(struct clock_version* clock, int64_t mono_ns)
{
    clock->kernel.maxerror += (mono_ns - clock->since_ns) / SECOND_NS * MAXERROR_US_PER_S;
    if (clock->kernel.maxerror < UNSYNCHRONISED_US)
        return;
    clock->kernel.maxerror = UNSYNCHRONISED_US;
    clock->kernel.status |= STA_UNSYNC;
}

static struct clock_version newest(void)
{
    for (;;) {
        const uint64_t version = atomic_load(&shared->version);
        const struct clock_version copy = shared->slot[version % SLOTS];
        if (atomic_load(&shared->version) - version < SLOTS - 1)
            return copy;
    }
}

// The clock as it stands now, brought up to date: the version a change starts from.
static struct clock_version clock_now(void)
{
    struct clock_version clock = newest();
    const int64_t now = real_ns(CLOCK_MONOTONIC);
    const int64_t gained = gained_ns(&clock, now);
    clock.offset_ns += gained;
    clock.slewed_ns += gained;
    grow_maxerror(&clock, now);
    clock.since_ns = now;
    return clock;
}

static void say(const struct clock_version* clock, const char* call, unsigned modes, int64_t step)
{
    const char* name = getenv("SIMCLOCK_NAME");
    dprintf(log_fd,
            "%lld %s %s modes=0x%x step_ns=%lld offset_ns=%lld rate=%.12f status=0x%x maxerror=%ld "
            "esterror=%ld tick=%ld\n",
            (long long)clock->since_ns, name ? name : "unnamed", call, modes, (long long)step,
            (long long)clock->offset_ns, rate(&clock->kernel), (unsigned)clock->kernel.status,
            clock->kernel.maxerror, clock->kernel.esterror, clock->kernel.tick);
}

static void publish(const struct clock_version* clock)
{
    const uint64_t next = atomic_load(&shared->version) + 1;
    shared->slot[next % SLOTS] = *clock;
    atomic_store(&shared->version, next);
}

// ntp_clear() of the kernel: whoever sets the clock makes it unsynchronised.
static void set_offset(struct clock_version* clock, int64_t offset_ns)
{
    clock->offset_ns = offset_ns;
    clock->kernel.status |= STA_UNSYNC;
    clock->kernel.maxerror = clock->kernel.esterror = UNSYNCHRONISED_US;
}

// A cancel-on-set timer fires only if the clock really moved: chronyd's probe, a step of zero,
// wakes nobody.
static void wake_waiters(int64_t step_ns)
{
    if (step_ns != 0 && write(event_fd, "s", 1) != 1)
        abort();
}

static int64_t number_from(const char* variable, double scale)
{
    const char* text = getenv(variable);
    return text ? (int64_t)(strtod(text, NULL) * scale) : 0;
}

static void begin_clock(void)
{
    struct clock_version first = {.since_ns = real_ns(CLOCK_MONOTONIC),
                                  .offset_ns = number_from("SIMCLOCK_OFFSET", 1e9)};
    first.kernel.status = STA_UNSYNC;
    first.kernel.maxerror = first.kernel.esterror = UNSYNCHRONISED_US;
    first.kernel.constant = 2;
    first.kernel.precision = 1;
    first.kernel.tolerance = MAX_FREQ;
    first.kernel.tick = 10000;
    publish(&first);
    say(&first, "begin", 0, 0);
}

static int open_in(const char* directory, const char* name, int flags)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    const int fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        perror(path);
        abort();
    }
    return fd;
}

__attribute__((constructor)) static void join_clock(void)
{
    const char* directory = getenv("SIMCLOCK_DIR");
    if (!directory)
        directory = ".";
    snprintf(event_path, sizeof event_path, "%s/event", directory);
    state_fd = open_in(directory, "state", O_RDWR);
    event_fd = open_in(directory, "event", O_WRONLY | O_APPEND);
    log_fd = open_in(directory, "log", O_WRONLY | O_APPEND);

    flock(state_fd, LOCK_EX);
    if (ftruncate(state_fd, sizeof *shared) != 0)
        abort();
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, state_fd, 0);
    if (shared == MAP_FAILED)
        abort();
    if (atomic_load(&shared->version) == 0)
        begin_clock();
    flock(state_fd, LOCK_UN);
}

static int64_t apply_setoffset(struct clock_version* clock, const struct timex* wanted)
{
    if (!(wanted->modes & ADJ_SETOFFSET))
        return 0;
    const int64_t unit_ns = wanted->modes & ADJ_NANO ? 1 : 1000;
    const int64_t step = wanted->time.tv_sec * SECOND_NS + wanted->time.tv_usec * unit_ns;
    set_offset(clock, clock->offset_ns + step);
    return step;
}

// The step comes first: whoever steps and writes a status in one call ends up synchronised.
static int64_t apply(struct clock_version* clock, const struct timex* wanted)
{
    const int64_t step = apply_setoffset(clock, wanted);
    struct timex* kernel = &clock->kernel;
    if (wanted->modes & ADJ_STATUS)
        kernel->status = (kernel->status & STA_RONLY) | (wanted->status & ~STA_RONLY);
    if (wanted->modes & ADJ_NANO)
        kernel->status |= STA_NANO;
    if (wanted->modes & ADJ_MICRO)
        kernel->status &= ~STA_NANO;
    if (wanted->modes & ADJ_FREQUENCY)
        kernel->freq = wanted->freq > MAX_FREQ    ? MAX_FREQ
                       : wanted->freq < -MAX_FREQ ? -MAX_FREQ
                                                  : wanted->freq;
    if (wanted->modes & ADJ_MAXERROR)
        kernel->maxerror = wanted->maxerror;
    if (wanted->modes & ADJ_ESTERROR)
        kernel->esterror = wanted->esterror;
    if (wanted->modes & ADJ_TICK)
        kernel->tick = wanted->tick;
    return step;
}

void clock_set(int64_t wanted_ns, const char* call)
{
    flock(state_fd, LOCK_EX);
    struct clock_version clock = clock_now();
    const int64_t before = clock.offset_ns;
    set_offset(&clock, wanted_ns - real_ns(CLOCK_REALTIME));
    publish(&clock);
    say(&clock, call, 0, clock.offset_ns - before);
    flock(state_fd, LOCK_UN);
    wake_waiters(clock.offset_ns - before);
}

static int answer(struct timex* out, const struct clock_version* clock)
{
    const unsigned modes = out->modes;
    const int64_t now = real_ns(CLOCK_REALTIME) + clock->offset_ns;
    *out = clock->kernel;
    out->modes = modes;
    out->time.tv_sec = now / SECOND_NS;
    out->time.tv_usec = now % SECOND_NS / (out->status & STA_NANO ? 1 : 1000);
    return out->status & STA_UNSYNC ? TIME_ERROR : TIME_OK;
}

static int read_kernel(struct timex* out)
{
    const struct clock_version clock = clock_now();
    if (getenv("SIMCLOCK_READS"))
        say(&clock, "read", 0, 0);
    return answer(out, &clock);
}

static int change_kernel(struct timex* wanted)
{
    flock(state_fd, LOCK_EX);
    struct clock_version clock = clock_now();
    const int64_t step = apply(&clock, wanted);
    publish(&clock);
    say(&clock, "adjtimex", wanted->modes, step);
    flock(state_fd, LOCK_UN);
    wake_waiters(step);
    return answer(wanted, &clock);
}

int clock_adjust(struct timex* tx)
{
    return tx->modes == 0 ? read_kernel(tx) : change_kernel(tx);
}

int64_t clock_offset_ns(clockid_t id)
{
    const struct clock_version clock = newest();
    const int64_t gained = gained_ns(&clock, real_ns(CLOCK_MONOTONIC));
    return (is_settable(id) ? clock.offset_ns : clock.slewed_ns) + gained;
}

const char* clock_event_path(void)
{
    return event_path;
}
