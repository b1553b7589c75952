/* tocsin subscribe: every event of the list, as it happens. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "commands.h"
#include "figures/nearest.h"
#include "subscribe_parts.h"

static const char usage[] =
    "usage: tocsin subscribe [--area CODE|NAME]... [--category CODE]... [--level LEVEL] [--since N | --durable NAME] [options]\n"
    "\n"
    "Shows every event of Tocsin's list once and in order: alerts raised, escalated, lowered and cleared, what people did about\n"
    "them, and how Tocsin itself fares. What was missed while the network or the aggregator was away is fetched. Ctrl-C ends it.\n"
    "\n"
    "  --area CODE|NAME     only what happens there, and beneath; repeated: in any of them. An area or a group\n"
    "  --category CODE      only this category and those beneath it; repeated: any of them\n"
    "  --level LEVEL        watch, elevated or priority: what comes to this level or above, or comes down from it\n"
    "  --about WHICH        series, or tocsin: Tocsin's own state (default: both)\n"
    "  --since N            begin behind event N; 0: all there were (default: what comes from now on; with --once and --until 0)\n"
    "  --durable NAME       remember what was shown under this name, and go on from there the next time\n"
    "  --state FILE         where to remember it (default: $XDG_STATE_HOME/tocsin/NAME.json, or in ~/.local/state)\n"
    "  --once               end when everything that there is now was shown\n"
    "  --until N            end when everything up to event N was shown\n"
    "  --exec COMMAND       run this with sh for each event, with the event in JSON on its standard input, instead of printing.\n"
    "                       One at a time, in order; one that fails is run again, after 1, 2, 4 ... 60 s (with --once and\n"
    "                       --until: it ends with 1), and no other event is dealt with before it succeeds\n"
    "  --exec-timeout S     so long a command may take before it is ended and has failed (default 60)\n"
    "  --format table|json  json: one event a line\n"
    "  --data DIR           the folder of an aggregator on this machine\n"
    "  --to HOST[:PORT]     an aggregator elsewhere; the port where it announces (default 7011), questions go to the next one\n"
    "  --announce ENDPOINT --replay ENDPOINT   the same in full\n"
    "\n"
    "Areas and categories of an aggregator elsewhere are codes.\n"
    "\n"
    "example: tocsin subscribe --area Stafford --level elevated --durable my-desk\n";

enum {
    OPT_AREA = OPTION_OWN, OPT_CATEGORY, OPT_LEVEL, OPT_ABOUT, OPT_SINCE, OPT_DURABLE, OPT_STATE, OPT_ONCE, OPT_UNTIL, OPT_EXEC,
    OPT_EXEC_TIMEOUT, OPT_TO, OPT_ANNOUNCE, OPT_REPLAY,
};

static const struct option long_options[] = {
    COMMON_OPTIONS,
    {"area", required_argument, NULL, OPT_AREA},
    {"category", required_argument, NULL, OPT_CATEGORY},
    {"level", required_argument, NULL, OPT_LEVEL},
    {"about", required_argument, NULL, OPT_ABOUT},
    {"since", required_argument, NULL, OPT_SINCE},
    {"durable", required_argument, NULL, OPT_DURABLE},
    {"state", required_argument, NULL, OPT_STATE},
    {"once", no_argument, NULL, OPT_ONCE},
    {"until", required_argument, NULL, OPT_UNTIL},
    {"exec", required_argument, NULL, OPT_EXEC},
    {"exec-timeout", required_argument, NULL, OPT_EXEC_TIMEOUT},
    {"to", required_argument, NULL, OPT_TO},
    {"announce", required_argument, NULL, OPT_ANNOUNCE},
    {"replay", required_argument, NULL, OPT_REPLAY},
    {NULL, 0, NULL, 0},
};

enum { EXEC_TIMEOUT_MAX_S = 86400, EXEC_TIMEOUT_S = 60, ANNOUNCE_PORT = 7011 };

struct subscribing {
    command base;
    follow_settings settings;
    text areas[ANNOUNCED_CODES_MAX], categories[ANNOUNCED_CODES_MAX];
    size_t area_count, category_count;
    uint64_t since, until, exec_timeout_s;
    bool has_since, has_until, has_format, colour;
    const char *durable, *state_path, *exec, *to, *announce, *replay;
    char to_announce[ENDPOINT_SIZE_MAX], to_replay[ENDPOINT_SIZE_MAX]; /* of --to */
    subscribe_state state;
    arena *memory;       /* codes */
    arena *each;         /* one event */
};

/* --- options ---------------------------------------------------------------------------------------- */

static int take_code(struct subscribing *self, text list[ANNOUNCED_CODES_MAX], size_t *count, const char *option)
{
    if (*count == ANNOUNCED_CODES_MAX)
        return command_wrong(&self->base, "%s can be given %d times, not more", option, ANNOUNCED_CODES_MAX);
    list[(*count)++] = text_of(optarg);
    return -1;
}

static int take_number(struct subscribing *self, const char *option, uint64_t low, uint64_t high, uint64_t *out)
{
    if (text_to_u64(text_of(optarg), out) && *out >= low && *out <= high)
        return -1;
    return command_wrong(&self->base, "%s wants a whole number from %llu on, not '%s'", option, (unsigned long long)low, optarg);
}

static int take_level(struct subscribing *self)
{
    if (alert_level_read(text_of(optarg), &self->settings.filter.level) && self->settings.filter.level > LEVEL_NORMAL)
        return -1;
    return command_wrong(&self->base, "--level wants watch, elevated or priority, not '%s'", optarg);
}

static int take_about(struct subscribing *self)
{
    if (event_about_read(text_of(optarg), &self->settings.filter.about))
        return -1;
    return command_wrong(&self->base, "--about wants series, tocsin or all, not '%s'", optarg);
}

static int take_option(struct subscribing *self, int option)
{
    switch (option) {
    case OPT_AREA: return take_code(self, self->areas, &self->area_count, "--area");
    case OPT_CATEGORY: return take_code(self, self->categories, &self->category_count, "--category");
    case OPT_LEVEL: return take_level(self);
    case OPT_ABOUT: return take_about(self);
    case OPT_SINCE: self->has_since = true; return take_number(self, "--since", 0, INT64_MAX, &self->since);
    case OPT_UNTIL: self->has_until = true; return take_number(self, "--until", 1, INT64_MAX, &self->until);
    case OPT_EXEC_TIMEOUT: return take_number(self, "--exec-timeout", 1, EXEC_TIMEOUT_MAX_S, &self->exec_timeout_s);
    case OPT_DURABLE: self->durable = optarg; return -1;
    case OPT_STATE: self->state_path = optarg; return -1;
    case OPT_ONCE: self->settings.once = true; return -1;
    case OPT_EXEC: self->exec = optarg; return -1;
    case OPT_TO: self->to = optarg; return -1;
    case OPT_ANNOUNCE: self->announce = optarg; return -1;
    case OPT_REPLAY: self->replay = optarg; return -1;
    case OPTION_FORMAT: self->has_format = true; return command_option(&self->base, option);
    default: return command_option(&self->base, option);
    }
}

/* "desk", "desk:7021", "[::1]:7021". */
static int take_host(struct subscribing *self)
{
    const char *colon = strrchr(self->to, ':'), *bracket = strrchr(self->to, ']');
    bool has_port = colon != NULL && (bracket == NULL || colon > bracket);
    size_t size = has_port ? (size_t)(colon - self->to) : strlen(self->to);
    uint64_t port = ANNOUNCE_PORT;
    bool good = size > 0 && size < ENDPOINT_SIZE_MAX - 32 && memmem(self->to, size, "/", 1) == NULL;
    if (!good || (has_port && (!text_to_u64(text_of(colon + 1), &port) || port == 0 || port >= UINT16_MAX)))
        return command_wrong(&self->base, "--to wants a host, as desk.example or desk.example:7011, not '%s'", self->to);
    (void)snprintf(self->to_announce, ENDPOINT_SIZE_MAX, "tcp://%.*s:%u", (int)size, self->to, (unsigned)port);
    (void)snprintf(self->to_replay, ENDPOINT_SIZE_MAX, "tcp://%.*s:%u", (int)size, self->to, (unsigned)port + 1);
    self->announce = self->to_announce;
    self->replay = self->to_replay;
    return -1;
}

static int check_options(struct subscribing *self, const char *unknown)
{
    const command *base = &self->base;
    if (unknown != NULL)
        return command_wrong(base, "what is '%s'? An area is asked for with --area", unknown);
    if (base->format == FORMAT_CSV)
        return command_wrong(base, "--format wants table or json here");
    if ((self->announce == NULL) != (self->replay == NULL))
        return command_wrong(base, "--announce and --replay belong together; --to HOST stands for both");
    if (self->to != NULL && self->announce != NULL)
        return command_wrong(base, "say --to, or --announce and --replay");
    if (self->durable != NULL && self->state_path != NULL)
        return command_wrong(base, "say --durable NAME, or --state FILE");
    if (self->settings.once && self->has_until)
        return command_wrong(base, "say --once, or --until N");
    if (self->has_until && self->has_since && self->until <= self->since)
        return command_wrong(base, "--until %llu is not behind --since %llu", (unsigned long long)self->until,
                             (unsigned long long)self->since);
    return self->to != NULL ? take_host(self) : -1;
}

/* --- names ------------------------------------------------------------------------------------------ */

static bool is_local(const struct subscribing *self)
{
    return self->announce == NULL;
}

static int name_area(struct subscribing *self, const figures *from, text *name)
{
    char words[NOTE_SIZE_MAX];
    subject of;
    if (!subject_find(from, *name, &of, words))
        return command_wrong(&self->base, "%s", words);
    *name = arena_text(self->memory, of.code);
    return -1;
}

static int name_category(struct subscribing *self, const figures *from, text *name)
{
    char words[NEAREST_WORDS];
    const offence_tree *tree = figures_reference(from)->categories;
    nearest like = nearest_to(*name);
    for (int i = 0; i < offence_tree_count(tree); i++) {
        const category *c = offence_tree_category(tree, i);
        nearest_offer(&like, c->code, c->code);
        nearest_offer(&like, c->title, c->code);
        if (text_equal(c->code, *name) || text_equal_caseless(c->title, *name)) {
            *name = arena_text(self->memory, c->code);
            return -1;
        }
    }
    return command_wrong(&self->base, "there is no category '%.*s'%s", TEXT_ARGS(*name), nearest_words(&like, words));
}

/* Codes for what people call areas and categories; what there isn't is told. Of an aggregator elsewhere nothing is known. */
static int find_names(struct subscribing *self)
{
    store *opened;
    figures *read;
    if (!is_local(self) || self->area_count + self->category_count == 0)
        return -1;
    int done = command_open(&self->base, &opened, &read);
    if (done >= 0)
        return done;
    for (size_t i = 0; i < self->area_count && done < 0; i++)
        done = name_area(self, read, &self->areas[i]);
    for (size_t i = 0; i < self->category_count && done < 0; i++)
        done = name_category(self, read, &self->categories[i]);
    command_close(&opened, &read);
    return done;
}

/* --- what is done with it --------------------------------------------------------------------------- */

static bool read_line(const char *folder, const char *name, char out[ENDPOINT_SIZE_MAX])
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *in = fopen(path, "re");
    bool good = in != NULL && fgets(out, ENDPOINT_SIZE_MAX, in) != NULL;
    if (in != NULL)
        (void)fclose(in);
    if (good)
        out[strcspn(out, "\n")] = '\0';
    return good && out[0] != '\0';
}

static bool find_endpoints(void *context, char announce[ENDPOINT_SIZE_MAX], char replay[ENDPOINT_SIZE_MAX])
{
    const struct subscribing *self = context;
    if (is_local(self))
        return read_line(self->base.data, "announce", announce) && read_line(self->base.data, "replay", replay);
    text_copy(text_of(self->announce), announce, ENDPOINT_SIZE_MAX);
    text_copy(text_of(self->replay), replay, ENDPOINT_SIZE_MAX);
    return true;
}

/* With a line end. */
static text in_json(struct subscribing *self, const alert_event *one)
{
    jsondoc *made = alert_event_json(one);
    text line = text_trim(jsondoc_print(made, self->each));
    jsondoc_destroy(&made);
    return arena_print(self->each, "%.*s\n", TEXT_ARGS(line));
}

static bool print(struct subscribing *self, const alert_event *one)
{
    if (self->base.format == FORMAT_JSON) {
        text line = in_json(self, one);
        (void)fwrite(line.at, 1, line.size, stdout);
    } else
        subscribe_show(one, self->colour, stdout);
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return true;
    (void)command_fault(&self->base, "event %llu can't be written to standard output", (unsigned long long)one->number);
    return false;
}

static follow_end deal(void *context, const alert_event *one)
{
    struct subscribing *self = context;
    bool ends = self->settings.once || self->has_until;
    run_result ran = RUN_DONE;
    if (self->exec != NULL)
        ran = subscribe_run_until_done(&self->base, self->exec, in_json(self, one), (unsigned)self->exec_timeout_s, one->number,
                                       ends, self->settings.signals);
    bool printed = ran == RUN_DONE && ((self->exec != NULL && !self->has_format) || print(self, one));
    arena_reset(self->each);
    if (ran == RUN_STOPPED)
        return FOLLOW_STOPPED;
    return printed ? FOLLOW_ON : FOLLOW_FAILED;
}

static bool keep(void *context, const follow_cursor *at)
{
    const struct subscribing *self = context;
    return subscribe_state_write(&self->base, &self->state, at);
}

static void tell(void *context, follow_state state, text words, const follow_cursor *at)
{
    const struct subscribing *self = context;
    const char *name = self->base.name;
    unsigned long long number = at->number;
    switch (state) {
    case FOLLOW_CONNECTING: fprintf(stderr, "tocsin %s: nobody announces at %.*s yet; waiting\n", name, TEXT_ARGS(words)); break;
    case FOLLOW_REPLAYING: fprintf(stderr, "tocsin %s: fetching what came behind event %llu\n", name, number); break;
    case FOLLOW_LIVE: fprintf(stderr, "tocsin %s: live, behind event %llu\n", name, number); break;
    case FOLLOW_SILENT: fprintf(stderr, "tocsin %s: nothing is heard of %.*s; reconnecting\n", name, TEXT_ARGS(words)); break;
    case FOLLOW_SET_BACK:
        fprintf(stderr, "tocsin %s: the list goes on from a restored backup: back to event %llu\n", name, number);
        break;
    case FOLLOW_REFUSED: fprintf(stderr, "tocsin %s: the aggregator says: %.*s\n", name, TEXT_ARGS(words)); break;
    }
}

/* --- the command ------------------------------------------------------------------------------------ */

static int open_signals(void)
{
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int follow_from(struct subscribing *self, follow_cursor from)
{
    const char *why;
    char announce[ENDPOINT_SIZE_MAX], replay[ENDPOINT_SIZE_MAX];
    const follow_calls calls = {.context = self, .deal = deal, .keep = keep, .tell = tell, .find = find_endpoints};
    if (!find_endpoints(self, announce, replay))
        return command_fault(&self->base, "no aggregator announces from %s: start tocsin-aggregator on it, or say --to HOST",
                             self->base.data);
    link_hub *hub = link_hub_create();
    follow_end end = follow(hub, &self->settings, &calls, from, &why);
    link_hub_destroy(&hub);
    switch (end) {
    case FOLLOW_ABSENT: return command_fault(&self->base, "nobody announces at %s", announce);
    case FOLLOW_FAILED: return why[0] != '\0' ? command_wrong(&self->base, "can't connect to %s: %s", announce, why) : COMMAND_FAULT;
    case FOLLOW_ON:
    case FOLLOW_STOPPED:
    case FOLLOW_REACHED: break;
    }
    return COMMAND_FINE;
}

static int subscribe(struct subscribing *self)
{
    follow_cursor from = {.number = self->since};
    bool found = false;
    int done = find_names(self);
    if (done < 0 && self->durable != NULL)
        done = subscribe_state_named(&self->base, self->durable, &self->state);
    if (done < 0 && self->state_path != NULL)
        text_copy(text_of(self->state_path), self->state.path, sizeof self->state.path);
    if (done < 0 && self->state.path[0] != '\0')
        done = subscribe_state_open(&self->base, &self->state, &from, &found);
    if (done >= 0)
        return done;
    self->settings.filter.areas = (text_list){self->areas, self->area_count};
    self->settings.filter.categories = (text_list){self->categories, self->category_count};
    self->settings.until = self->until;
    self->settings.from_now = !found && !self->has_since && !self->settings.once && !self->has_until;
    self->settings.signals = open_signals();
    self->colour = isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL;
    return follow_from(self, from);
}

int subscribe_main(int argc, char **argv)
{
    struct subscribing self = {.base = {.name = "subscribe", .usage = usage, .data = command_default_data()},
                               .exec_timeout_s = EXEC_TIMEOUT_S, .state = {.lock = -1}};
    int done = -1;
    for (int c; done < 0 && (c = getopt_long(argc, argv, "", long_options, NULL)) != -1;)
        done = take_option(&self, c);
    if (done < 0)
        done = check_options(&self, optind < argc ? argv[optind] : NULL);
    if (done >= 0)
        return done;
    self.memory = arena_create();
    self.each = arena_create();
    done = subscribe(&self);
    subscribe_state_close(&self.state);
    arena_destroy(&self.memory);
    arena_destroy(&self.each);
    return done;
}
