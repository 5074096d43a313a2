/* Loaded before the C library, this makes system calls on files fail, as a broken or a full
 * disk would. A filter of the kernel (seccomp) hands over each call that concerns a disk,
 * also of a library that asks the kernel itself.
 *
 * CALLSYNC_TEST_IO_FOLDER: calls on files and folders below it count, others go on.
 * CALLSYNC_TEST_IO_DATABASE: of what is read, only files whose names begin so count.
 * CALLSYNC_TEST_IO_FILE: only files whose names end so count; if empty, all.
 * CALLSYNC_TEST_IO_REPORT: the file that becomes a struct report, which is always current.
 * CALLSYNC_TEST_IO_FAULT, "KIND FIRST LAST ERRNO": the calls of a kind from the first to the
 *     last fail so; ERRNO 0 does a write by half.
 * CALLSYNC_TEST_IO_SPACE: so many bytes the files below the folder may grow in all. */
#include "disk.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static char folder[PATH_MAX], database[PATH_MAX], name_end[PATH_MAX];

/* Where the name of a file is among a call's arguments: behind a folder, or alone. */
enum by { BY_FD, BY_NAME, BY_FOLDER, BY_MAP };

static const struct {
    long number;
    enum kind kind;
    enum by by;
} CALLS[] = {
    {SYS_write, WRITE, BY_FD},
    {SYS_pwrite64, WRITE, BY_FD},
    {SYS_writev, WRITE, BY_FD},
    {SYS_pwritev, WRITE, BY_FD},
    {SYS_fsync, SYNC, BY_FD},
    {SYS_fdatasync, SYNC, BY_FD},
    {SYS_ftruncate, TRUNCATE, BY_FD},
    {SYS_renameat2, RENAME, BY_FOLDER},
    {SYS_renameat, RENAME, BY_FOLDER},
    {SYS_linkat, RENAME, BY_FOLDER},
    {SYS_unlinkat, REMOVE, BY_FOLDER},
    {SYS_mkdirat, CREATE, BY_FOLDER},
    {SYS_openat, CREATE, BY_FOLDER},
    {SYS_mmap, MAP, BY_MAP},
    {SYS_fallocate, ALLOCATE, BY_FD},
    {SYS_read, READ, BY_FD},
    {SYS_pread64, READ, BY_FD},
    {SYS_readv, READ, BY_FD},
    {SYS_statfs, LOOK, BY_NAME},
#ifdef SYS_open
    {SYS_open, CREATE, BY_NAME},
    {SYS_rename, RENAME, BY_NAME},
    {SYS_link, RENAME, BY_NAME},
    {SYS_unlink, REMOVE, BY_NAME},
    {SYS_mkdir, CREATE, BY_NAME},
#endif
};
#define CALLS_COUNT (sizeof CALLS / sizeof *CALLS)

static int begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static int ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

/* The file of a descriptor; 0 if it is none below the folder. */
static int file_of_fd(long fd, char *file)
{
    char link[32];
    snprintf(link, sizeof link, "/proc/self/fd/%ld", fd);
    long length =
        CALL(SYS_readlinkat, AT_FDCWD, (long)link, (long)file, PATH_MAX - 1);
    file[length < 0 ? 0 : length] = 0;
    return length > 0 && begins_with(file, folder);
}

/* The folder itself counts too. */
static int file_of_name(const char *name, char *file)
{
    if (name[0] != '/') {
        /* It counts its end. */
        long length = CALL(SYS_getcwd, (long)file, PATH_MAX);
        if (length <= 0)
            return 0;
        snprintf(file + length - 1, PATH_MAX - (size_t)length, "/%s", name);
    } else {
        snprintf(file, PATH_MAX, "%s", name);
    }
    size_t length = strlen(folder) - 1;
    return strncmp(file, folder, length) == 0 && (file[length] == '/' || file[length] == 0);
}

static int file_of(enum by by, const long *a, char *file)
{
    switch (by) {
    case BY_FD:
        return file_of_fd(a[0], file);
    case BY_NAME:
        return file_of_name((const char *)a[0], file);
    case BY_FOLDER:
        return (int)a[0] == AT_FDCWD && file_of_name((const char *)a[1], file);
    case BY_MAP:
        return (a[3] & MAP_SHARED) && !(a[3] & MAP_ANONYMOUS) && file_of_fd(a[4], file);
    }
    return 0;
}

/* Whether a file is only looked at by an open. */
static int is_reading(long number, const long *a)
{
    long flags = number == SYS_openat ? a[2] : a[1];
    return (flags & O_ACCMODE) == O_RDONLY && !(flags & O_CREAT);
}

static int is_open(long number)
{
#ifdef SYS_open
    if (number == SYS_open)
        return 1;
#endif
    return number == SYS_openat;
}

long decide(long number, long *a)
{
    char file[PATH_MAX];
    size_t i = 0;
    while (CALLS[i].number != number)
        if (++i == CALLS_COUNT)
            return -ENOSYS;
    if (!file_of(CALLS[i].by, a, file) || !ends_with(file, name_end))
        return ask(number, a);
    enum kind kind = CALLS[i].kind;
    if (is_open(number) && is_reading(number, a))
        kind = READ;
    if (kind == READ && !begins_with(file, database))
        return ask(number, a);
    int error = fault_of(kind, number, a, file);
    if (error)
        return -error;
    /* Nobody cuts the power here. */
    return kind == SYNC ? 0 : do_in_space(kind, number, a, file);
}

static void read_name(const char *variable, const char *end, char *name)
{
    const char *value = getenv(variable);
    if (!value)
        abort();
    snprintf(name, PATH_MAX, "%s%s", value, end);
}

__attribute__((constructor)) static void begin(void)
{
    if (!begin_report())
        return;
    read_name("CALLSYNC_TEST_IO_FOLDER", "/", folder);
    read_name("CALLSYNC_TEST_IO_DATABASE", "", database);
    read_name("CALLSYNC_TEST_IO_FILE", "", name_end);
    read_fault();
    read_space();
    long numbers[CALLS_COUNT];
    for (size_t i = 0; i < CALLS_COUNT; i++)
        numbers[i] = CALLS[i].number;
    report->is_loaded = (uint64_t)trap_calls(numbers, CALLS_COUNT);
}
