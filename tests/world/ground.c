#include "ground.h"

#include <assert.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/engine_fixtures.h"

enum { START_S = 1743422400 };

static const char log_name[] = "tocsin.db-wal";

/* A few records are enough to raise something. */
static const char rules_file[] =
    "rules:\n"
    "  - name: yearly\n"
    "    detector: rolling-year\n"
    "    areas: [district, force]\n"
    "    categories: [all]\n"
    "    minimum: 1\n"
    "    clear: {percent: 0}\n"
    "    levels:\n"
    "      elevated: {percent: 100}\n"
    "      watch: {percent: 1}\n";

static void make_folder(const char *path)
{
    int made = mkdir(path, 0700);
    assert(made == 0);
    (void)made;
}

ground ground_make(void)
{
    ground made;
    char in_memory[] = "/dev/shm/tocsin-world-XXXXXX", on_disk[] = "/tmp/tocsin-world-XXXXXX";
    const char *root = mkdtemp(in_memory);
    root = root != NULL ? root : mkdtemp(on_disk);
    assert(root != NULL);
    (void)snprintf(made.root, sizeof made.root, "%s", root);
    (void)snprintf(made.reference, sizeof made.reference, "%s/reference", made.root);
    (void)snprintf(made.fresh, sizeof made.fresh, "%s/fresh", made.root);
    make_folder(made.reference);
    reference_write(made.reference);
    file_write(made.reference, "priorities.yaml", text_of(rules_file));
    engine *first = engine_opened(made.fresh, made.reference, START_S);
    engine_close(&first);
    return made;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    (void)st, (void)kind, (void)where;
    return remove(path);
}

void ground_remove_folder(const char *folder)
{
    (void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void ground_remove(ground *self)
{
    ground_remove_folder(self->root);
}

void ground_folder(const ground *self, uint64_t n, char out[GROUND_PATH])
{
    (void)snprintf(out, GROUND_PATH, "%s/%llu", self->root, (unsigned long long)n);
}

static void copy_file(const char *from, const char *to, const char *name, uint64_t octets_max)
{
    char path[GROUND_PATH + 32], chunk[32 * 1024];
    (void)snprintf(path, sizeof path, "%s/%s", from, name);
    int in = open(path, O_RDONLY | O_CLOEXEC);
    if (in < 0)
        return;
    (void)snprintf(path, sizeof path, "%s/%s", to, name);
    int out = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert(out >= 0);
    ssize_t got = 1;
    while (octets_max > 0 && got > 0) {
        got = read(in, chunk, octets_max < sizeof chunk ? (size_t)octets_max : sizeof chunk);
        ssize_t put = got > 0 ? write(out, chunk, (size_t)got) : 0;
        assert(got >= 0 && put == got);
        octets_max -= (uint64_t)put;
    }
    (void)close(in);
    (void)close(out);
}

void ground_copy(const char *from, const char *to, uint64_t log_octets)
{
    make_folder(to);
    copy_file(from, to, "tocsin.db", UINT64_MAX);
    copy_file(from, to, log_name, log_octets);
    copy_file(from, to, "references.index", UINT64_MAX);
}

uint64_t ground_log_size(const char *folder)
{
    char path[GROUND_PATH + 32];
    struct stat st;
    (void)snprintf(path, sizeof path, "%s/%s", folder, log_name);
    return stat(path, &st) == 0 ? (uint64_t)st.st_size : 0;
}
