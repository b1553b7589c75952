#include "backups.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "backup_folder.h"
#include "proto/beside.h"

enum { LOOK_MS = 30 * 1000, DAY_S = 86400 };

struct backups {
    char *data;
    char *name;          /* of the data folder */
    backup_plan plan;
    backup_folder folder;
    int64_t tried_s;     /* the last attempt, if it failed; 0: it did not */
    pthread_t thread;
    bool started;
    int wake;            /* readable once it is to stop */
    atomic_bool stopping;
    pthread_mutex_t lock; /* of what follows */
    backup_state state;
};

/* --- for others to see ---------------------------------------------------------------------------------- */

backup_state backups_state(backups *self)
{
    (void)pthread_mutex_lock(&self->lock);
    backup_state seen = self->state;
    (void)pthread_mutex_unlock(&self->lock);
    return seen;
}

static void note_looked(backups *self)
{
    (void)pthread_mutex_lock(&self->lock);
    self->state.looked = true;
    (void)pthread_mutex_unlock(&self->lock);
}

static void note_running(backups *self, int64_t since_s)
{
    (void)pthread_mutex_lock(&self->lock);
    self->state.looked = true;
    self->state.running_s = since_s;
    (void)pthread_mutex_unlock(&self->lock);
}

static void note_good(backups *self, const char *file, int64_t made_s)
{
    (void)pthread_mutex_lock(&self->lock);
    if (made_s >= self->state.good_s) {
        self->state.good_s = made_s;
        self->state.failing = false;
        (void)snprintf(self->state.file, sizeof self->state.file, "%s", file);
    }
    (void)pthread_mutex_unlock(&self->lock);
}

static void note_failed(backups *self, const char *why)
{
    (void)pthread_mutex_lock(&self->lock);
    self->state.failing = true;
    (void)snprintf(self->state.why, sizeof self->state.why, "%s", why);
    (void)pthread_mutex_unlock(&self->lock);
}

/* --- its life --------------------------------------------------------------------------------------------- */

/* The last part of the folder's path: two aggregators may back up into one place. */
static char *name_of(const char *data_folder)
{
    char *whole = realpath(data_folder, NULL);
    const char *slash = whole != NULL ? strrchr(whole, '/') : NULL;
    char *name = memory_copy(slash != NULL && slash[1] != '\0' ? slash + 1 : "tocsin");
    free(whole);
    return name;
}

backups *backups_create(const char *data_folder, const backup_plan *plan)
{
    backups *self = memory_new(1, sizeof *self);
    self->data = memory_copy(data_folder);
    self->name = name_of(data_folder);
    self->plan = *plan;
    self->folder = (backup_folder){.path = self->plan.folder, .name = self->name};
    self->wake = eventfd(0, EFD_CLOEXEC);
    (void)pthread_mutex_init(&self->lock, NULL);
    self->state.planned = plan->folder[0] != '\0';
    (void)snprintf(self->state.folder, sizeof self->state.folder, "%s", plan->folder);
    return self;
}

static void *watch_over(void *context)
{
    backups *self = context;
    while (!atomic_load(&self->stopping)) {
        struct pollfd woken = {.fd = self->wake, .events = POLLIN};
        backups_look(self, (int64_t)time(NULL));
        (void)poll(&woken, 1, LOOK_MS);
    }
    return NULL;
}

void backups_start(backups *self)
{
    if (!self->state.planned)
        return;
    self->started = pthread_create(&self->thread, NULL, watch_over, self) == 0;
    if (self->started)
        return;
    note_failed(self, "no thread could be started for it");
    note_looked(self);
}

void backups_destroy(backups **of)
{
    static const uint64_t one = 1;
    backups *self = *of;
    if (self == NULL)
        return;
    atomic_store(&self->stopping, true);
    (void)!write(self->wake, &one, sizeof one); /* unheard, the thread looks by itself soon */
    if (self->started)
        (void)pthread_join(self->thread, NULL);
    (void)close(self->wake);
    (void)pthread_mutex_destroy(&self->lock);
    free(self->name);
    free(self->data);
    free(self);
    *of = NULL;
}

/* --- making one ------------------------------------------------------------------------------------------- */

static bool goes_on(void *context, uint64_t done, uint64_t of)
{
    backups *self = context;
    (void)done, (void)of;
    return !atomic_load(&self->stopping);
}

/* A copy that can't end is not begun: it would fill the disk that others need. */
static bool has_room(const backups *self, char why[NOTE_SIZE_MAX])
{
    char path[BACKUP_PATH_SIZE];
    struct stat facts;
    struct statvfs disk;
    (void)snprintf(path, sizeof path, "%s/tocsin.db", self->data);
    if (statvfs(self->plan.folder, &disk) != 0) {
        (void)snprintf(why, NOTE_SIZE_MAX, "can't look into %.800s: %s", self->plan.folder, strerror(errno));
        return false;
    }
    uint64_t free_octets = (uint64_t)disk.f_bavail * disk.f_frsize;
    if (stat(path, &facts) != 0 || (uint64_t)facts.st_size <= free_octets)
        return true;
    (void)snprintf(why, NOTE_SIZE_MAX, "%.800s has %llu MB free and the store needs %llu MB", self->plan.folder,
                   (unsigned long long)free_octets / 1000000, (unsigned long long)facts.st_size / 1000000);
    return false;
}

static status copy(backups *self, const char *to, char why[NOTE_SIZE_MAX])
{
    store *opened;
    if (!has_room(self, why))
        return STATUS_FULL;
    status st = store_open_reader(self->data, &opened, why);
    if (st != STATUS_OK)
        return st;
    st = store_backup(opened, to, goes_on, self, why);
    store_close(&opened);
    return st;
}

/* Waits for a child's end, or ends it when we are to stop. */
static int end_of(const backups *self, pid_t child)
{
    int ended = 0, fd = pidfd_open(child, 0);
    struct pollfd either[] = {{.fd = fd, .events = POLLIN}, {.fd = self->wake, .events = POLLIN}};
    while (fd >= 0 && poll(either, 2, -1) < 0 && errno == EINTR) {
    }
    if (fd < 0 || either[0].revents == 0)
        (void)kill(child, SIGKILL);
    while (waitpid(child, &ended, 0) < 0 && errno == EINTR) {
    }
    if (fd >= 0)
        (void)close(fd);
    return WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
}

/* Counted anew by another process, as by hand. */
static status verify(const backups *self, const char *file, char why[NOTE_SIZE_MAX])
{
    char program[BACKUP_PATH_SIZE], *arguments[] = {program, (char[]){"verify"}, (char[]){"--data"}, memory_copy(file), NULL};
    posix_spawn_file_actions_t quiet;
    posix_spawnattr_t as;
    sigset_t none;
    pid_t child;
    (void)sigemptyset(&none);
    (void)posix_spawn_file_actions_init(&quiet);
    (void)posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    (void)posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    (void)posix_spawnattr_init(&as);
    (void)posix_spawnattr_setflags(&as, POSIX_SPAWN_SETSIGMASK);
    (void)posix_spawnattr_setsigmask(&as, &none);
    bool begun = program_beside("tocsin", program, sizeof program) &&
                 posix_spawn(&child, program, &quiet, &as, arguments, environ) == 0;
    int result = begun ? end_of(self, child) : -1;
    (void)posix_spawnattr_destroy(&as);
    (void)posix_spawn_file_actions_destroy(&quiet);
    free(arguments[3]);
    if (result == 0)
        return STATUS_OK;
    (void)snprintf(why, NOTE_SIZE_MAX, result == 1 ? "tocsin verify found that %.800s does not agree with itself: run it on it"
                                                   : "tocsin verify could not be run on %.800s", file);
    return STATUS_CORRUPT;
}

static bool place(backups *self, const char *made, const char *file, char why[NOTE_SIZE_MAX])
{
    if (backup_folder_place(&self->folder, made, file))
        return true;
    (void)snprintf(why, NOTE_SIZE_MAX, "can't give %.800s its name: %s", file, strerror(errno));
    return false;
}

static void make(backups *self, int64_t now_s)
{
    char file[BACKUP_PATH_SIZE], made[BACKUP_PATH_SIZE + 8], why[NOTE_SIZE_MAX] = "the path of its folder is too long";
    status st = backup_folder_file(&self->folder, london_date(now_s), file) ? STATUS_OK : STATUS_REFUSED;
    (void)snprintf(made, sizeof made, "%s.new", file);
    note_running(self, now_s);
    if (st == STATUS_OK)
        st = copy(self, made, why);
    if (st == STATUS_OK && self->plan.verify)
        st = verify(self, made, why);
    if (st == STATUS_OK && !place(self, made, file, why))
        st = STATUS_IO;
    self->tried_s = st != STATUS_OK ? now_s : 0;
    if (st == STATUS_OK) {
        note_good(self, file, now_s);
        backup_folder_prune(&self->folder, self->plan.keep, now_s);
    } else if (!atomic_load(&self->stopping))
        note_failed(self, why);
    note_running(self, 0);
}

/* --- when ------------------------------------------------------------------------------------------------- */

static int64_t moment_on(day_number day, uint32_t at_s)
{
    int64_t local = (int64_t)day * DAY_S + at_s;
    return local - london_offset_s(local - london_offset_s(local));
}

int64_t backup_planned_before(uint32_t at_s, int64_t now_s)
{
    day_number today = london_date(now_s);
    int64_t planned = moment_on(today, at_s);
    return planned <= now_s ? planned : moment_on(today - 1, at_s);
}

static bool is_due(const backups *self, int64_t good_s, int64_t now_s)
{
    bool waits = self->tried_s != 0 && now_s >= self->tried_s && now_s - self->tried_s < BACKUP_AGAIN_S;
    return !waits && good_s < backup_planned_before(self->plan.at_s, now_s);
}

/* Which event list the store has: a backup of another one is none of ours. */
static void learn_lineage(backups *self)
{
    char why[NOTE_SIZE_MAX];
    store *opened;
    text lineage;
    if (store_open_reader(self->data, &opened, why) != STATUS_OK)
        return;
    arena *memory = arena_create();
    if (store_setting(opened, "lineage", memory, &lineage) == STATUS_OK)
        text_copy(lineage, self->folder.lineage, sizeof self->folder.lineage);
    arena_destroy(&memory);
    store_close(&opened);
}

void backups_look(backups *self, int64_t now_s)
{
    char file[BACKUP_PATH_SIZE];
    int64_t made_s;
    if (!self->state.planned)
        return;
    if (self->folder.lineage[0] == '\0')
        learn_lineage(self);
    if (backup_folder_newest(&self->folder, file, &made_s) && made_s != 0)
        note_good(self, file, made_s);
    if (is_due(self, backups_state(self).good_s, now_s))
        make(self, now_s);
    note_looked(self);
}
