#include "post_body.h"

#include <assert.h>

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

curl_mime *post_body(CURL *handle, const letter *content)
{
    curl_mime *whole = curl_mime_init(handle), *choice = curl_mime_init(handle);
    (void)add_part(choice, content->plain, "text/plain; charset=utf-8", "quoted-printable");
    add_html(handle, choice, content);
    curl_mimepart *body = curl_mime_addpart(whole);
    (void)curl_mime_subparts(body, choice);
    (void)curl_mime_type(body, "multipart/alternative");
    return whole;
}
