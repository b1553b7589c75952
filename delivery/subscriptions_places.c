/* Where to: mail servers, addresses, webhooks, and the secrets that they take. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "subscriptions_parts.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { PATH_SIZE = 4096 };

/* --- secrets -------------------------------------------------------------------------------------- */

/* One line without what would end a header. */
static text checked_secret(subscription_reading *self, yamlnode node, const char *where, text found)
{
    text said = text_trim(found);
    bool plain = said.size > 0;
    for (size_t i = 0; i < said.size; i++)
        plain = plain && (unsigned char)said.at[i] >= ' ' && said.at[i] != 0x7f;
    if (plain)
        return arena_text(self->to->memory, said);
    subscription_fault(self, node, "%s should hold one line%s", where, said.size == 0 ? ", and is empty" : ", and holds more");
    return (text){0};
}

/* Beside the file that names it. */
static void path_beside(const char *file, text name, char *out, size_t size)
{
    const char *slash = strrchr(file, '/');
    int folder = slash != NULL && name.at[0] != '/' ? (int)(slash - file) + 1 : 0;
    (void)snprintf(out, size, "%.*s%.*s", folder, file, TEXT_ARGS(name));
}

text secret_of_file(subscription_reading *self, yamlnode node, const char *what)
{
    char path[PATH_SIZE], room[SECRET_SIZE_MAX + 1];
    struct stat about;
    text name;
    if (!subscription_text(self, node, what, &name))
        return (text){0};
    path_beside(self->file, name, path, sizeof path);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd >= 0 ? read(fd, room, sizeof room) : -1;
    if (size < 0)
        subscription_fault(self, node, "%s %s can't be read: %s", what, path, strerror(errno));
    else if (size > SECRET_SIZE_MAX)
        subscription_fault(self, node, "%s %s has more than %d octets", what, path, SECRET_SIZE_MAX);
    else if (fstat(fd, &about) == 0 && (about.st_mode & S_IROTH) != 0)
        subscription_warning(self, node, "%s %s can be read by everybody: chmod o-r it", what, path);
    if (fd >= 0)
        (void)close(fd);
    return size >= 0 && size <= SECRET_SIZE_MAX ? checked_secret(self, node, path, (text){room, (size_t)size}) : (text){0};
}

text secret_of_variable(subscription_reading *self, yamlnode node, const char *what)
{
    text name;
    if (!subscription_text(self, node, what, &name))
        return (text){0};
    const char *found = getenv(name.at);
    if (found != NULL)
        return checked_secret(self, node, name.at, text_of(found));
    if (self->wish == SECRETS_NEEDED)
        subscription_fault(self, node, "%s: the environment has no variable %.*s", what, TEXT_ARGS(name));
    else
        subscription_warning(self, node, "%s: the environment here has no variable %.*s; the aggregator's has to", what, TEXT_ARGS(name));
    return (text){0};
}

/* --- certificates --------------------------------------------------------------------------------- */

/* The path stays: the file is read at each posting, so that it may be renewed. */
static text read_authorities(subscription_reading *self, yamlnode node)
{
    static const char mark[] = "-----BEGIN CERTIFICATE-----";
    char path[PATH_SIZE], line[256];
    bool found = false;
    text name;
    if (!subscription_text(self, node, "ca_file", &name))
        return (text){0};
    path_beside(self->file, name, path, sizeof path);
    FILE *in = fopen(path, "re");
    while (in != NULL && !found && fgets(line, sizeof line, in) != NULL)
        found = strncmp(line, mark, sizeof mark - 1) == 0;
    if (in == NULL)
        subscription_fault(self, node, "ca_file %s can't be read: %s", path, strerror(errno));
    else if (!found)
        subscription_fault(self, node, "ca_file %s holds no certificate: it should have a line %s", path, mark);
    if (in != NULL)
        (void)fclose(in);
    return found ? arena_text(self->to->memory, text_of(path)) : (text){0};
}

/* --- addresses ------------------------------------------------------------------------------------- */

static bool begins(text whole, const char *with)
{
    size_t size = strlen(with);
    return whole.size >= size && memcmp(whole.at, with, size) == 0;
}

text url_host(text url)
{
    const char *at = memmem(url.at, url.size, "://", 3);
    if (at == NULL)
        return url;
    at += 3;
    size_t left = url.size - (size_t)(at - url.at), size = 0;
    while (size < left && at[size] != '/' && at[size] != '?' && at[size] != '#')
        size++;
    return (text){at, size};
}

bool url_is_loopback(text url)
{
    text host = url_host(url);
    return begins(host, "127.") || begins(host, "localhost") || begins(host, "[::1]");
}

bool url_check(subscription_reading *self, yamlnode node, const char *what, const char *secure, const char *plain, text url)
{
    text host = url_host(url);
    bool known = begins(url, secure) || begins(url, plain);
    if (!known || host.size == 0 || memchr(url.at, ' ', url.size) != NULL) {
        subscription_fault(self, node, "'%s' should be an address that begins with %s or %s and names a host", what, secure, plain);
        return false;
    }
    if (memchr(host.at, '@', host.size) != NULL) {
        subscription_fault(self, node, "'%s' holds a user: who may post does not belong into an address", what);
        return false;
    }
    return true;
}

bool address_check(subscription_reading *self, yamlnode node, text address)
{
    const char *at = memchr(address.at, '@', address.size);
    bool good = at != NULL && at > address.at && at + 1 < address.at + address.size && address.size <= ADDRESS_SIZE_MAX &&
                memchr(at + 1, '@', (size_t)(address.at + address.size - at - 1)) == NULL;
    for (size_t i = 0; i < address.size; i++)
        good = good && address.at[i] > ' ' && address.at[i] < 0x7f && strchr("<>()[],;:\\\"", address.at[i]) == NULL;
    if (!good)
        subscription_fault(self, node, "'%.*s' is no mail address (ann@example.org, in ASCII)", TEXT_ARGS(address));
    return good;
}

void subscription_read_addresses(subscription_reading *self, yamlnode node)
{
    size_t count = subscription_list(self, node, "mail", "ann@example.org");
    text *kept = arena_take(self->to->memory, (count + 1) * sizeof *kept);
    if (count > ADDRESSES_MAX) {
        subscription_fault(self, node, "'mail' has %zu addresses, and %d are the most: give them an address of their own", count,
                           ADDRESSES_MAX);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        yamlnode one = subscription_list_at(node, i);
        text address;
        if (subscription_text(self, one, "mail", &address) && address_check(self, one, address))
            kept[self->one->mail.count++] = address;
    }
    self->one->mail.at = kept;
}

/* --- the mail server ------------------------------------------------------------------------------- */

static const char *const tls_words[MAIL_TLS_WAYS] = {"required", "try", "none"};

static void read_server_url(subscription_reading *self, yamlnode node)
{
    text url;
    if (!subscription_text(self, node, "server", &url) || !url_check(self, node, "server", "smtps://", "smtp://", url))
        return;
    text host = url_host(url);
    if (host.at + host.size < url.at + url.size)
        subscription_fault(self, node, "'server' should end with its host or port: smtp://mail.example.org:587");
    else
        self->to->mail.url = url;
}

static void read_from(subscription_reading *self, yamlnode node)
{
    text from;
    if (subscription_text(self, node, "from", &from) && address_check(self, node, from))
        self->to->mail.from = from;
}

static void read_user(subscription_reading *self, yamlnode node)
{
    (void)subscription_text(self, node, "user", &self->to->mail.user);
}

static void read_password_file(subscription_reading *self, yamlnode node)
{
    self->to->mail.password = secret_of_file(self, node, "password_file");
}

static void read_password_variable(subscription_reading *self, yamlnode node)
{
    self->to->mail.password = secret_of_variable(self, node, "password_env");
}

static void read_tls(subscription_reading *self, yamlnode node)
{
    size_t way;
    if (subscription_choice(self, node, "tls", tls_words, MAIL_TLS_WAYS, &way))
        self->to->mail.tls = (mail_tls)way;
}

static void read_server_authorities(subscription_reading *self, yamlnode node)
{
    self->to->mail.ca_file = read_authorities(self, node);
}

static void check_server(subscription_reading *self, yamlnode node)
{
    const mail_server *made = &self->to->mail;
    bool by_file = yamlnode_is(yamlnode_get(node, "password_file")), by_variable = yamlnode_is(yamlnode_get(node, "password_env"));
    bool user = yamlnode_is(yamlnode_get(node, "user"));
    if (!yamlnode_is(yamlnode_get(node, "server")))
        subscription_fault(self, node, "'mail' has no 'server': smtp://mail.example.org:587");
    if (!yamlnode_is(yamlnode_get(node, "from")))
        subscription_fault(self, node, "'mail' has no 'from': the address that mail comes from");
    if (by_file && by_variable)
        subscription_fault(self, node, "'mail' has both password_file and password_env: leave one");
    if (user != (by_file || by_variable))
        subscription_fault(self, node, user ? "'mail' has a user and no password: name password_file or password_env"
                                            : "'mail' has a password and no user");
    if (user && made->tls != MAIL_TLS_REQUIRED && !begins(made->url, "smtps://") && !url_is_loopback(made->url))
        subscription_warning(self, node, "without 'tls: required' the password may travel in the clear");
}

void subscription_read_server(subscription_reading *self, yamlnode node)
{
    static const subscription_key keys[] = {
        {"server", read_server_url}, {"from", read_from}, {"user", read_user}, {"password_file", read_password_file},
        {"password_env", read_password_variable}, {"tls", read_tls},
        {"ca_file", read_server_authorities},
    };
    if (subscription_keys(self, node, "'mail'", keys, COUNT(keys)))
        check_server(self, node);
}

/* --- webhooks --------------------------------------------------------------------------------------- */

static const char *const shapes_in_words[WEBHOOK_SHAPES] = {"json", "slack", "teams"};

const char *webhook_shape_text(webhook_shape shape)
{
    return shapes_in_words[shape];
}

static void take_url(subscription_reading *self, yamlnode node, const char *what, text url)
{
    if (url.size == 0 || !url_check(self, node, what, "https://", "http://", url))
        return;
    self->one->hook.url = url;
    if (begins(url, "http://") && !url_is_loopback(url))
        subscription_warning(self, node, "'%s' is not encrypted: https:// is", what);
}

static void read_url(subscription_reading *self, yamlnode node)
{
    text url;
    if (subscription_text(self, node, "url", &url))
        take_url(self, node, "url", url);
}

static void read_url_file(subscription_reading *self, yamlnode node)
{
    take_url(self, node, "url_file", secret_of_file(self, node, "url_file"));
}

static void read_url_variable(subscription_reading *self, yamlnode node)
{
    take_url(self, node, "url_env", secret_of_variable(self, node, "url_env"));
}

static void read_shape(subscription_reading *self, yamlnode node)
{
    size_t shape;
    if (subscription_choice(self, node, "shape", shapes_in_words, WEBHOOK_SHAPES, &shape))
        self->one->hook.shape = (webhook_shape)shape;
}

static void read_secret_file(subscription_reading *self, yamlnode node)
{
    self->one->hook.secret = secret_of_file(self, node, "secret_file");
}

static void read_secret_variable(subscription_reading *self, yamlnode node)
{
    self->one->hook.secret = secret_of_variable(self, node, "secret_env");
}

static void read_hook_authorities(subscription_reading *self, yamlnode node)
{
    self->one->hook.ca_file = read_authorities(self, node);
}

void subscription_read_hook(subscription_reading *self, yamlnode node)
{
    static const subscription_key keys[] = {
        {"url", read_url}, {"url_file", read_url_file}, {"url_env", read_url_variable}, {"shape", read_shape},
        {"secret_file", read_secret_file}, {"secret_env", read_secret_variable},
        {"ca_file", read_hook_authorities},
    };
    if (!subscription_keys(self, node, "'webhook'", keys, COUNT(keys)))
        return;
    int urls = yamlnode_is(yamlnode_get(node, "url")) + yamlnode_is(yamlnode_get(node, "url_file")) +
               yamlnode_is(yamlnode_get(node, "url_env"));
    if (urls != 1)
        subscription_fault(self, node, "'webhook' should have one of url, url_file and url_env, and has %s", urls == 0 ? "none" : "several");
    if (yamlnode_is(yamlnode_get(node, "secret_file")) && yamlnode_is(yamlnode_get(node, "secret_env")))
        subscription_fault(self, node, "'webhook' has both secret_file and secret_env: leave one");
}
