/* The herd: many websocket clients of which only little is read. Built and driven by herd.py, in its process and thread.
 *
 * It takes sockets whose handshake is done, between two frames. It counts binary messages, answers pings, hands on what is
 * short and that a client is gone, and sends messages. No call waits. Sockets are not its own: who gave them closes them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    EVENTS = 256,  /* sockets read in one call, so that the witnesses are heard in between */
    INPUT = 65536, /* bytes read of one socket at a time */
    SHORT = 125,   /* RFC 6455, 5.2: what has no longer form of length; what is longer is never looked at */
    BEGINNING = 2 + SHORT,
    WHOLE = 6 + SHORT, /* a masked frame */
    CONTINUATION = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10,
    GONE = -1, /* as the length of news */
};

struct client {
    int fd;         /* -1 for nobody */
    int heeds;      /* binary messages of up to so many bytes are handed on */
    int begun;      /* bytes of a frame's beginning */
    int unsent;     /* bytes of a frame of which the first have gone */
    int passing;    /* kind of the frame whose payload is passing */
    uint64_t left;  /* of its payload, 0 between frames */
    uint64_t size;  /* of its whole payload */
    uint8_t beginning[BEGINNING], rest[WHOLE];
};

/* What a call has heard and done; herd.py knows the same shape. */
struct tally { uint64_t frames, bytes, dropped; };

/* For each news one of these and its payload, without gaps. */
struct news { int32_t client, length; };

struct herd {
    int poll;
    uint32_t chance;
    struct tally *tally;
    uint8_t *news;
    struct client *clients;
    uint8_t input[BEGINNING + INPUT];
};

/* One read holds frames of 2 bytes and more, each of which may be news. */
enum { MOST_NEWS = (BEGINNING + INPUT) / 2 * (sizeof(struct news) + 2) + sizeof(struct news) };

int herd_most_news(void) { return MOST_NEWS; }

int herd_longest(void) { return SHORT; }

void herd_free(struct herd *herd) {
    if (!herd) return;
    if (herd->poll >= 0) close(herd->poll);
    free(herd->clients);
    free(herd);
}

struct herd *herd_new(int count, struct tally *tally) {
    struct herd *herd = calloc(1, sizeof *herd);
    if (!herd) return NULL;
    herd->tally = tally;
    herd->chance = 2463534242u;
    herd->clients = calloc(count, sizeof *herd->clients);
    herd->poll = epoll_create1(EPOLL_CLOEXEC);
    if (!herd->clients || herd->poll < 0) return herd_free(herd), NULL;
    for (int i = 0; i < count; i++) herd->clients[i].fd = -1;
    return herd;
}

int herd_poll(struct herd *herd) { return herd->poll; }

/* Reads a client's socket from now on, or no more. Returns -1 where the system refuses. */
int herd_listen(struct herd *herd, int index, int on) {
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = index};
    return epoll_ctl(herd->poll, on ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, herd->clients[index].fd, &event);
}

int herd_join(struct herd *herd, int index, int fd, int heeds) {
    herd->clients[index] = (struct client){.fd = fd, .heeds = heeds};
    if (herd_listen(herd, index, 1) == 0) return 0;
    herd->clients[index].fd = -1;
    return -1;
}

void herd_leave(struct herd *herd, int index) {
    if (herd->clients[index].fd < 0) return;
    herd_listen(herd, index, 0); /* refused for one that listens no more, which is as good */
    herd->clients[index].fd = -1;
}

static void tell_news(struct herd *herd, int index, const uint8_t *payload, int length) {
    struct news news = {.client = index, .length = length};
    memcpy(herd->news, &news, sizeof news);
    herd->news += sizeof news;
    if (length > 0) memcpy(herd->news, payload, length), herd->news += length;
}

/* Sends what was left of the last frame. Tells whether a new one may follow. */
static int ready(struct client *client) {
    if (!client->unsent) return 1;
    ssize_t sent = send(client->fd, client->rest, client->unsent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent <= 0) return 0;
    client->unsent -= sent;
    memmove(client->rest, client->rest + sent, client->unsent);
    return !client->unsent;
}

/* Sends a frame, or nothing where there is no room: never a part that nothing follows. */
static int say(struct herd *herd, struct client *client, int kind, const uint8_t *payload, int length) {
    uint8_t frame[WHOLE] = {0x80 | kind, 0x80 | length};
    if (length > SHORT || client->fd < 0 || !ready(client)) return -1;
    herd->chance ^= herd->chance << 13, herd->chance ^= herd->chance >> 17, herd->chance ^= herd->chance << 5;
    memcpy(frame + 2, &herd->chance, 4);
    for (int i = 0; i < length; i++) frame[6 + i] = payload[i] ^ frame[2 + i % 4];
    ssize_t sent = send(client->fd, frame, 6 + length, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent <= 0) return -1; /* one that is gone is heard of by reading */
    client->unsent = 6 + length - sent;
    memcpy(client->rest, frame + sent, client->unsent);
    return 0;
}

/* Sends each client one message: their lengths one by one, their bytes without gaps. */
void herd_tell(struct herd *herd, int count, const int64_t *who, const int64_t *lengths, const uint8_t *payloads) {
    for (int i = 0; i < count; i++) {
        herd->tally->dropped += say(herd, &herd->clients[who[i]], BINARY, payloads, lengths[i]) < 0;
        payloads += lengths[i];
    }
}

/* Takes a short frame. Returns -1 for one that ends the connection. */
static int take(struct herd *herd, int index, int kind, const uint8_t *payload, int length) {
    struct client *client = &herd->clients[index];
    if (kind == PING) say(herd, client, PONG, payload, length);
    if (kind == CLOSE) return say(herd, client, CLOSE, payload, length < 2 ? 0 : 2), -1;
    if (kind != BINARY) return 0;
    herd->tally->frames++;
    herd->tally->bytes += length;
    if (length <= client->heeds) tell_news(herd, index, payload, length);
    return 0;
}

/* Tells whether a frame may begin so: no extension, no mask, a known kind, and what controls is short (RFC 6455, 5). */
static int sound(const uint8_t *at) {
    int kind = at[0] & 0x0F;
    return !(at[0] & 0x70) && !(at[1] & 0x80) && (kind <= BINARY || (kind >= CLOSE && kind <= PONG && at[1] <= SHORT));
}

/* Passes over what is in a long frame. */
static int64_t pass(struct herd *herd, struct client *client, int64_t there) {
    int64_t passed = (uint64_t)there < client->left ? there : (int64_t)client->left;
    client->left -= passed;
    if (!client->left && client->passing == BINARY) herd->tally->frames++, herd->tally->bytes += client->size;
    return passed;
}

/* Reads frames; returns how many bytes it has used up, the rest is a beginning; -1 where the connection is to end. */
static int64_t read_frames(struct herd *herd, int index, const uint8_t *input, int64_t filled) {
    struct client *client = &herd->clients[index];
    int64_t used = 0;
    for (;;) {
        const uint8_t *at = input + used;
        int64_t there = filled - used;
        if (client->left) {
            used += pass(herd, client, there);
            if (client->left) return used;
            continue;
        }
        if (there < 2) return used;
        int kind = at[0] & 0x0F, length = at[1], head = length <= SHORT ? 2 : length == 126 ? 4 : 10;
        if (!sound(at)) return -1;
        if (there < head + (length <= SHORT ? length : 0)) return used;
        if (length <= SHORT) {
            if (take(herd, index, kind, at + 2, length) < 0) return -1;
            used += 2 + length;
            continue;
        }
        client->size = 0;
        for (int i = 2; i < head; i++) client->size = client->size << 8 | at[i];
        if (client->size <= SHORT || client->size >> 63) return -1;
        client->left = client->size;
        client->passing = kind;
        used += head;
    }
}

static void hear(struct herd *herd, int index) {
    struct client *client = &herd->clients[index];
    memcpy(herd->input, client->beginning, client->begun);
    ssize_t got = recv(client->fd, herd->input + client->begun, INPUT, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    int64_t filled = client->begun + got, used = got > 0 ? read_frames(herd, index, herd->input, filled) : -1;
    if (used < 0) {
        tell_news(herd, index, NULL, GONE);
        herd_leave(herd, index);
        return;
    }
    client->begun = filled - used;
    memcpy(client->beginning, herd->input + used, client->begun);
}

/* Reads sockets as long as there is room for news; returns how many bytes of news there are. */
int herd_hear(struct herd *herd, uint8_t *news, int room) {
    struct epoll_event events[EVENTS];
    int count = epoll_wait(herd->poll, events, EVENTS, 0);
    herd->news = news;
    for (int i = 0; i < count && room - (herd->news - news) >= (int)MOST_NEWS; i++) hear(herd, events[i].data.u32);
    return herd->news - news;
}
