#include "schedule.h"

static bool is_digest(const subscription *of)
{
    return of->when != DELIVERY_AT_ONCE;
}

static bool is_mail(const subscription *of)
{
    return of->mail.count > 0;
}

bool schedule_wants(const subscription *of, const alert_event *one)
{
    return event_filter_passes(&of->filter, one) && (is_digest(of) || alert_event_pages(one) || alert_event_relieves(one));
}

bool schedule_breaks_quiet(const subscription *of, const alert_event *one)
{
    return alert_event_pages(one) && one->level >= of->override;
}

bool schedule_is_time(const subscription *of, const delivery_cursor *at, int64_t now_s, int64_t *look_s)
{
    *look_s = INT64_MAX;
    if (!is_digest(of) || due_last(&of->due, now_s) > at->digest_s)
        return true;
    *look_s = due_next(&of->due, now_s);
    return false;
}

/* --- how much of it ------------------------------------------------------------------------------- */

/* The first `count` and what else is of their batches, wherever it stands.
 *   closed   the first so many bring no others */
static size_t close_batches(const waiting_events *waiting, size_t closed, size_t count)
{
    for (size_t i = closed; i < count; i++)
        for (size_t k = waiting->count; k > count; k--)
            if (waiting->at[k - 1].batch == waiting->at[i].batch) {
                count = k;
                break;
            }
    return count;
}

/* A webhook's message is one batch, a mail's all there is: whole batches, up to its bound. What reading has cut short waits
 * for the next message, if it is not all there is. */
static size_t how_many(const subscription *of, const waiting_events *waiting)
{
    size_t taken = close_batches(waiting, 0, 1);
    while (is_mail(of) && taken < waiting->count) {
        size_t next = close_batches(waiting, taken, taken + 1);
        if (next > MESSAGE_EVENTS_MAX || (waiting->more && next == waiting->count))
            break;
        taken = next;
    }
    return taken < BATCH_EVENTS_MAX ? taken : BATCH_EVENTS_MAX;
}

static void take(const subscription *of, const delivery_cursor *at, const waiting_events *waiting, delivery_message *out)
{
    size_t count = waiting->count > 0 ? how_many(of, waiting) : 0;
    bool all = count == waiting->count;
    out->after = at->through;
    out->upto = all ? waiting->through : waiting->at[count - 1].number;
    out->settles = all && !waiting->more;
}

/* --- what is next ---------------------------------------------------------------------------------- */

static bool is_quiet(const subscription *of, const waiting_events *waiting, int64_t now_s)
{
    bool broken = false;
    for (size_t i = 0; i < waiting->count; i++)
        broken = broken || waiting->at[i].breaks_quiet;
    return !broken && hour_span_holds(&of->quiet, now_s);
}

static void next_at_once(const subscription *of, const delivery_cursor *at, const waiting_events *waiting, int64_t now_s,
                         delivery_message *out, int64_t *look_s, bool *pass)
{
    *pass = waiting->count == 0;
    if (*pass)
        return;
    if (is_quiet(of, waiting, now_s)) {
        *look_s = hour_span_ends(&of->quiet, now_s);
        return;
    }
    out->kind = DELIVERY_EVENTS;
    take(of, at, waiting, out);
}

/* An empty digest is worth a mail to who wants to hear that all is well, and once to who has not heard what is open. */
static bool is_worth_it(const subscription *of, const delivery_cursor *at, const waiting_events *waiting)
{
    return waiting->count > 0 || (is_mail(of) && !waiting->more && (of->all_is_well || (!at->told && waiting->anything_open)));
}

static void next_digest(const subscription *of, const delivery_cursor *at, const waiting_events *waiting, int64_t now_s,
                        delivery_message *out, int64_t *look_s, bool *pass)
{
    out->due_s = waiting->more && waiting->count == 0 ? 0 : due_last(&of->due, now_s);
    out->from_s = at->digest_s;
    if (is_worth_it(of, at, waiting)) {
        out->kind = DELIVERY_DIGEST;
        take(of, at, waiting, out);
    } else {
        *pass = true;
        *look_s = due_next(&of->due, now_s);
    }
}

void schedule_next(const subscription *of, const delivery_cursor *at, const waiting_events *waiting, int64_t now_s,
                   delivery_message *out, int64_t *look_s, bool *pass)
{
    *out = (delivery_message){0};
    *look_s = INT64_MAX;
    *pass = false;
    if (!schedule_is_time(of, at, now_s, look_s))
        return;
    if (is_digest(of))
        next_digest(of, at, waiting, now_s, out, look_s, pass);
    else
        next_at_once(of, at, waiting, now_s, out, look_s, pass);
}
