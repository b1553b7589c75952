/* link.h - sockets between our processes: the only door to libzmq.
 *
 * A hub is a process's one context; links are made from it. Nothing here blocks but link_wait. A link's
 * queue is never trusted: what is on it may be lost when the connection breaks, so the parts above
 * acknowledge and resend. Settings and why: docs/design.md. Proved by tests/test_link.c.
 */
#ifndef TOCSIN_LINK_H
#define TOCSIN_LINK_H

#include "status.h"
#include "text.h"

enum { PEER_SIZE_MAX = 32, ENDPOINT_SIZE_MAX = 256, LINKS_WAITED_MAX = 16 };

typedef struct link_hub link_hub;
typedef struct link_socket link_socket;

/* Who is at the other end of a listening link, for as long as its connection lasts. */
typedef struct peer {
    unsigned char id[PEER_SIZE_MAX];
    size_t size;
} peer;

/* A message that came in, until it is released. */
typedef struct frame {
    _Alignas(16) unsigned char hidden[64];
} frame;

link_hub *link_hub_create(void);
void link_hub_destroy(link_hub **self);

/* Listens for many peers.
 *   endpoint   "tcp://127.0.0.1:7010"; port * takes any free one
 *   bound      the endpoint that was taken
 * Returns      NULL with `why` in words when it can't be had */
link_socket *link_listen(link_hub *hub, const char *endpoint, char bound[ENDPOINT_SIZE_MAX], const char **why);

/* Listens for questions of which a peer has one or two at a time. What somebody asks for and does not fetch is not kept for
 * him: it takes no memory, and link_send says STATUS_AGAIN. As link_listen else. */
link_socket *link_answer(link_hub *hub, const char *endpoint, char bound[ENDPOINT_SIZE_MAX], const char **why);

/* Publishes to whoever has subscribed. As link_listen else. */
link_socket *link_publish(link_hub *hub, const char *endpoint, char bound[ENDPOINT_SIZE_MAX], const char **why);

/* Dials one; connects and reconnects by itself, with backoff from 0.2 to 5 s. */
link_socket *link_dial(link_hub *hub, const char *endpoint, const char **why);

/* Subscribes at one that publishes, to every topic that begins with one of these. Connects as link_dial. */
link_socket *link_subscribe(link_hub *hub, const char *endpoint, const char *const *topics, size_t topic_count,
                            const char **why);

void link_close(link_socket **self);

/* The next message that is there; of one that was published what stands behind its topic.
 *   from     the peer, on a listening link
 * Returns    STATUS_OK; release the frame.  STATUS_AGAIN  none is there
 *            STATUS_MALFORMED  a message of more or fewer frames than one came and was dropped */
status link_receive(link_socket *self, peer *from, frame *out);

text frame_octets(frame *self);
void frame_release(frame *self);

/* Hands a message to the socket.
 *   to       the peer, on a listening link
 * Returns    STATUS_OK; STATUS_AGAIN  its queue is full; STATUS_NOT_FOUND  the peer is gone */
status link_send(link_socket *self, const peer *to, const void *octets, size_t size);

/* Hands a message to all who have subscribed to its topic. Never waits: who can't take it now does without it. */
void link_announce(link_socket *self, text topic, const void *octets, size_t size);

/* Has somebody subscribed since the last call? On a publishing link; to be asked when it has a message. */
bool link_new_subscriber(link_socket *self);

/* Waits until a link has a message, a descriptor is readable, or the time is over.
 *   links, descriptors   what to wait for; `link_ready` and `descriptor_ready` say which
 *   timeout_ms           -1: for ever
 * Returns STATUS_OK, STATUS_AGAIN when the time is over or a signal came. */
status link_wait(link_socket *const *links, bool *link_ready, size_t link_count, const int *descriptors,
                 bool *descriptor_ready, size_t descriptor_count, long timeout_ms);

#endif
