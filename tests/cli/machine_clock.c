/* Moves the wall clock of the process that loads it (LD_PRELOAD) by as many
 * seconds as CALLSYNC_TEST_CLOCK_AHEAD_S says, and from half a second after its
 * first look on by as many as CALLSYNC_TEST_CLOCK_THEN_S says, if that is there.
 * Other clocks stay as they are. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long running_ms(void)
{
    static long first_ms = -1;
    struct timespec now;
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    long now_ms = now.tv_sec * 1000 + now.tv_nsec / 1000000;
    if (first_ms < 0)
        first_ms = now_ms;
    return now_ms - first_ms;
}

int clock_gettime(clockid_t id, struct timespec *time)
{
    int result = syscall(SYS_clock_gettime, id, time);
    const char *ahead_s = getenv("CALLSYNC_TEST_CLOCK_AHEAD_S");
    const char *then_s = getenv("CALLSYNC_TEST_CLOCK_THEN_S");
    if (then_s && running_ms() >= 500)
        ahead_s = then_s;
    if (result == 0 && id == CLOCK_REALTIME && ahead_s)
        time->tv_sec += atol(ahead_s);
    return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *result)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result)
        *result = now.tv_sec;
    return now.tv_sec;
}
