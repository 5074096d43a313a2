/* Which calls fail, and the report of all of them. */
#include "disk.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

struct report *report;

static unsigned fault_kind;
static uint64_t fault_first, fault_last;
static int fault_errno;

int begin_report(void)
{
    const char *file = getenv("CALLSYNC_TEST_IO_REPORT");
    int fd = file ? open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (fd < 0 || ftruncate(fd, sizeof *report) != 0)
        return 0;
    report = mmap(NULL, sizeof *report, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    return report != MAP_FAILED;
}

void read_fault(void)
{
    const char *fault = getenv("CALLSYNC_TEST_IO_FAULT");
    if (fault && sscanf(fault, "%u %lu %lu %d", &fault_kind, &fault_first, &fault_last,
                        &fault_errno) != 4)
        abort();
}

void note_failure(enum kind kind, const char *file)
{
    if (__atomic_fetch_add(&report->failed, 1, __ATOMIC_SEQ_CST) == 0) {
        report->kind = kind;
        snprintf(report->file, sizeof report->file, "%s", file);
    }
}

static uint64_t count(enum kind kind)
{
    return __atomic_add_fetch(&report->calls[kind], 1, __ATOMIC_SEQ_CST);
}

int fault_of(enum kind kind, long number, long *a, const char *file)
{
    if (kind == LOOK)
        return 0;
    uint64_t own = count(kind);
    uint64_t change = kind == READ ? 0 : count(CHANGE);
    uint64_t n = fault_kind == CHANGE ? change : fault_kind == kind ? own : 0;
    if (n == 0 || n < fault_first || n > fault_last)
        return 0;
    note_failure(kind, file);
    if (fault_errno == 0 && (number == SYS_write || number == SYS_pwrite64) && a[2] > 1)
        a[2] /= 2;
    return fault_errno;
}
