#include "post.h"

#include <assert.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail_words.h"
#include "seal.h"

enum { CONNECT_LIMIT_S = 15, SMTP_CLOSING = 221 };

/* One on its way. */
struct posting {
    struct posting *next;
    void *tag;
    CURL *handle;
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

static void end_posting(post *self, struct posting *one)
{
    for (struct posting **at = &self->first; *at != NULL; at = &(*at)->next)
        if (*at == one) {
            *at = one->next;
            break;
        }
    (void)curl_multi_remove_handle(self->all, one->handle);
    curl_easy_cleanup(one->handle);
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

/* A mail server's replies come here line by line: "550 5.1.1 no such user". That it knows no EHLO, or none of our ways to
 * log in, is no refusal: other ways are tried. */
static bool is_refusal(uint64_t code)
{
    return code >= 400 && code != 500 && code != 502 && code != 504;
}

static size_t take_reply(char *octets, size_t one, size_t count, void *context)
{
    struct posting *self = context;
    text line = text_trim((text){octets, one * count});
    uint64_t code;
    if (!self->mail || line.size < 3 || !text_to_u64((text){line.at, 3}, &code) || code == SMTP_CLOSING)
        return one * count;
    self->last = code;
    if (is_refusal(code))
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
    (void)curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
    (void)curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take_body);
    (void)curl_easy_setopt(h, CURLOPT_WRITEDATA, one);
    (void)curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, take_reply);
    (void)curl_easy_setopt(h, CURLOPT_HEADERDATA, one);
    (void)curl_easy_setopt(h, CURLOPT_ERRORBUFFER, one->error);
    (void)curl_easy_setopt(h, CURLOPT_PRIVATE, one);
    return one;
}

static void set_out(post *self, struct posting *one)
{
    (void)curl_easy_setopt(one->handle, CURLOPT_HTTPHEADER, one->headers);
    one->next = self->first;
    self->first = one;
    (void)curl_multi_add_handle(self->all, one->handle);
    arena_reset(self->memory);
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

static void add_mail_headers(post *self, struct posting *one, const mail_server *by, text_list to, const post_mail_letter *what)
{
    arena *memory = self->memory;
    text domain = mail_domain(by->from);
    add_header(one, mail_date(memory, what->made_s));
    add_header(one, mail_addresses(memory, "From", &by->from, 1));
    add_header(one, mail_addresses(memory, "To", to.at, to.count));
    add_header(one, mail_header(memory, "Subject", what->content->subject));
    add_header(one, arena_print(memory, "Message-ID: <%.*s@%.*s>", TEXT_ARGS(what->key), TEXT_ARGS(domain)));
    add_header(one, arena_print(memory, "List-Id: <%.*s.tocsin.%.*s>", TEXT_ARGS(what->name), TEXT_ARGS(domain)));
    add_header(one, text_of("Auto-Submitted: auto-generated"));
    add_header(one, text_of("X-Auto-Response-Suppress: All"));
}

static curl_mimepart *add_part(curl_mime *to, text content, const char *type, const char *encoder)
{
    curl_mimepart *part = curl_mime_addpart(to);
    assert(part != NULL);
    (void)curl_mime_data(part, content.size > 0 ? content.at : "", content.size);
    (void)curl_mime_type(part, type);
    (void)curl_mime_encoder(part, encoder);
    return part;
}

/* The picture stands beside the HTML that shows it, and where it is not shown it is no attachment. */
static void add_html(CURL *handle, curl_mime *to, const letter *content)
{
    if (content->picture.size == 0) {
        (void)add_part(to, content->html, "text/html; charset=utf-8", "quoted-printable");
        return;
    }
    curl_mime *related = curl_mime_init(handle);
    (void)add_part(related, content->html, "text/html; charset=utf-8", "quoted-printable");
    curl_mimepart *picture = add_part(related, content->picture, "image/png", "base64");
    struct curl_slist *headers = curl_slist_append(NULL, "Content-ID: <rolling-year>");
    headers = curl_slist_append(headers, "Content-Disposition: inline; filename=\"rolling-year.png\"");
    (void)curl_mime_headers(picture, headers, 1);
    curl_mimepart *both = curl_mime_addpart(to);
    (void)curl_mime_subparts(both, related);
    (void)curl_mime_type(both, "multipart/related");
}

static void add_body(struct posting *one, const letter *content)
{
    one->parts = curl_mime_init(one->handle);
    curl_mime *choice = curl_mime_init(one->handle);
    (void)add_part(choice, content->plain, "text/plain; charset=utf-8", "quoted-printable");
    add_html(one->handle, choice, content);
    curl_mimepart *body = curl_mime_addpart(one->parts);
    (void)curl_mime_subparts(body, choice);
    (void)curl_mime_type(body, "multipart/alternative");
    (void)curl_easy_setopt(one->handle, CURLOPT_MIMEPOST, one->parts);
}

static void set_server(post *self, struct posting *one, const mail_server *by)
{
    static const long ways[MAIL_TLS_WAYS] = {[MAIL_TLS_REQUIRED] = CURLUSESSL_ALL, [MAIL_TLS_TRY] = CURLUSESSL_TRY,
                                             [MAIL_TLS_NONE] = CURLUSESSL_NONE};
    (void)curl_easy_setopt(one->handle, CURLOPT_USE_SSL, ways[by->tls]);
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
    add_mail_headers(self, one, by, to, what);
    add_body(one, what->content);
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

void post_wait(post *self, int descriptor, int64_t patience_ms)
{
    int running, left;
    struct curl_waitfd more = {.fd = descriptor, .events = CURL_WAIT_POLLIN};
    (void)curl_multi_perform(self->all, &running);
    if ((size_t)running == post_count(self))
        (void)curl_multi_poll(self->all, &more, 1, (int)(patience_ms < INT32_MAX ? patience_ms : INT32_MAX), &left);
    (void)curl_multi_perform(self->all, &running);
}

static post_verdict judge_web(const struct posting *one, CURLcode came_to, long code, char *why)
{
    /* An answer beyond its bound is cut off, and its status stands. */
    if (came_to != CURLE_OK && !(came_to == CURLE_WRITE_ERROR && one->answered > POST_ANSWER_MAX)) {
        (void)snprintf(why, POST_WHY_SIZE, "%s", one->error[0] != '\0' ? one->error : curl_easy_strerror(came_to));
        return POST_LATER;
    }
    if (code >= 200 && code < 300)
        return POST_ARRIVED;
    (void)snprintf(why, POST_WHY_SIZE, "the server answered %ld%s", code,
                   code >= 300 && code < 400 ? ", a redirect, which is not followed" : "");
    return code >= 400 && code < 500 && code != 408 && code != 429 ? POST_REFUSED : POST_LATER;
}

/* Who may not log in will once the settings are mended: that is no fault of the mail. */
static bool is_of_the_settings(CURLcode came_to, uint64_t code)
{
    return came_to == CURLE_LOGIN_DENIED || came_to == CURLE_USE_SSL_FAILED || code == 530 || code == 534 || code == 535 || code == 538;
}

static post_verdict judge_mail(const struct posting *one, CURLcode came_to, char *why)
{
    bool refused = is_refusal(one->last);
    if (came_to == CURLE_OK) {
        (void)snprintf(why, POST_WHY_SIZE, "%s", one->lenient ? one->said : "");
        return POST_ARRIVED;
    }
    const char *error = one->error[0] != '\0' ? one->error : curl_easy_strerror(came_to);
    (void)snprintf(why, POST_WHY_SIZE, "%s", refused ? one->said : error);
    return refused && one->last >= 500 && !is_of_the_settings(came_to, one->last) ? POST_REFUSED : POST_LATER;
}

bool post_result_of(post *self, post_result *out)
{
    int left;
    const CURLMsg *said;
    while ((said = curl_multi_info_read(self->all, &left)) != NULL)
        if (said->msg == CURLMSG_DONE) {
            struct posting *one = NULL;
            CURLcode came_to = said->data.result;
            long code = 0;
            (void)curl_easy_getinfo(said->easy_handle, CURLINFO_PRIVATE, &one);
            (void)curl_easy_getinfo(said->easy_handle, CURLINFO_RESPONSE_CODE, &code);
            *out = (post_result){.tag = one->tag};
            out->verdict = one->mail ? judge_mail(one, came_to, out->why) : judge_web(one, came_to, code, out->why);
            out->of_an_address = one->mail && out->verdict == POST_REFUSED && one->addresses > 1 && !one->lenient;
            text_mend(out->why);
            end_posting(self, one);
            return true;
        }
    return false;
}
