/* The floor: the least that a websocket server can do for a crowd. Usage: floor HZ FRAME_BYTES
 *
 * It reads and unmasks every client's small messages, keeps the newest of each, and HZ times a second writes one and the
 * same frame to everybody, from one buffer. It knows nothing of halls: what it costs is the kernel's TCP and the barest
 * loop around it, so that the distance from it is what Halles adds. The frame begins with the time when it was built
 * (CLOCK_MONOTONIC seconds, float64) and the messages taken so far (uint64), both little-endian; the rest is filling.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { INPUT = 1024, MOVE = 125, CROWD = 65536, EVENTS = 256 };

struct client {
    int fd;
    int place; /* in the list of those who get frames, -1 before the handshake */
    int filled;
    uint8_t move[MOVE];
    uint8_t input[INPUT]; /* room for a request's head, later for some messages */
};

static struct client *inside[CROWD];
static int crowd;
static uint64_t moves;

static void die(const char *what) {
    perror(what);
    exit(1);
}

/* SHA-1 (RFC 3174) of at most 119 bytes: the handshake hashes 60 once per client, a library would be more to install. */
static void sha1(const uint8_t *text, int length, uint8_t out[20]) {
    uint32_t h[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0}, w[80];
    uint8_t block[128] = {0};
    int size = length < 56 ? 64 : 128;
    memcpy(block, text, length);
    block[length] = 0x80;
    block[size - 2] = length * 8 >> 8;
    block[size - 1] = length * 8;
    for (const uint8_t *at = block; at < block + size; at += 64) {
        for (int i = 0; i < 80; i++) {
            uint32_t x = i < 16 ? 0 : w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16];
            w[i] = i < 16 ? (uint32_t)at[4 * i] << 24 | at[4 * i + 1] << 16 | at[4 * i + 2] << 8 | at[4 * i + 3]
                          : x << 1 | x >> 31;
        }
        uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
        for (int i = 0; i < 80; i++) {
            uint32_t f = i < 20   ? ((b & c) | (~b & d)) + 0x5A827999
                         : i < 40 ? (b ^ c ^ d) + 0x6ED9EBA1
                         : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDC
                                  : (b ^ c ^ d) + 0xCA62C1D6;
            uint32_t next = (a << 5 | a >> 27) + f + e + w[i];
            e = d, d = c, c = b << 30 | b >> 2, b = a, a = next;
        }
        h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
    }
    for (int i = 0; i < 20; i++) out[i] = h[i / 4] >> (24 - i % 4 * 8);
}

/* Base64 of 20 bytes: 28 characters, the last one padding. */
static void base64(const uint8_t hash[20], char out[29]) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint8_t in[21] = {0};
    memcpy(in, hash, 20);
    for (int i = 0; i < 28; i++) {
        const uint8_t *three = in + i / 4 * 3;
        out[i] = digits[((three[0] << 16 | three[1] << 8 | three[2]) >> (18 - i % 4 * 6)) & 63];
    }
    out[27] = '=';
    out[28] = 0;
}

/* Answers the request once its head is complete (RFC 6455, 4.2.2). Returns -1 for one that is none. */
static int shake_hands(struct client *client) {
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", name[] = "\r\nSec-WebSocket-Key:";
    char *head = (char *)client->input, both[61], accept[29], answer[160];
    uint8_t hash[20];
    if (client->filled == INPUT) return -1;
    head[client->filled] = 0;
    if (!strstr(head, "\r\n\r\n")) return 0;
    char *key = strcasestr(head, name);
    if (!key || sscanf(key + sizeof name - 1, " %24[A-Za-z0-9+/=]", both) != 1 || strlen(both) != 24) return -1;
    memcpy(both + 24, guid, sizeof guid);
    sha1((uint8_t *)both, 60, hash);
    base64(hash, accept);
    int length = snprintf(answer, sizeof answer,
                          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Accept: %s\r\n\r\n", accept);
    if (crowd == CROWD || send(client->fd, answer, length, MSG_NOSIGNAL) != length) return -1;
    client->filled = 0; /* a client speaks only after it has the answer */
    client->place = crowd;
    inside[crowd++] = client;
    return 0;
}

/* Takes all whole messages out of the input. Returns -1 for anything but small masked frames that go on. */
static int take(struct client *client) {
    uint8_t *at = client->input, *end = at + client->filled;
    while (end - at >= 6) {
        int length = at[1] & 0x7F;
        if (!(at[1] & 0x80) || length > MOVE || (at[0] & 0x0F) == 8) return -1;
        if (end - at < 6 + length) break;
        for (int i = 0; i < length; i++) client->move[i] = at[6 + i] ^ at[2 + i % 4];
        moves += (at[0] & 0x0F) == 2;
        at += 6 + length;
    }
    client->filled = end - at;
    memmove(client->input, at, client->filled);
    return 0;
}

static void let_go(struct client *client) {
    if (client->place >= 0) {
        inside[client->place] = inside[--crowd];
        inside[client->place]->place = client->place;
    }
    close(client->fd);
    free(client);
}

static void hear(struct client *client) {
    ssize_t got = recv(client->fd, client->input + client->filled, INPUT - client->filled, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    client->filled += got > 0 ? got : 0;
    if (got <= 0 || (client->place < 0 ? shake_hands(client) : take(client)) < 0) let_go(client);
}

static void welcome(int listener, int poll) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK), on = 1;
    if (fd < 0) return;
    struct client *client = calloc(1, sizeof *client);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
    if (!client) die("calloc");
    client->fd = fd;
    client->place = -1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event) < 0) die("epoll_ctl");
}

/* Who does not keep up misses this frame; who took half of one cannot be mended without a queue, and the floor has none. */
static void tell_all(uint8_t *frame, int header, int size) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    double built = now.tv_sec + now.tv_nsec / 1e9;
    memcpy(frame + header, &built, 8);
    memcpy(frame + header + 8, &moves, 8);
    for (int i = crowd - 1; i >= 0; i--) {
        ssize_t sent = send(inside[i]->fd, frame, header + size, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent != header + size && !(sent < 0 && errno == EAGAIN)) shutdown(inside[i]->fd, SHUT_RDWR);
    }
}

static int listen_somewhere(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) < 0 || listen(listener, 1024) < 0)
        die("listen");
    getsockname(listener, (struct sockaddr *)&address, &length);
    printf("ready ws://127.0.0.1:%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

static int beat(double hz) {
    struct timespec period = {.tv_sec = 1 / hz, .tv_nsec = (long)(1e9 / hz) % 1000000000L};
    struct itimerspec each = {.it_interval = period, .it_value = period};
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    if (timer < 0 || timerfd_settime(timer, 0, &each, NULL) < 0) die("timerfd");
    return timer;
}

int main(int argc, char **argv) {
    double hz = argc == 3 ? atof(argv[1]) : 0;
    int size = argc == 3 ? atoi(argv[2]) : 0;
    if (hz <= 0 || size < 126 || size > 65535) /* the one form of header that it writes */
        return fprintf(stderr, "floor HZ FRAME_BYTES, 126 to 65535\n"), 2;
    uint8_t *frame = calloc(1, size + 4);
    if (!frame) die("calloc");
    frame[0] = 0x82; /* a whole binary message */
    frame[1] = 126;
    frame[2] = size >> 8;
    frame[3] = size;
    int poll = epoll_create1(0), listener = listen_somewhere(), timer = beat(hz);
    struct epoll_event events[EVENTS] = {{.events = EPOLLIN, .data.ptr = &listener}, {.events = EPOLLIN, .data.ptr = &timer}};
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &events[0]);
    epoll_ctl(poll, EPOLL_CTL_ADD, timer, &events[1]);
    for (;;) {
        int count = epoll_wait(poll, events, EVENTS, -1);
        for (int i = 0; i < count; i++) {
            uint64_t beats;
            if (events[i].data.ptr == &listener) welcome(listener, poll);
            else if (events[i].data.ptr != &timer) hear(events[i].data.ptr);
            else if (read(timer, &beats, sizeof beats) == sizeof beats) tell_all(frame, 4, size);
        }
    }
}
