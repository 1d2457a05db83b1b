/* Has the N-th write, fsync or rename below a folder fail, or end the process: preloaded into the programs under test.
 *
 * FAULT_FOLDER   only files below it count
 * FAULT_CALLS    which calls: letters of w (write), s (fsync), r (rename)
 * FAULT_COUNTER  a file of 8 bytes, where all processes count together
 * FAULT_AT       which call it is; 0 for none, to count them
 * FAULT_ERRNO    how it fails; 0 to be killed instead
 * FAULT_ON       1 if all later ones fail as well, as on a disk that is full
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

static long *counter;
static long at;
static int error, goes_on;
static const char *folder, *calls;

__attribute__((constructor)) static void prepare(void) {
    const char *file = getenv("FAULT_COUNTER");
    folder = getenv("FAULT_FOLDER");
    calls = getenv("FAULT_CALLS");
    if (!file || !folder || !calls) return;
    at = atol(getenv("FAULT_AT"));
    error = atoi(getenv("FAULT_ERRNO"));
    goes_on = atoi(getenv("FAULT_ON"));
    int fd = open(file, O_RDWR | O_CLOEXEC);
    if (fd < 0) abort();
    counter = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (counter == MAP_FAILED) abort();
}

static int fails(char call, const char *path) {
    if (!counter || !strchr(calls, call) || strncmp(path, folder, strlen(folder))) return 0;
    long number = __atomic_add_fetch(counter, 1, __ATOMIC_SEQ_CST);
    if (!at || number < at || (number > at && !goes_on)) return 0;
    if (!error) kill(getpid(), SIGKILL);
    errno = error;
    return 1;
}

static int fails_at(char call, int fd) {
    char link[64], path[PATH_MAX];
    if (!counter) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return fails(call, path);
}

#define REAL(name) ((__typeof__(name) *)dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *data, size_t size) {
    return fails_at('w', fd) ? -1 : REAL(write)(fd, data, size);
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) {
    return fails_at('w', fd) ? -1 : REAL(pwrite)(fd, data, size, offset);
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset) {
    return fails_at('w', fd) ? -1 : REAL(pwrite64)(fd, data, size, offset);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
    return fails_at('w', fd) ? -1 : REAL(writev)(fd, parts, count);
}
int fsync(int fd) { return fails_at('s', fd) ? -1 : REAL(fsync)(fd); }
int fdatasync(int fd) { return fails_at('s', fd) ? -1 : REAL(fdatasync)(fd); }
int rename(const char *from, const char *to) { return fails('r', to) ? -1 : REAL(rename)(from, to); }
int renameat(int from_folder, const char *from, int to_folder, const char *to) {
    return fails('r', to) ? -1 : REAL(renameat)(from_folder, from, to_folder, to);
}
