/* A full disk: each page of a file that was not there takes some of the space. */
#include "disk.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define PAGE 4096

static int64_t space = -1, space_at_first;
static int is_counting;
static struct {
    ino_t file;
    int64_t pages;
} taken[256];

static int64_t pages_of(int64_t bytes)
{
    return (bytes + PAGE - 1) / PAGE;
}

/* The pages that a file takes, as far as they are counted here. */
static int64_t *pages_taken(const struct stat *file)
{
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
        if (taken[i].file == 0) {
            taken[i].file = file->st_ino;
            taken[i].pages = pages_of(file->st_size);
        }
        if (taken[i].file == file->st_ino)
            return &taken[i].pages;
    }
    abort();
}

static void give_back(int64_t *pages, int64_t left)
{
    if (*pages > left) {
        space += (*pages - left) * PAGE;
        *pages = left;
    }
}

/* How many of the bytes that a write brings find room. */
static int64_t room_for(int64_t *pages, int64_t from, int64_t bytes)
{
    int64_t wanted = pages_of(from + bytes) - *pages;
    int64_t most = space / PAGE < wanted ? space / PAGE : wanted;
    if (most > 0) {
        *pages += most;
        space -= most * PAGE;
    }
    int64_t grown = space_at_first - space;
    if (grown > (int64_t)report->grown)
        report->grown = (uint64_t)grown;
    int64_t fit = *pages * PAGE - from;
    return fit < 0 ? 0 : fit < bytes ? fit : bytes;
}

static int64_t length_of_vector(const long *a)
{
    int64_t bytes = 0;
    for (long i = 0; i < a[2]; i++)
        bytes += (int64_t)((const struct iovec *)a[1])[i].iov_len;
    return bytes;
}

static long write_into_space(long number, long *a)
{
    struct stat file;
    int is_vector = number == SYS_writev || number == SYS_pwritev;
    int has_place = number == SYS_pwrite64 || number == SYS_pwritev;
    if (CALL(SYS_fstat, a[0], (long)&file) != 0 || !S_ISREG(file.st_mode))
        return ask(number, a);
    int64_t from = has_place ? a[3] : CALL(SYS_lseek, a[0], 0, SEEK_CUR);
    if (CALL(SYS_fcntl, a[0], F_GETFL) & O_APPEND)
        from = file.st_size;
    int64_t bytes = is_vector ? length_of_vector(a) : a[2];
    int64_t fit = room_for(pages_taken(&file), from, bytes);
    if (fit == bytes)
        return ask(number, a);
    if (fit == 0 || is_vector)
        return -ENOSPC;
    a[2] = fit;
    return ask(number, a);
}

static long allocate_in_space(long number, long *a)
{
    struct stat file;
    if (CALL(SYS_fstat, a[0], (long)&file) != 0)
        return -EIO;
    if (room_for(pages_taken(&file), a[2], a[3]) < a[3])
        return -ENOSPC;
    return ask(number, a);
}

static long truncate_in_space(long number, long *a)
{
    struct stat file;
    long result = ask(number, a);
    if (result == 0 && CALL(SYS_fstat, a[0], (long)&file) == 0)
        give_back(pages_taken(&file), pages_of(a[1]));
    return result;
}

/* A file whose last name goes gives its room back. */
static long remove_in_space(long number, long *a, const char *name)
{
    struct stat file;
    long found = CALL(SYS_newfstatat, AT_FDCWD, (long)name, (long)&file, AT_SYMLINK_NOFOLLOW);
    long result = ask(number, a);
    if (found == 0 && result == 0 && S_ISREG(file.st_mode) && file.st_nlink == 1)
        give_back(pages_taken(&file), 0);
    return result;
}

/* The free space of the disk is what is left. */
static long look_at_space(long number, long *a)
{
    struct statfs *disk = (struct statfs *)a[1];
    long result = ask(number, a);
    if (result == 0)
        disk->f_bfree = disk->f_bavail = (uint64_t)(space / disk->f_bsize);
    return result;
}

long do_in_space(enum kind kind, long number, long *a, const char *file)
{
    if (space < 0)
        return ask(number, a);
    while (__atomic_exchange_n(&is_counting, 1, __ATOMIC_ACQUIRE))
        ;
    long result;
    switch (kind) {
    case WRITE:
        result = write_into_space(number, a);
        break;
    case ALLOCATE:
        result = allocate_in_space(number, a);
        break;
    case TRUNCATE:
        result = truncate_in_space(number, a);
        break;
    case REMOVE:
        result = remove_in_space(number, a, file);
        break;
    case LOOK:
        result = look_at_space(number, a);
        break;
    default:
        result = ask(number, a);
    }
    if (result == -ENOSPC)
        note_failure(kind, file);
    __atomic_store_n(&is_counting, 0, __ATOMIC_RELEASE);
    return result;
}

void read_space(void)
{
    const char *bytes = getenv("CALLSYNC_TEST_IO_SPACE");
    if (bytes)
        space_at_first = space = atol(bytes);
}
