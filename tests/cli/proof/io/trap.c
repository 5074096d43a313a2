/* How system calls come here: the kernel sends a signal in place of each. */
#include "disk.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <ucontext.h>

/* The machine: how a system call is made, and where a signal finds its arguments. */
#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
__attribute__((noinline)) long ask(long number, const long *a)
{
    long result;
    register long r10 __asm__("r10") = a[3];
    register long r8 __asm__("r8") = a[4];
    register long r9 __asm__("r9") = a[5];
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}
static long arguments(ucontext_t *context, long *a)
{
    greg_t *r = context->uc_mcontext.gregs;
    a[0] = r[REG_RDI], a[1] = r[REG_RSI], a[2] = r[REG_RDX];
    a[3] = r[REG_R10], a[4] = r[REG_R8], a[5] = r[REG_R9];
    return r[REG_RAX];
}
static void answer(ucontext_t *context, long result)
{
    context->uc_mcontext.gregs[REG_RAX] = result;
}
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
__attribute__((noinline)) long ask(long number, const long *a)
{
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a[0];
    register long x1 __asm__("x1") = a[1];
    register long x2 __asm__("x2") = a[2];
    register long x3 __asm__("x3") = a[3];
    register long x4 __asm__("x4") = a[4];
    register long x5 __asm__("x5") = a[5];
    __asm__ volatile("svc 0"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                     : "memory");
    return x0;
}
static long arguments(ucontext_t *context, long *a)
{
    for (int i = 0; i < 6; i++)
        a[i] = (long)context->uc_mcontext.regs[i];
    return (long)context->uc_mcontext.regs[8];
}
static void answer(ucontext_t *context, long result)
{
    context->uc_mcontext.regs[0] = (unsigned long)result;
}
#else
#error "no such machine"
#endif
/* Longer than ask(); what follows it here makes no system call of its own. */
#define ASK_BYTES 256

static void on_call(int signal, siginfo_t *info, void *context)
{
    long a[6];
    (void)signal, (void)info;
    long number = arguments(context, a);
    answer(context, decide(number, a));
}

/* Hands each of these calls to on_call(), unless ask() makes it. */
static int filter(const long *numbers, size_t count)
{
    struct sock_filter filter[count + 16];
    unsigned short n = 0;
    uint64_t start = (uint64_t)(uintptr_t)ask;
    const unsigned place = offsetof(struct seccomp_data, instruction_pointer);
#define STEP(...) filter[n++] = (struct sock_filter)__VA_ARGS__
#define LOAD(at) STEP(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at))
#define IF(test, value, yes, no) STEP(BPF_JUMP(BPF_JMP | test | BPF_K, value, yes, no))
#define GIVE(what) STEP(BPF_STMT(BPF_RET | BPF_K, what))
    LOAD(offsetof(struct seccomp_data, arch));
    IF(BPF_JEQ, MACHINE, 1, 0);
    GIVE(SECCOMP_RET_ALLOW);
    LOAD(offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < count; i++)
        IF(BPF_JEQ, (uint32_t)numbers[i], (uint8_t)(count - i), 0);
    GIVE(SECCOMP_RET_ALLOW);
    LOAD(place + 4);
    IF(BPF_JEQ, (uint32_t)(start >> 32), 0, 4);
    LOAD(place);
    IF(BPF_JGE, (uint32_t)start, 0, 2);
    IF(BPF_JGE, (uint32_t)start + ASK_BYTES, 1, 0);
    GIVE(SECCOMP_RET_ALLOW);
    GIVE(SECCOMP_RET_TRAP);
    struct sock_fprog program = {n, filter};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

int trap_calls(const long *numbers, size_t count)
{
    struct sigaction action = {.sa_sigaction = on_call, .sa_flags = SA_SIGINFO};
    return sigaction(SIGSYS, &action, NULL) == 0 && filter(numbers, count);
}
