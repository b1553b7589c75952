/* Must hold for all octets: sent to the aggregator's control socket, every whole line within its bound is answered with one JSON object
 * that says whether it was done, or why not; and whoever asks next is answered too. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "aggregator/commands.h"
#include "fuzz.h"
#include "proto/control.h"
#include "proto/jsondoc.h"
#include "proto/log.h"
#include "tests/engine_fixtures.h"

static engine_world world;
static control *at;
static size_t answered;

static void forget(void)
{
    control_close(&at);
    engine_world_forget(&world);
}

static void make(void)
{
    const char *why;
    log_threshold(LOG_ERROR);
    world = engine_world_make();
    at = control_listen(world.data, &why);
    MUST(at != NULL);
    (void)atexit(forget);
}

static void must_be_answer(text answer)
{
    char why[160];
    jsondoc *read = NULL;
    MUST(memchr(answer.at, '\n', answer.size) == NULL);
    MUST(jsondoc_read(answer, &read, why, sizeof why) == STATUS_OK);
    MUST(jsondoc_kind_of(read) == JSONDOC_OBJECT);
    const jsondoc *ok = jsondoc_get(read, "ok");
    MUST(ok != NULL && jsondoc_kind_of(ok) == JSONDOC_BOOL);
    if (jsondoc_number(ok) == 0)
        must_be_words(jsondoc_text(jsondoc_get(read, "why")));
    jsondoc_destroy(&read);
}

static void handle(void *context, control *from, int client, text line)
{
    (void)context;
    text answer = command_run(world.engine, NULL, line, world.now_s, world.memory);
    must_be_answer(answer);
    answered++;
    control_answer(from, client, answer);
    arena_reset(world.memory);
}

static int dial(void)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    (void)snprintf(to.sun_path, sizeof to.sun_path, "%s/control.sock", world.data);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    MUST(fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0);
    return fd;
}

/* Sends all of it in two pieces; what comes back is read and thrown away. */
static void say(int fd, text octets)
{
    char back[4096];
    size_t half = octets.size / 2;
    for (int i = 0; i < 2; i++) {
        text piece = i == 0 ? (text){octets.at, half} : (text){octets.at + half, octets.size - half};
        if (piece.size > 0)
            (void)send(fd, piece.at, piece.size, MSG_NOSIGNAL);
        control_serve(at, 0, handle, NULL);
        while (recv(fd, back, sizeof back, 0) > 0)
            ;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    size_t lines = 0;
    if (at == NULL)
        make();
    if (size > 16 * 1024)
        return 0; /* long lines are tests/test_control.c's */
    for (size_t i = 0; i < size; i++)
        lines += octets[i] == '\n';
    answered = 0;
    int fd = dial();
    say(fd, (text){(const char *)octets, size});
    MUST(answered == lines);
    (void)close(fd);
    fd = dial();
    say(fd, text_of("{\"command\":\"retry-rejects\"}\n"));
    MUST(answered == lines + 1);
    (void)close(fd);
    control_serve(at, 0, handle, NULL);
    return 0;
}
