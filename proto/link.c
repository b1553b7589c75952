#include "link.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "memory.h"
#include "wire.h"

_Static_assert(sizeof(frame) == sizeof(zmq_msg_t), "a frame hides a zmq_msg_t");

struct link_hub {
    void *context;
};

typedef enum link_kind { LINK_LISTENS, LINK_DIALS, LINK_PUBLISHES, LINK_SUBSCRIBES } link_kind;

struct link_socket {
    void *socket;
    link_kind kind;
};

enum {
    QUEUE_MAX = 1000,         /* messages for one peer */
    ANSWERS_QUEUED_MAX = 32,  /* libzmq hears late of what was fetched: of 4 one could seem to be all */
    SUBSCRIPTION_SIZE_MAX = 1024,
    PUBLISHED_BUFFER = 128 * 1024,
};

link_hub *link_hub_create(void)
{
    link_hub *self = memory_new(1, sizeof *self);
    self->context = zmq_ctx_new();
    assert(self->context != NULL);
    return self;
}

void link_hub_destroy(link_hub **self)
{
    if (*self == NULL)
        return;
    (void)zmq_ctx_term((*self)->context);
    free(*self);
    *self = NULL;
}

static void set_int(void *socket, int option, int value)
{
    int failed = zmq_setsockopt(socket, option, &value, sizeof value);
    assert(failed == 0);
    (void)failed;
}

/* High-water marks must stand before bind or connect. They lie above the credit window, so that a peer
 * that keeps to it never meets them; one that does not is held up in its own socket. */
static void *new_socket(link_hub *hub, int type, const char *endpoint)
{
    void *socket = zmq_socket(hub->context, type);
    if (socket == NULL)
        return NULL;
    int64_t size_max = MESSAGE_SIZE_MAX;
    (void)zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &size_max, sizeof size_max);
    set_int(socket, ZMQ_SNDHWM, QUEUE_MAX);
    set_int(socket, ZMQ_RCVHWM, 100);
    set_int(socket, ZMQ_LINGER, 0);
    set_int(socket, ZMQ_IMMEDIATE, 0);
    set_int(socket, ZMQ_HANDSHAKE_IVL, 5000);
    set_int(socket, ZMQ_HEARTBEAT_IVL, 5000);
    set_int(socket, ZMQ_HEARTBEAT_TIMEOUT, 30000);
    set_int(socket, ZMQ_TCP_KEEPALIVE, 1);
    set_int(socket, ZMQ_IPV6, strchr(endpoint, '[') != NULL);
    if (type == ZMQ_ROUTER)
        set_int(socket, ZMQ_ROUTER_MANDATORY, 1);
    if (type == ZMQ_DEALER || type == ZMQ_SUB) {
        set_int(socket, ZMQ_RECONNECT_IVL, 200);
        set_int(socket, ZMQ_RECONNECT_IVL_MAX, 5000);
    }
    return socket;
}

static link_socket *fail(void *socket, const char **why)
{
    int fault = zmq_errno();
    *why = fault == EINVAL || fault == EPROTONOSUPPORT ? "an endpoint is written as tcp://127.0.0.1:7010" : zmq_strerror(fault);
    if (socket != NULL)
        (void)zmq_close(socket);
    return NULL;
}

static link_socket *wrap(void *socket, link_kind kind)
{
    link_socket *self = memory_new(1, sizeof *self);
    self->socket = socket;
    self->kind = kind;
    return self;
}

/* libzmq takes 70100 for 4564. */
static bool port_exists(const char *endpoint, const char **why)
{
    const char *port = strrchr(endpoint, ':');
    if (strncmp(endpoint, "tcp://", 6) != 0 || port == NULL || strtoul(port + 1, NULL, 10) <= UINT16_MAX)
        return true;
    *why = "no port is above 65535";
    return false;
}

/* Takes the socket; closes it where it can't be bound. */
static link_socket *bind_to(void *socket, link_kind kind, const char *endpoint, char bound[ENDPOINT_SIZE_MAX], const char **why)
{
    size_t size = ENDPOINT_SIZE_MAX;
    if (socket == NULL || zmq_bind(socket, endpoint) != 0)
        return fail(socket, why);
    if (zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, bound, &size) != 0)
        return fail(socket, why);
    return wrap(socket, kind);
}

link_socket *link_listen(link_hub *hub, const char *endpoint, char bound[ENDPOINT_SIZE_MAX], const char **why)
{
    if (!port_exists(endpoint, why))
        return NULL;
    return bind_to(new_socket(hub, ZMQ_ROUTER, endpoint), LINK_LISTENS, endpoint, bound, why);
}

link_socket *link_answer(link_hub *hub, const char *endpoint, char bound[ENDPOINT_SIZE_MAX], const char **why)
{
    if (!port_exists(endpoint, why))
        return NULL;
    void *socket = new_socket(hub, ZMQ_ROUTER, endpoint);
    if (socket != NULL)
        set_int(socket, ZMQ_SNDHWM, ANSWERS_QUEUED_MAX);
    return bind_to(socket, LINK_LISTENS, endpoint, bound, why);
}

/* All that comes in are subscriptions; libzmq keeps them letter by letter. */
link_socket *link_publish(link_hub *hub, const char *endpoint, char bound[ENDPOINT_SIZE_MAX], const char **why)
{
    if (!port_exists(endpoint, why))
        return NULL;
    void *socket = new_socket(hub, ZMQ_XPUB, endpoint);
    int64_t size_max = SUBSCRIPTION_SIZE_MAX;
    if (socket != NULL) {
        set_int(socket, ZMQ_XPUB_VERBOSE, 1);
        set_int(socket, ZMQ_SNDBUF, PUBLISHED_BUFFER); /* else the system keeps megabytes for one that does not read */
        (void)zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &size_max, sizeof size_max);
    }
    return bind_to(socket, LINK_PUBLISHES, endpoint, bound, why);
}

link_socket *link_dial(link_hub *hub, const char *endpoint, const char **why)
{
    if (!port_exists(endpoint, why))
        return NULL;
    void *socket = new_socket(hub, ZMQ_DEALER, endpoint);
    if (socket == NULL || zmq_connect(socket, endpoint) != 0)
        return fail(socket, why);
    return wrap(socket, LINK_DIALS);
}

link_socket *link_subscribe(link_hub *hub, const char *endpoint, const char *const *topics, size_t topic_count,
                            const char **why)
{
    if (!port_exists(endpoint, why))
        return NULL;
    void *socket = new_socket(hub, ZMQ_SUB, endpoint);
    for (size_t i = 0; i < topic_count && socket != NULL; i++)
        (void)zmq_setsockopt(socket, ZMQ_SUBSCRIBE, topics[i], strlen(topics[i]));
    if (socket == NULL || zmq_connect(socket, endpoint) != 0)
        return fail(socket, why);
    return wrap(socket, LINK_SUBSCRIBES);
}

void link_close(link_socket **self)
{
    if (*self == NULL)
        return;
    (void)zmq_close((*self)->socket);
    free(*self);
    *self = NULL;
}

static zmq_msg_t *message_in(frame *f)
{
    return (zmq_msg_t *)(void *)f->hidden;
}

static bool more_parts(link_socket *self)
{
    int more = 0;
    size_t size = sizeof more;
    return zmq_getsockopt(self->socket, ZMQ_RCVMORE, &more, &size) == 0 && more != 0;
}

/* Reads on until the message's last part. */
static void drop_parts(link_socket *self)
{
    while (more_parts(self)) {
        zmq_msg_t part;
        (void)zmq_msg_init(&part);
        (void)zmq_msg_recv(&part, self->socket, ZMQ_DONTWAIT);
        (void)zmq_msg_close(&part);
    }
}

static status receive_peer(link_socket *self, peer *from)
{
    int size = zmq_recv(self->socket, from->id, sizeof from->id, ZMQ_DONTWAIT);
    if (size < 0)
        return STATUS_AGAIN;
    if (size > PEER_SIZE_MAX || !more_parts(self)) {
        drop_parts(self);
        return STATUS_MALFORMED;
    }
    from->size = (size_t)size;
    return STATUS_OK;
}

/* The topic has done its work when the message is here: the message tells what it is. */
static status receive_topic(link_socket *self)
{
    zmq_msg_t topic;
    (void)zmq_msg_init(&topic);
    int size = zmq_msg_recv(&topic, self->socket, ZMQ_DONTWAIT);
    (void)zmq_msg_close(&topic);
    if (size < 0)
        return STATUS_AGAIN;
    return more_parts(self) ? STATUS_OK : STATUS_MALFORMED;
}

static status receive_head(link_socket *self, peer *from)
{
    switch (self->kind) {
    case LINK_LISTENS: return receive_peer(self, from);
    case LINK_SUBSCRIBES: return receive_topic(self);
    case LINK_DIALS:
    case LINK_PUBLISHES: break;
    }
    return STATUS_OK;
}

status link_receive(link_socket *self, peer *from, frame *out)
{
    status st = receive_head(self, from);
    if (st != STATUS_OK)
        return st;
    (void)zmq_msg_init(message_in(out));
    if (zmq_msg_recv(message_in(out), self->socket, ZMQ_DONTWAIT) < 0) {
        frame_release(out);
        return STATUS_AGAIN;
    }
    if (more_parts(self)) {
        drop_parts(self);
        frame_release(out);
        return STATUS_MALFORMED;
    }
    return STATUS_OK;
}

text frame_octets(frame *self)
{
    return (text){zmq_msg_data(message_in(self)), zmq_msg_size(message_in(self))};
}

void frame_release(frame *self)
{
    (void)zmq_msg_close(message_in(self));
}

status link_send(link_socket *self, const peer *to, const void *octets, size_t size)
{
    if (self->kind == LINK_LISTENS && zmq_send(self->socket, to->id, to->size, ZMQ_DONTWAIT | ZMQ_SNDMORE) < 0)
        return zmq_errno() == EAGAIN ? STATUS_AGAIN : STATUS_NOT_FOUND;
    if (zmq_send(self->socket, octets, size, ZMQ_DONTWAIT) < 0)
        return zmq_errno() == EAGAIN ? STATUS_AGAIN : STATUS_NOT_FOUND;
    return STATUS_OK;
}

void link_announce(link_socket *self, text topic, const void *octets, size_t size)
{
    assert(self->kind == LINK_PUBLISHES);
    if (zmq_send(self->socket, topic.at, topic.size, ZMQ_DONTWAIT | ZMQ_SNDMORE) >= 0)
        (void)zmq_send(self->socket, octets, size, ZMQ_DONTWAIT);
}

bool link_new_subscriber(link_socket *self)
{
    bool new = false;
    assert(self->kind == LINK_PUBLISHES);
    for (zmq_msg_t said;;) {
        (void)zmq_msg_init(&said);
        int size = zmq_msg_recv(&said, self->socket, ZMQ_DONTWAIT);
        new = new || (size > 0 && *(const char *)zmq_msg_data(&said) == 1);
        (void)zmq_msg_close(&said);
        if (size < 0)
            return new;
    }
}

status link_wait(link_socket *const *links, bool *link_ready, size_t link_count, const int *descriptors,
                 bool *descriptor_ready, size_t descriptor_count, long timeout_ms)
{
    zmq_pollitem_t items[LINKS_WAITED_MAX];
    assert(link_count + descriptor_count <= LINKS_WAITED_MAX);
    for (size_t i = 0; i < link_count; i++)
        items[i] = (zmq_pollitem_t){.socket = links[i]->socket, .events = ZMQ_POLLIN};
    for (size_t i = 0; i < descriptor_count; i++)
        items[link_count + i] = (zmq_pollitem_t){.fd = descriptors[i], .events = ZMQ_POLLIN};
    int ready = zmq_poll(items, (int)(link_count + descriptor_count), timeout_ms);
    for (size_t i = 0; i < link_count; i++)
        link_ready[i] = ready > 0 && (items[i].revents & ZMQ_POLLIN) != 0;
    /* A pipe whose other end was closed counts as ready: reading it tells that it has ended. */
    for (size_t i = 0; i < descriptor_count; i++)
        descriptor_ready[i] = ready > 0 && (items[link_count + i].revents & (ZMQ_POLLIN | ZMQ_POLLERR)) != 0;
    return ready > 0 ? STATUS_OK : STATUS_AGAIN;
}
