// SPDX-License-Identifier: Apache-2.0
//
// cost RESULT PROGRAM [ARGUMENT]...: runs a program and writes into RESULT, on one line, when it
// ended (CLOCK_MONOTONIC, ns), how long it ran (ns), its wait status, its CPU time (us) and its
// peak memory (KiB). A process of its own, and small, because a child's peak begins with its
// parent's.

#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// By syscall(): a preloaded library may have its own idea of the time.
static long long monotonic_ns(void)
{
    struct timespec t;
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static long long to_us(struct timeval t)
{
    return t.tv_sec * 1000000LL + t.tv_usec;
}

int main(int argc, char** argv)
{
    if (argc < 3)
        return 64;
    // To be stopped is the program's business; it is told by its process group.
    signal(SIGTERM, SIG_IGN);
    const long long began = monotonic_ns();
    const pid_t child = fork();
    if (child == 0) {
        signal(SIGTERM, SIG_DFL);
        execvp(argv[2], argv + 2);
        perror(argv[2]);
        _exit(127);
    }
    int status = 0;
    struct rusage used;
    if (child < 0 || wait4(child, &status, 0, &used) < 0)
        return 70;
    const long long ended = monotonic_ns();
    FILE* result = fopen(argv[1], "w");
    if (!result)
        return 70;
    fprintf(result, "%lld %lld %d %lld %ld\n", ended, ended - began, status,
            to_us(used.ru_utime) + to_us(used.ru_stime), used.ru_maxrss);
    return fclose(result) == 0 ? 0 : 70;
}
