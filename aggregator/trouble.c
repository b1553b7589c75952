#include "trouble.h"

/* --- sources ---------------------------------------------------------------------------------------- */

alert_level trouble_of_promise(const promised *one, int64_t started_s, alert_level before, int64_t now_s)
{
    int64_t interval = one->interval_s, due = one->declared_s + interval;
    if (one->retired || interval == 0 || now_s <= due)
        return LEVEL_NORMAL;
    alert_level level = now_s >= due + LATE_INTERVALS * interval ? LEVEL_PRIORITY : LEVEL_ELEVATED;
    /* While we were away nobody could declare anything: it has a moment to come before more is said of it. */
    bool settled = now_s > started_s + (interval < SETTLE_S ? interval : SETTLE_S);
    return settled || level < before ? level : before;
}

/* --- the disk --------------------------------------------------------------------------------------- */

/* What has begun ends a fifth above the line. */
static bool is_below(const disk_limit *limit, const disk_state *disk, bool was)
{
    uint64_t line = disk_limit_octets(limit, disk->size);
    return disk->free < (was ? line + line / 5 : line);
}

alert_level trouble_of_disk(const disk_limits *limits, const disk_state *disk, alert_level before, int64_t now_s)
{
    bool failing = disk->failed_s != 0 && now_s - disk->failed_s < WRITE_FAILED_S;
    if (failing)
        return LEVEL_PRIORITY;
    if (disk->size == 0)
        return before;
    if (is_below(&limits->full, disk, before >= LEVEL_PRIORITY))
        return LEVEL_PRIORITY;
    return is_below(&limits->warn, disk, before >= LEVEL_ELEVATED) ? LEVEL_ELEVATED : LEVEL_NORMAL;
}

/* --- backups ---------------------------------------------------------------------------------------- */

alert_level trouble_of_backup(const backup_state *backup, int64_t since_s, alert_level before, int64_t now_s)
{
    int64_t without_s = now_s - (backup->good_s != 0 ? backup->good_s : since_s);
    bool overdue = without_s > BACKUP_OVERDUE_S;
    if (!backup->planned)
        return LEVEL_NORMAL;
    if (!backup->looked)
        return before;
    alert_level level = backup->failing || overdue ? LEVEL_ELEVATED : LEVEL_NORMAL;
    if (level != LEVEL_NORMAL && without_s > BACKUP_LONG_S)
        level = LEVEL_PRIORITY;
    /* One that was missed while we were away is being made up for. */
    bool at_work = backup->running_s != 0 && now_s - backup->running_s < BACKUP_PATIENCE_S;
    return at_work && !backup->failing && level > before ? before : level;
}
