/* tocsin ack, comment, reopen: what people do about an alert. */
#include "people.h"

#include <stdio.h>
#include <string.h>

#include "commands.h"

static const char ack_usage[] =
    "usage: tocsin ack ID [--note TEXT] [--who NAME] [options]\n"
    "\n"
    "Says that somebody has seen an alert and deals with it. It stays open, and is opened anew by itself if it rises to a\n"
    "higher level. tocsin alerts lists the open ones.\n"
    "\n"
    "  --note TEXT          what you do about it\n"
    "  --who NAME           who does it (default: $TOCSIN_WHO, else your login name)\n"
    "  --format table|json\n"
    "  --data DIR           the aggregator's folder\n"
    "\n"
    "example: tocsin ack 12 --note 'Operation Kestrel meets on Monday' --who 'J. Smith'\n";

static const char comment_usage[] =
    "usage: tocsin comment ID TEXT [--who NAME] [options]\n"
    "\n"
    "Adds a sentence to the story of an alert, open or cleared.\n"
    "\n"
    "  --who NAME           who says it (default: $TOCSIN_WHO, else your login name)\n"
    "  --format table|json\n"
    "  --data DIR           the aggregator's folder\n"
    "\n"
    "example: tocsin comment 12 'Half of it is one shop, which has begun to report'\n";

static const char reopen_usage[] =
    "usage: tocsin reopen ID [--note TEXT] [--who NAME] [options]\n"
    "\n"
    "Takes an acknowledgement back: the alert is new again. One that was cleared is raised anew by itself, under a new\n"
    "number, if its figures rise again.\n"
    "\n"
    "  --note TEXT          why\n"
    "  --who NAME           who does it (default: $TOCSIN_WHO, else your login name)\n"
    "  --format table|json\n"
    "  --data DIR           the aggregator's folder\n"
    "\n"
    "example: tocsin reopen 12 --note 'The operation is over, the thefts go on'\n";

enum { OPT_NOTE = OPTION_OWN, OPT_WHO, SAID_SIZE = 8192 };

static const struct option long_options[] = {
    COMMON_OPTIONS,
    {"note", required_argument, NULL, OPT_NOTE},
    {"who", required_argument, NULL, OPT_WHO},
    {NULL, 0, NULL, 0},
};

/* --- what they share ----------------------------------------------------------------------------------- */

int people_number(const command *asking, const char *what, const char *word, jsondoc *question, const char *key)
{
    uint64_t number;
    if (!text_to_u64(text_of(word), &number) || number == 0 || number > INT64_MAX)
        return command_wrong(asking, "%s %s has a number, as 12, not '%s': tocsin %ss lists them",
                             what[0] == 'a' ? "an" : "a", what, word, what);
    jsondoc_put_integer(question, key, (int64_t)number);
    return -1;
}

int people_put(const command *asking, const char *option, const char *said, jsondoc *question, const char *key)
{
    if (said == NULL)
        return -1;
    if (text_utf8_fault(text_of(said)) != strlen(said))
        return command_wrong(asking, "%s is no UTF-8 text", option);
    jsondoc_put_text(question, key, text_of(said));
    return -1;
}

/* Without an aggregator one is started for this, which would make a store where there is none. */
static int find_store(const command *asking)
{
    char why[NOTE_SIZE_MAX];
    store *opened = NULL;
    status st = store_open_reader(asking->data, &opened, why);
    store_close(&opened);
    return st == STATUS_NOT_FOUND ? command_fault(asking, "%s", why) : -1;
}

int people_ask(const command *asking, const char *name, const char *who, jsondoc **question)
{
    jsondoc *answer = NULL;
    int done = who != NULL && text_utf8_fault(text_of(who)) != strlen(who) ? command_wrong(asking, "--who is no UTF-8 text") : -1;
    if (done < 0)
        done = find_store(asking);
    if (done >= 0)
        jsondoc_destroy(question);
    else
        done = ask_aggregator_with(asking, name, who, question, &answer);
    if (done >= 0)
        return done;
    if (asking->format == FORMAT_JSON)
        jsondoc_write(answer, stdout, true);
    else
        printf("%.*s\n", TEXT_ARGS(jsondoc_text(jsondoc_get(answer, "words"))));
    jsondoc_destroy(&answer);
    return COMMAND_FINE;
}

/* --- the three ----------------------------------------------------------------------------------------- */

struct doing {
    command base;
    const char *asks;   /* the aggregator's command */
    bool takes_words;   /* behind the number; else --note */
    const char *note, *who;
    char said[SAID_SIZE];
};

static int take_words(struct doing *self, int argc, char **argv)
{
    size_t used = 0;
    for (int i = optind; i < argc; i++) {
        int written = snprintf(self->said + used, sizeof self->said - used, "%s%s", i > optind ? " " : "", argv[i]);
        used += written > 0 ? (size_t)written : 0;
        if (used >= sizeof self->said)
            return command_wrong(&self->base, "the comment is too long: 1,000 characters are kept");
    }
    if (used == 0)
        return command_wrong(&self->base, "say what the comment is, behind the alert's number");
    self->note = self->said;
    return -1;
}

static int take_options(struct doing *self, int argc, char **argv, jsondoc *question)
{
    int done = -1;
    for (int c; done < 0 && (c = getopt_long(argc, argv, "", long_options, NULL)) != -1;)
        switch (c) {
        case OPT_NOTE: self->note = optarg; break;
        case OPT_WHO: self->who = optarg; break;
        default: done = command_option(&self->base, c);
        }
    if (done >= 0)
        return done;
    if (optind >= argc)
        return command_wrong(&self->base, "say which alert, by its number: tocsin alerts lists the open ones");
    done = people_number(&self->base, "alert", argv[optind++], question, "alert");
    if (done < 0 && self->takes_words)
        done = self->note != NULL ? command_wrong(&self->base, "--note is not needed: write it behind the number")
                                  : take_words(self, argc, argv);
    else if (done < 0 && optind < argc)
        done = command_wrong(&self->base, "what is '%s'? What you want to say goes behind --note, in quotes", argv[optind]);
    return done < 0 ? people_put(&self->base, "the note", self->note, question, "note") : done;
}

static int act(struct doing *self, int argc, char **argv)
{
    jsondoc *question = jsondoc_object();
    self->base.data = command_default_data();
    int done = take_options(self, argc, argv, question);
    if (done < 0)
        return people_ask(&self->base, self->asks, self->who, &question);
    jsondoc_destroy(&question);
    return done;
}

int ack_main(int argc, char **argv)
{
    struct doing self = {.base = {.name = "ack", .usage = ack_usage}, .asks = "acknowledge"};
    return act(&self, argc, argv);
}

int comment_main(int argc, char **argv)
{
    struct doing self = {.base = {.name = "comment", .usage = comment_usage}, .asks = "comment", .takes_words = true};
    return act(&self, argc, argv);
}

int reopen_main(int argc, char **argv)
{
    struct doing self = {.base = {.name = "reopen", .usage = reopen_usage}, .asks = "reopen"};
    return act(&self, argc, argv);
}
