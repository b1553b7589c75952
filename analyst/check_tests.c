/* tocsin check --tests: do the rules raise what they should, of series that are invented for the purpose? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_parts.h"
#include "judging/rule_tests.h"
#include "proto/jsondoc.h"

enum { FAULTS_SHOWN = 10000 };

/* A file of rules, read once for all tests that name it. */
struct rule_file {
    text path; /* empty: the reference folder's */
    rules *by; /* NULL: it can't be used, which was told */
};

struct testing {
    const command *base;
    reference *data;
    faults *found;
    arena *memory;
    const char *file; /* of tests, that is being read */
    struct rule_file *rules;
    size_t rules_count, rules_capacity;
    rule_tests **files;
    size_t file_count, passed, failed;
};

/* --- rules ----------------------------------------------------------------------------------------- */

/* Beside the file that names it. */
static text path_of(const struct testing *self, text named)
{
    const char *slash = strrchr(self->file, '/');
    if (named.size == 0 || named.at[0] == '/' || slash == NULL)
        return arena_text(self->memory, named);
    return arena_print(self->memory, "%.*s%.*s", (int)(slash + 1 - self->file), self->file, TEXT_ARGS(named));
}

/* The rules of a text; NULL, and told, where it has errors or no rules. What the reference folder's own have as
 * warnings is for a plain check. */
static rules *understand(const struct testing *self, text path, text yaml)
{
    const char *file = path.size > 0 ? path.at : "priorities.yaml";
    faults *warned = faults_create();
    size_t before = faults_count(self->found, FAULT_ERROR);
    rules *made = rules_create(yaml, file, self->data, path.size > 0 ? self->found : warned);
    if (faults_count(self->found, FAULT_ERROR) == before && made->count == 0)
        faults_add(self->found, FAULT_ERROR, file, 0, "there are no rules to test");
    if (faults_count(self->found, FAULT_ERROR) != before)
        rules_destroy(&made);
    faults_destroy(&warned);
    return made;
}

static const rules *rules_called(void *context, text named, char why[NOTE_SIZE_MAX])
{
    struct testing *self = context;
    text path = path_of(self, named), yaml = self->data->sheets->priorities;
    why[0] = '\0';
    for (size_t i = 0; i < self->rules_count; i++)
        if (text_equal(self->rules[i].path, path))
            return self->rules[i].by;
    bool read = path.size == 0 || command_text(self->base, path.at, self->memory, &yaml) < 0;
    if (!read)
        (void)snprintf(why, NOTE_SIZE_MAX, "the rules '%.*s' can't be read: name a file beside this one", TEXT_ARGS(named));
    self->rules = memory_room(self->rules, self->rules_count, &self->rules_capacity, sizeof *self->rules);
    struct rule_file *made = &self->rules[self->rules_count++];
    *made = (struct rule_file){.path = path, .by = read ? understand(self, path, yaml) : NULL};
    return made->by;
}

/* --- what came of them ----------------------------------------------------------------------------- */

static void print_test(const rule_tests *in, const rule_test *test, const test_outcome *came)
{
    printf("%-6s  %.*s%s\n", came->count == 0 ? "ok" : "FAILED", TEXT_ARGS(test->name),
           came->said ? "" : " (no rule can say anything of its series on any day)");
    for (size_t i = 0; i < came->count; i++) {
        const test_difference *d = &came->each[i];
        printf("  %.*s:%u: expected %.*s\n      came      %.*s\n      figures   %.*s\n", TEXT_ARGS(in->file), d->line,
               TEXT_ARGS(d->expected), TEXT_ARGS(d->came), TEXT_ARGS(d->figures));
    }
}

static void put_test(jsondoc *to, const rule_tests *in, const rule_test *test, const test_outcome *came)
{
    jsondoc *one = jsondoc_add_object(to);
    jsondoc_put_text(one, "file", in->file);
    jsondoc_put_integer(one, "line", test->line);
    jsondoc_put_text(one, "name", test->name);
    jsondoc_put_text(one, "result", text_of(came->count == 0 ? "ok" : "failed"));
    jsondoc_put_bool(one, "said", came->said);
    jsondoc *list = jsondoc_put_array(one, "differences");
    for (size_t i = 0; i < came->count; i++) {
        jsondoc *difference = jsondoc_add_object(list);
        jsondoc_put_integer(difference, "line", came->each[i].line);
        jsondoc_put_text(difference, "expected", came->each[i].expected);
        jsondoc_put_text(difference, "came", came->each[i].came);
        jsondoc_put_text(difference, "figures", came->each[i].figures);
    }
}

/*   json   NULL: it is printed */
static void run_file(struct testing *self, const rule_tests *in, jsondoc *json)
{
    arena *memory = arena_create();
    for (size_t i = 0; i < in->count; i++) {
        test_outcome came;
        rule_test_run(&in->each[i], self->data, memory, &came);
        if (json != NULL)
            put_test(json, in, &in->each[i], &came);
        else
            print_test(in, &in->each[i], &came);
        self->passed += came.count == 0;
        self->failed += came.count > 0;
        test_outcome_free(&came);
        arena_reset(memory);
    }
    arena_destroy(&memory);
}

static int run_all(struct testing *self)
{
    jsondoc *json = self->base->format == FORMAT_JSON ? jsondoc_array() : NULL;
    for (size_t i = 0; i < self->file_count; i++)
        run_file(self, self->files[i], json);
    if (json != NULL)
        jsondoc_write(json, stdout, true);
    else
        printf("%zu passed, %zu failed\n", self->passed, self->failed);
    jsondoc_destroy(&json);
    return self->failed == 0 ? COMMAND_FINE : COMMAND_FAULT;
}

/* --- reading --------------------------------------------------------------------------------------- */

/* Every file's faults are told at once; -1 where there are none. */
static int read_files(struct testing *self, char *const *files, size_t count)
{
    int done = -1;
    for (size_t i = 0; i < count; i++) {
        text yaml;
        self->file = files[i];
        int read = command_text(self->base, files[i], self->memory, &yaml);
        if (read < 0)
            self->files[self->file_count++] = rule_tests_create(yaml, files[i], self->data, rules_called, self, self->found);
        else
            done = read;
    }
    faults_print(self->found, stderr, FAULTS_SHOWN);
    return faults_count(self->found, FAULT_ERROR) > 0 ? command_fault(self->base, "nothing was tested: mend these first") : done;
}

/* Rules are tested with the categories and areas that they are written for. */
static int read_reference(struct testing *self, const char *folder)
{
    char imported[4096], digest_hex_text[DIGEST_HEX_SIZE];
    faults *found = faults_create();
    (void)snprintf(imported, sizeof imported, "%s/imported", self->base->data);
    self->data = reference_read(folder, self->base->data[0] != '\0' ? imported : NULL, found, digest_hex_text);
    rules *by = rules_create(self->data->sheets->priorities, "priorities.yaml", self->data, found);
    rules_destroy(&by);
    size_t errors = faults_count(found, FAULT_ERROR);
    if (errors > 0)
        faults_print(found, stderr, FAULTS_SHOWN);
    faults_destroy(&found);
    return errors > 0 ? command_fault(self->base, "nothing was tested: mend %s first", folder) : -1;
}

int check_tests(const command *base, const char *folder, char *const *files, size_t count)
{
    struct testing self = {.base = base, .found = faults_create(), .memory = arena_create(),
                           .files = memory_new(count, sizeof(rule_tests *))};
    codebook *book = codebook_create();
    int done = read_reference(&self, folder);
    if (done < 0) {
        reference_number(self.data, book);
        done = read_files(&self, files, count);
    }
    if (done < 0)
        done = run_all(&self);
    for (size_t i = 0; i < self.file_count; i++)
        rule_tests_destroy(&self.files[i]);
    for (size_t i = 0; i < self.rules_count; i++)
        rules_destroy(&self.rules[i].by);
    free(self.files);
    free(self.rules);
    reference_destroy(&self.data);
    codebook_destroy(&book);
    faults_destroy(&self.found);
    arena_destroy(&self.memory);
    return done;
}
