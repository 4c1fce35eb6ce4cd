/* A wall clock that can be set wrong for the processes that load this library, and nothing else:
 * what measures how long something takes asks for other clocks, and gets the right answer.
 *
 * The file named by OFFICE_CLOCK holds how many seconds the clock is ahead, as a signed 64-bit
 * number of this machine. It is mapped once; a process that is forked sees the same file.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int (*really)(clockid_t, struct timespec *);
static const volatile int64_t *ahead;

__attribute__((constructor)) static void open_clock(void)
{
    const char *name = getenv("OFFICE_CLOCK");
    int file = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
    really = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    if (file >= 0) {
        void *mapped = mmap(NULL, sizeof *ahead, PROT_READ, MAP_SHARED, file, 0);
        ahead = mapped == MAP_FAILED ? NULL : mapped;
        close(file);
    }
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    if (!really)
        open_clock();
    int failed = really(clock, now);
    if (!failed && ahead && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += *ahead;
    return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    (void)zone;
    struct timespec exact;
    int failed = clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return failed;
}

time_t time(time_t *kept)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (kept)
        *kept = now.tv_sec;
    return now.tv_sec;
}
