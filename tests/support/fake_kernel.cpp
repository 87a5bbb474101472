// SPDX-License-Identifier: Apache-2.0
// What stands in the place of the C library's, for this whole program.
#include "support/fake_kernel.hpp"

#include <cerrno>
#include <sys/syscall.h>
#include <unistd.h>

namespace clockguard {
namespace {

FakeKernel* kernel_of_the_test = nullptr;

template <class Answer>
Answer next_of(std::vector<Answer>& answers)
{
    const Answer next = answers.front();
    if (answers.size() > 1)
        answers.erase(answers.begin());
    return next;
}

/// Whether the test sets this clock; then, what it shows.
bool shows_of_its_own(clockid_t clock, timespec& now)
{
    if (kernel_of_the_test == nullptr || !kernel_of_the_test->shows.contains(clock))
        return false;
    using namespace std::chrono;
    kernel_of_the_test->looks.push_back(clock);
    const nanoseconds shown = next_of(kernel_of_the_test->shows.at(clock));
    now = {.tv_sec = floor<seconds>(shown).count(),
           .tv_nsec = (shown - floor<seconds>(shown)).count()};
    return true;
}

int end_of_sleep(FakeKernel& kernel, const FakeKernel::Sleep& sleep)
{
    kernel.sleeps.push_back(sleep);
    return kernel.signals-- > 0 ? EINTR : 0;
}

int answer_of(FakeKernel& kernel, timex& state)
{
    kernel.asked.push_back(state);
    const FakeKernel::Timex answer = next_of(kernel.answers);
    errno = answer.error;
    if (answer.error != 0)
        return -1;
    state = answer.state;
    return 0;
}

}  // namespace

FakeKernel::FakeKernel()
{
    kernel_of_the_test = this;
}

FakeKernel::~FakeKernel()
{
    kernel_of_the_test = nullptr;
}

}  // namespace clockguard

extern "C" {

int clock_gettime(clockid_t clock, timespec* now) noexcept
{
    if (clockguard::shows_of_its_own(clock, *now))
        return 0;
    return static_cast<int>(::syscall(SYS_clock_gettime, clock, now));
}

int clock_nanosleep(clockid_t clock, int flags, const timespec* until, timespec* left)
{
    using namespace std::chrono;
    if (clockguard::kernel_of_the_test != nullptr)
        return clockguard::end_of_sleep(
            *clockguard::kernel_of_the_test,
            {clock, flags, seconds{until->tv_sec} + nanoseconds{until->tv_nsec}});
    // The system call, unlike the function, tells by errno.
    return ::syscall(SYS_clock_nanosleep, clock, flags, until, left) == 0 ? 0 : errno;
}

int adjtimex(timex* state) noexcept
{
    if (clockguard::kernel_of_the_test != nullptr)
        return clockguard::answer_of(*clockguard::kernel_of_the_test, *state);
    return static_cast<int>(::syscall(SYS_adjtimex, state));
}
}
