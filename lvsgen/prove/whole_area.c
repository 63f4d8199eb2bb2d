/*
 * Preloaded into User-Mode Linux, so that it runs on processors with more registers than it knows.
 *
 * PTRACE_SETREGSET takes the extended registers whole or not at all (EFAULT), and how many bytes that is, is the
 * processor's: 11008 with AMX (Xeons since 2023), of which User-Mode Linux before 6.13 knows 2696. So what it wants set
 * is laid over what is there now, and all of that is set.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>

static long (*next_ptrace)(enum __ptrace_request, ...);

/* Not on the stack: a kernel thread's is small. One thread of the kernel's process calls ptrace, and never from a signal. */
static unsigned char area[1 << 16];

__attribute__((constructor)) static void find_next(void)
{
    next_ptrace = dlsym(RTLD_NEXT, "ptrace");
}

static long set_whole(pid_t pid, const struct iovec *known)
{
    struct iovec whole = {area, sizeof area};

    if (next_ptrace(PTRACE_GETREGSET, pid, NT_X86_XSTATE, &whole) < 0)
        return -1;
    if (whole.iov_len <= known->iov_len) { /* it was not the length that was refused */
        errno = EFAULT;
        return -1;
    }
    memcpy(area, known->iov_base, known->iov_len);
    return next_ptrace(PTRACE_SETREGSET, pid, NT_X86_XSTATE, &whole);
}

long ptrace(enum __ptrace_request request, ...)
{
    va_list words;
    va_start(words, request);
    pid_t pid = va_arg(words, pid_t);
    void *address = va_arg(words, void *);
    void *data = va_arg(words, void *);
    va_end(words);

    long result = next_ptrace(request, pid, address, data);
    if (result < 0 && errno == EFAULT && request == PTRACE_SETREGSET && address == (void *)NT_X86_XSTATE)
        return set_whole(pid, data);
    return result;
}
