#include "post.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mail_words.h"
#include "post_body.h"
#include "post_verdict.h"
#include "seal.h"

enum { CONNECT_LIMIT_S = 15, SMTP_CLOSING = 221 };

/* One on its way. libcurl waits for a mail server's last word, and for its leave, in whoever's loop that is: so each mail has
 * a thread of its own, which touches nothing but its posting; HTTP requests share the loop. */
struct posting {
    struct posting *next;
    void *tag;
    CURL *handle;
    CURLM *all;                   /* to wake */
    pthread_t thread;             /* of a mail */
    pthread_mutex_t lock;         /* of its socket; -1: none */
    int socket;
    atomic_bool given_up, done;
    CURLcode came_to;
    struct curl_slist *headers, *to;
    curl_mime *parts;
    bool mail, lenient;
    size_t addresses;
    size_t answered;              /* octets of the answer */
    uint64_t last;                /* code of the last reply, but that to our leave */
    char said[POST_WHY_SIZE];     /* in the last reply of 400 or more */
    char error[CURL_ERROR_SIZE];
};

struct post {
    CURLM *all;
    struct posting *first;
    arena *memory; /* for the length of one call */
};

post *post_create(void)
{
    post *self = memory_new(1, sizeof *self);
    CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    assert(started == CURLE_OK);
    self->all = curl_multi_init();
    assert(self->all != NULL);
    self->memory = arena_create();
    return self;
}

/* libcurl would wait for a silent server to say farewell: nothing is to be heard from it any more. */
static void give_up(struct posting *one)
{
    atomic_store(&one->given_up, true);
    (void)pthread_mutex_lock(&one->lock);
    if (one->socket >= 0)
        (void)shutdown(one->socket, SHUT_RDWR);
    (void)pthread_mutex_unlock(&one->lock);
    (void)pthread_join(one->thread, NULL);
    (void)pthread_mutex_destroy(&one->lock);
}

static void end_posting(post *self, struct posting *one)
{
    for (struct posting **at = &self->first; *at != NULL; at = &(*at)->next)
        if (*at == one) {
            *at = one->next;
            break;
        }
    if (one->mail)
        give_up(one);
    else {
        (void)curl_multi_remove_handle(self->all, one->handle);
        curl_easy_cleanup(one->handle);
    }
    curl_mime_free(one->parts);
    curl_slist_free_all(one->headers);
    curl_slist_free_all(one->to);
    free(one);
}

void post_destroy(post **of)
{
    post *self = *of;
    if (self == NULL)
        return;
    while (self->first != NULL)
        end_posting(self, self->first);
    (void)curl_multi_cleanup(self->all);
    arena_destroy(&self->memory);
    free(self);
    *of = NULL;
    curl_global_cleanup();
}

/* --- what servers answer ---------------------------------------------------------------------------- */

/* Of the body nothing is kept. */
static size_t take_body(char *octets, size_t one, size_t count, void *context)
{
    struct posting *self = context;
    (void)octets;
    self->answered += one * count;
    return self->answered <= POST_ANSWER_MAX ? one * count : 0;
}

/* A mail server's replies come here line by line: "550 5.1.1 no such user". */
static size_t take_reply(char *octets, size_t one, size_t count, void *context)
{
    struct posting *self = context;
    text line = text_trim((text){octets, one * count});
    uint64_t code;
    if (!self->mail || line.size < 3 || !text_to_u64((text){line.at, 3}, &code) || code == SMTP_CLOSING)
        return one * count;
    self->last = code;
    if (reply_refuses(code))
        text_copy(line, self->said, sizeof self->said);
    return one * count;
}

/* --- setting out --------------------------------------------------------------------------------------- */

static struct posting *begin(post *self, text url, const char *protocols, void *tag)
{
    struct posting *one = memory_new(1, sizeof *one);
    CURL *h = curl_easy_init();
    assert(h != NULL);
    one->tag = tag;
    one->handle = h;
    (void)curl_easy_setopt(h, CURLOPT_URL, arena_text(self->memory, url).at);
    (void)curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, protocols);
    (void)curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(h, CURLOPT_QUICK_EXIT, 1L);
    (void)curl_easy_setopt(h, CURLOPT_TIMEOUT, (long)POST_LIMIT_S);
    (void)curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_LIMIT_S);
    (void)curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take_body);
    (void)curl_easy_setopt(h, CURLOPT_WRITEDATA, one);
    (void)curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, take_reply);
    (void)curl_easy_setopt(h, CURLOPT_HEADERDATA, one);
    (void)curl_easy_setopt(h, CURLOPT_ERRORBUFFER, one->error);
    (void)curl_easy_setopt(h, CURLOPT_PRIVATE, one);
    return one;
}

/* Asked about once a second at least. */
static int is_given_up(void *context, curl_off_t of_down, curl_off_t down, curl_off_t of_up, curl_off_t up)
{
    struct posting *self = context;
    (void)of_down, (void)down, (void)of_up, (void)up;
    return atomic_load(&self->given_up);
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *to)
{
    struct posting *self = context;
    int fd = socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
    (void)purpose;
    (void)pthread_mutex_lock(&self->lock);
    self->socket = fd;
    (void)pthread_mutex_unlock(&self->lock);
    return fd;
}

static int close_socket(void *context, curl_socket_t fd)
{
    struct posting *self = context;
    (void)pthread_mutex_lock(&self->lock);
    if (self->socket == fd)
        self->socket = -1;
    (void)pthread_mutex_unlock(&self->lock);
    return close(fd);
}

static void *carry_mail(void *context)
{
    struct posting *self = context;
    self->came_to = curl_easy_perform(self->handle);
    curl_easy_cleanup(self->handle);
    atomic_store(&self->done, true);
    (void)curl_multi_wakeup(self->all);
    return NULL;
}

static void set_out(post *self, struct posting *one)
{
    (void)curl_easy_setopt(one->handle, CURLOPT_HTTPHEADER, one->headers);
    one->next = self->first;
    self->first = one;
    one->all = self->all;
    arena_reset(self->memory);
    if (!one->mail) {
        (void)curl_multi_add_handle(self->all, one->handle);
        return;
    }
    (void)curl_easy_setopt(one->handle, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)POST_LIMIT_S);
    (void)curl_easy_setopt(one->handle, CURLOPT_NOPROGRESS, 0L);
    (void)curl_easy_setopt(one->handle, CURLOPT_XFERINFOFUNCTION, is_given_up);
    (void)curl_easy_setopt(one->handle, CURLOPT_XFERINFODATA, one);
    (void)curl_easy_setopt(one->handle, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    (void)curl_easy_setopt(one->handle, CURLOPT_OPENSOCKETDATA, one);
    (void)curl_easy_setopt(one->handle, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
    (void)curl_easy_setopt(one->handle, CURLOPT_CLOSESOCKETDATA, one);
    (void)pthread_mutex_init(&one->lock, NULL);
    one->socket = -1;
    int made = pthread_create(&one->thread, NULL, carry_mail, one);
    assert(made == 0);
}

/* In place of all whom the machine trusts, not beside them. */
static void set_authorities(post *self, const struct posting *one, text file)
{
    if (file.size == 0)
        return;
    (void)curl_easy_setopt(one->handle, CURLOPT_CAINFO, arena_text(self->memory, file).at);
    (void)curl_easy_setopt(one->handle, CURLOPT_CAPATH, NULL);
}

static void add_header(struct posting *one, text line)
{
    one->headers = curl_slist_append(one->headers, line.at);
    assert(one->headers != NULL);
}

/* --- HTTP ------------------------------------------------------------------------------------------------ */

void post_web(post *self, const webhook *to, text body, text key, int64_t now_s, void *tag)
{
    char seal[SEAL_SIZE];
    struct posting *one = begin(self, to->url, "http,https", tag);
    add_header(one, text_of("Content-Type: application/json; charset=utf-8"));
    add_header(one, text_of("Expect:"));
    add_header(one, arena_print(self->memory, "Idempotency-Key: %.*s", TEXT_ARGS(key)));
    if (to->secret.size > 0) {
        seal_write(to->secret, body, now_s, seal);
        add_header(one, arena_print(self->memory, "Tocsin-Signature: %s", seal));
    }
    set_authorities(self, one, to->ca_file);
    (void)curl_easy_setopt(one->handle, CURLOPT_USERAGENT, "tocsin/" TOCSIN_VERSION);
    (void)curl_easy_setopt(one->handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.size);
    (void)curl_easy_setopt(one->handle, CURLOPT_COPYPOSTFIELDS, body.size > 0 ? body.at : "");
    set_out(self, one);
}

/* --- mail ------------------------------------------------------------------------------------------------ */

static text angled(arena *memory, text inside)
{
    return arena_print(memory, "<%.*s>", TEXT_ARGS(inside));
}

static void set_server(post *self, struct posting *one, const mail_server *by)
{
    static const long ways[MAIL_TLS_WAYS] = {[MAIL_TLS_REQUIRED] = CURLUSESSL_ALL, [MAIL_TLS_TRY] = CURLUSESSL_TRY,
                                             [MAIL_TLS_NONE] = CURLUSESSL_NONE};
    (void)curl_easy_setopt(one->handle, CURLOPT_USE_SSL, ways[by->tls]);
    set_authorities(self, one, by->ca_file);
    (void)curl_easy_setopt(one->handle, CURLOPT_MAIL_FROM, angled(self->memory, by->from).at);
    if (by->user.size == 0)
        return;
    (void)curl_easy_setopt(one->handle, CURLOPT_USERNAME, arena_text(self->memory, by->user).at);
    (void)curl_easy_setopt(one->handle, CURLOPT_PASSWORD, arena_text(self->memory, by->password).at);
}

void post_mail(post *self, const mail_server *by, text_list to, const post_mail_letter *what, void *tag)
{
    struct posting *one = begin(self, by->url, "smtp,smtps", tag);
    one->mail = true;
    one->lenient = what->lenient;
    one->addresses = to.count;
    set_server(self, one, by);
    for (size_t i = 0; i < to.count; i++)
        one->to = curl_slist_append(one->to, angled(self->memory, to.at[i]).at);
    (void)curl_easy_setopt(one->handle, CURLOPT_MAIL_RCPT, one->to);
    (void)curl_easy_setopt(one->handle, CURLOPT_MAIL_RCPT_ALLLOWFAILS, what->lenient ? 1L : 0L);
    const text_list headers = mail_headers(self->memory, by->from, to, what->content->subject, what->key, what->name, what->made_s);
    for (size_t i = 0; i < headers.count; i++)
        add_header(one, headers.at[i]);
    one->parts = post_body(one->handle, what->content);
    (void)curl_easy_setopt(one->handle, CURLOPT_MIMEPOST, one->parts);
    set_out(self, one);
}

/* --- working ------------------------------------------------------------------------------------------------ */

void post_forget(post *self, const void *tag)
{
    for (struct posting *one = self->first, *next; one != NULL; one = next) {
        next = one->next;
        if (one->tag == tag)
            end_posting(self, one);
    }
}

size_t post_count(const post *self)
{
    size_t count = 0;
    for (const struct posting *one = self->first; one != NULL; one = one->next)
        count++;
    return count;
}

static size_t requests(const post *self)
{
    size_t count = 0;
    for (const struct posting *one = self->first; one != NULL; one = one->next)
        count += !one->mail;
    return count;
}

static struct posting *done_mail(const post *self)
{
    struct posting *one = self->first;
    while (one != NULL && !(one->mail && atomic_load(&one->done)))
        one = one->next;
    return one;
}

void post_wait(post *self, int descriptor, int64_t patience_ms)
{
    int running, left;
    struct curl_waitfd more = {.fd = descriptor, .events = CURL_WAIT_POLLIN};
    (void)curl_multi_perform(self->all, &running);
    if ((size_t)running == requests(self) && done_mail(self) == NULL)
        (void)curl_multi_poll(self->all, &more, 1, (int)(patience_ms < INT32_MAX ? patience_ms : INT32_MAX), &left);
    (void)curl_multi_perform(self->all, &running);
}

static const char *fault_of(const struct posting *one, CURLcode came_to)
{
    return one->error[0] != '\0' ? one->error : curl_easy_strerror(came_to);
}

/* An answer beyond its bound is cut off, and its status stands. */
static post_verdict judge_web(const struct posting *one, CURLcode came_to, long code, char why[POST_WHY_SIZE])
{
    if (came_to == CURLE_OK || (came_to == CURLE_WRITE_ERROR && one->answered > POST_ANSWER_MAX))
        return verdict_of_answer(code, why);
    (void)snprintf(why, POST_WHY_SIZE, "%s", fault_of(one, came_to));
    return POST_LATER;
}

static post_verdict judge_mail(const struct posting *one, CURLcode came_to, char why[POST_WHY_SIZE])
{
    if (came_to == CURLE_OK) {
        (void)snprintf(why, POST_WHY_SIZE, "%s", one->lenient ? one->said : "");
        return POST_ARRIVED;
    }
    (void)snprintf(why, POST_WHY_SIZE, "%s", reply_refuses(one->last) ? one->said : fault_of(one, came_to));
    bool of_the_settings = came_to == CURLE_LOGIN_DENIED || came_to == CURLE_USE_SSL_FAILED;
    return of_the_settings ? POST_LATER : verdict_of_reply(one->last);
}

static void end_mail(post *self, struct posting *one, post_result *out)
{
    *out = (post_result){.tag = one->tag};
    out->verdict = judge_mail(one, one->came_to, out->why);
    out->of_an_address = out->verdict == POST_REFUSED && one->addresses > 1 && !one->lenient;
    end_posting(self, one);
}

static void end_request(post *self, const CURLMsg *said, post_result *out)
{
    struct posting *one = NULL;
    long code = 0;
    (void)curl_easy_getinfo(said->easy_handle, CURLINFO_PRIVATE, &one);
    (void)curl_easy_getinfo(said->easy_handle, CURLINFO_RESPONSE_CODE, &code);
    *out = (post_result){.tag = one->tag};
    out->verdict = judge_web(one, said->data.result, code, out->why);
    end_posting(self, one);
}

bool post_result_of(post *self, post_result *out)
{
    int left;
    struct posting *mail = done_mail(self);
    const CURLMsg *said = mail == NULL ? curl_multi_info_read(self->all, &left) : NULL;
    if (mail != NULL)
        end_mail(self, mail, out);
    else if (said != NULL)
        end_request(self, said, out);
    else
        return false;
    text_mend(out->why);
    return true;
}
