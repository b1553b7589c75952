/* limits - what the machine allows, measured beside the figures that can't be better.
 *
 *   limits FOLDER    fdatasync after each 4 KiB appended to a file in the folder, and a ZeroMQ round trip of 100
 *                    octets over TCP loopback between two threads: milliseconds of each, as JSON
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

enum { SYNCS = 300, TRIPS = 2000, BLOCK = 4096, MESSAGE = 100 };

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static void must(int good, const char *what)
{
    if (good)
        return;
    perror(what);
    exit(1);
}

static void print_list(const char *name, const double *ms, int count)
{
    (void)printf("\"%s\": [", name);
    for (int i = 0; i < count; i++)
        (void)printf("%s%.4f", i > 0 ? ", " : "", ms[i]);
    (void)fputs("]", stdout);
}

static void sync_often(const char *folder, double *ms)
{
    char path[4096];
    static char block[BLOCK];
    (void)snprintf(path, sizeof path, "%s/limits.tmp", folder);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    must(file >= 0, path);
    for (int i = 0; i < SYNCS; i++) {
        memset(block, i, sizeof block);
        must(write(file, block, sizeof block) == BLOCK, "write");
        double began = now_ms();
        must(fdatasync(file) == 0, "fdatasync");
        ms[i] = now_ms() - began;
    }
    (void)close(file);
    (void)unlink(path);
}

static void *answer(void *socket)
{
    char message[MESSAGE];
    for (int i = 0; i < TRIPS; i++) {
        must(zmq_recv(socket, message, sizeof message, 0) == MESSAGE, "zmq_recv");
        must(zmq_send(socket, message, sizeof message, 0) == MESSAGE, "zmq_send");
    }
    return NULL;
}

static void go_and_come(double *ms)
{
    char endpoint[256], message[MESSAGE] = {0};
    size_t size = sizeof endpoint;
    pthread_t other;
    void *here = zmq_ctx_new(), *there = zmq_ctx_new();
    void *asks = zmq_socket(here, ZMQ_PAIR), *answers = zmq_socket(there, ZMQ_PAIR);
    must(zmq_bind(answers, "tcp://127.0.0.1:*") == 0, "zmq_bind");
    must(zmq_getsockopt(answers, ZMQ_LAST_ENDPOINT, endpoint, &size) == 0, "zmq_getsockopt");
    must(zmq_connect(asks, endpoint) == 0, "zmq_connect");
    must(pthread_create(&other, NULL, answer, answers) == 0, "pthread_create");
    for (int i = 0; i < TRIPS; i++) {
        double began = now_ms();
        must(zmq_send(asks, message, sizeof message, 0) == MESSAGE, "zmq_send");
        must(zmq_recv(asks, message, sizeof message, 0) == MESSAGE, "zmq_recv");
        ms[i] = now_ms() - began;
    }
    (void)pthread_join(other, NULL);
    (void)zmq_close(asks);
    (void)zmq_close(answers);
    (void)zmq_ctx_term(here);
    (void)zmq_ctx_term(there);
}

int main(int argc, char **argv)
{
    static double ms[TRIPS];
    if (argc != 2) {
        (void)fputs("usage: limits FOLDER\n", stderr);
        return 2;
    }
    (void)fputs("{", stdout);
    sync_often(argv[1], ms);
    print_list("fdatasync_ms", ms, SYNCS);
    (void)fputs(", ", stdout);
    go_and_come(ms);
    print_list("round_trip_ms", ms, TRIPS);
    (void)puts("}");
    return 0;
}
