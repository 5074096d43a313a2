/* A disk that fails: what its parts share. calls.c says how it is used. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>

/* None of these names is callsync's. */
#pragma GCC visibility push(hidden)

/* What a call to the disk does. CHANGE: any of them but READ; LOOK is never counted. */
enum kind { CHANGE, WRITE, SYNC, TRUNCATE, RENAME, REMOVE, CREATE, MAP, ALLOCATE, READ, KINDS, LOOK };

struct report {
    uint64_t is_loaded;
    uint64_t calls[KINDS];
    /* How many bytes the files grew at most. */
    uint64_t grown;
    /* How many calls failed; the kind and the file of the first one. */
    uint64_t failed;
    uint64_t kind;
    char file[PATH_MAX];
};

/* calls.c: what becomes of a call. */
long decide(long number, long *a);

/* trap.c: has decide() called in place of these calls; makes one that is not looked at. */
int trap_calls(const long *numbers, size_t count);
long ask(long number, const long *a);
#define CALL(number, ...) ask(number, (const long[6]){__VA_ARGS__})

/* faults.c */
extern struct report *report;
int begin_report(void);
void read_fault(void);
/* Counts a call. The error that it fails with; 0 if it goes on, perhaps with fewer bytes. */
int fault_of(enum kind kind, long number, long *a, const char *file);
void note_failure(enum kind kind, const char *file);

/* space.c */
void read_space(void);
/* Makes a call, unless the disk is full. */
long do_in_space(enum kind kind, long number, long *a, const char *file);

#pragma GCC visibility pop
