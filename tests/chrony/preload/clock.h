// SPDX-License-Identifier: Apache-2.0
//
// A kernel clock of its own for the programs that preload it: chronyd steps and slews it as if it
// were the real one, and the machine's clock stays out of reach. All processes that share
// SIMCLOCK_DIR share one clock.
//
//   SIMCLOCK_DIR     holds `state` (the clock), `event` (grows by a byte at each step), `log`
//   SIMCLOCK_OFFSET  seconds by which the clock is wrong at first; only the first process is asked
//   SIMCLOCK_NAME    who is speaking, for the log; with SIMCLOCK_READS set, readings are logged too
//
// The real kernel is asked by syscall(), never through the next symbol. The simulated clock runs at
// the rate that tick and frequency give it, so that a slew really moves it.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/timex.h>
#include <time.h>

// A preloaded library must lend none of its own names to the program.
#pragma GCC visibility push(hidden)

#define SECOND_NS 1000000000LL

int64_t to_ns(const struct timespec* t);
struct timespec to_timespec(int64_t ns);

/// The machine's own clock.
int64_t real_ns(clockid_t id);

/// Simulated minus real time of a clock, now. A step moves CLOCK_REALTIME; a slew moves
/// CLOCK_MONOTONIC and CLOCK_BOOTTIME with it.
int64_t clock_offset_ns(clockid_t id);

/// Sets the clock, as clock_settime() would. `call` is for the log.
void clock_set(int64_t wanted_ns, const char* call);

/// adjtimex() as the kernel does it, for modes the kernel would accept.
int clock_adjust(struct timex* tx);

/// The file that grows when the clock is set.
const char* clock_event_path(void);

#pragma GCC visibility pop
