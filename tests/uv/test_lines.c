/* Lines over a stream: each is one event however its bytes are cut, whoever sends waits where nothing is taken, and a
 * stream may end, or be given up, at any moment. */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/support.h"
#include "uv/host.h"

enum { LONG_BYTES = 300000 };

/* A host with a stream to somebody who speaks on a thread of his own. */
typedef struct visit {
  host host; /* first */
  uv_pipe_t stream;
  MusterRuntimeLines *lines;
  int other_end;
  GString *speech;
  uint64_t seed;
  uv_thread_t thread;
  int status; /* of the end; 0: it has not come */
} visit;

static void speak(void *data) {
  visit *at = data;
  mi_random random;
  mi_random_init(&random, at->seed, 3);
  for (gsize done = 0; done < at->speech->len;) {
    gsize most = 1 + mi_random_below(&random, mi_random_below(&random, 20) ? 200 : 100000);
    gsize bytes = MIN(most, at->speech->len - done);
    ssize_t count = send(at->other_end, at->speech->str + done, bytes, MSG_NOSIGNAL);
    if (count < 0) break;
    done += (gsize)count;
  }
  shutdown(at->other_end, SHUT_WR);
}

static void leave(visit *at) {
  g_clear_pointer(&at->lines, muster_runtime_lines_free);
  uv_close((uv_handle_t *)&at->stream, NULL);
}

static void on_ended(uv_stream_t *stream, int status, void *tag) {
  visit *at = tag;
  g_assert_true(stream == (uv_stream_t *)&at->stream);
  g_assert_cmpint(at->status, ==, 0);
  at->status = status;
  leave(at);
  muster_runtime_drain(at->host.runtime);
}

static void visit_begin(visit *at, MusterRuntimeOptions options) {
  int ends[2];
  *at = (visit){.speech = g_string_new(NULL), .seed = test_seed()};
  g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), ==, 0);
  host_init(&at->host);
  host_start(&at->host, options);
  uv_pipe_init(&at->host.loop, &at->stream, 0);
  g_assert_cmpint(uv_pipe_open(&at->stream, ends[0]), ==, 0);
  at->other_end = ends[1];
  at->lines = muster_runtime_lines_new(at->host.runtime, (uv_stream_t *)&at->stream, at, on_ended);
  g_assert_nonnull(at->lines);
}

static void visit_speak(visit *at) { g_assert_cmpint(uv_thread_create(&at->thread, speak, at), ==, 0); }

static void visit_end(visit *at) {
  uv_thread_join(&at->thread);
  close(at->other_end);
  g_string_free(at->speech, TRUE);
  host_clear(&at->host);
}

/* Events that can be told from each other. */
static void add_events(visit *at, unsigned count) {
  for (unsigned i = 0; i < count; i++)
    g_string_append_printf(at->speech, "{\"type\":\"enrol\",\"volunteer\":%u,\"place\":\"A\"}%s\n", i,
                           i % 2 ? "\r" : "");
}

static void assert_event(const visit *at, guint index, unsigned number) {
  g_autofree char *part = g_strdup_printf("\"volunteer\":%u,", number);
  g_assert_nonnull(strstr(host_at(&at->host, index)->event, part));
  g_assert_true(host_at(&at->host, index)->tag == at);
}

/* Nothing is lost, doubled or moved, even where the intake holds one. */
static void test_every_line(void) {
  for (uint32_t capacity = 1; capacity <= 1000; capacity *= 10) {
    visit at;
    visit_begin(&at, (MusterRuntimeOptions){.capacity = capacity});
    g_string_append(at.speech, "\n  \r\n");
    add_events(&at, 2000);
    visit_speak(&at);
    host_finish(&at.host);
    g_assert_cmpint(at.status, ==, UV_EOF);
    g_assert_cmpuint(at.host.decided->len, ==, 2000);
    g_assert_cmpuint(at.host.dropped, ==, 0);
    for (guint i = 0; i < 2000; i++) assert_event(&at, i, i);
    visit_end(&at);
  }
}

static void test_long_line_and_last(void) {
  visit at;
  visit_begin(&at, (MusterRuntimeOptions){.capacity = 1});
  add_events(&at, 1);
  for (unsigned i = 0; i < LONG_BYTES; i++) g_string_append_c(at.speech, i % 7 ? 'x' : ' ');
  g_string_append_c(at.speech, '\n');
  add_events(&at, 1);
  g_string_append(at.speech, "{\"type\":\"tick\"}");
  visit_speak(&at);
  host_finish(&at.host);
  g_assert_cmpuint(at.host.decided->len, ==, 4);
  g_assert_nonnull(strstr(host_at(&at.host, 1)->json, "at most 65536 bytes"));
  g_assert_nonnull(strstr(host_at(&at.host, 3)->event, "tick"));
  visit_end(&at);
}

static void make_room(host *at) {
  at->disk.capacity = SIZE_MAX;
  muster_runtime_resume(at->runtime);
}

/* A journal that is full for a while keeps a stream waiting, no more. */
static void test_full_disk(void) {
  visit at;
  visit_begin(&at, (MusterRuntimeOptions){.capacity = 10});
  at.host.on_failed = make_room;
  at.host.disk.capacity = at.host.disk.bytes->len + 5000;
  add_events(&at, 500);
  visit_speak(&at);
  host_finish(&at.host);
  g_assert_cmpuint(at.host.failures, ==, 1);
  g_assert_cmpuint(at.host.decided->len, ==, 500);
  visit_end(&at);
}

static void leave_at_once(host *at, const host_event *event) {
  if (event->number != 20) return;
  leave((visit *)(void *)at);
  muster_runtime_stop(at->runtime);
}

/* Given up while it waits for room: nothing of it is heard any more. */
static void test_given_up(void) {
  visit at;
  visit_begin(&at, (MusterRuntimeOptions){.capacity = 7});
  at.host.on_decided = leave_at_once;
  add_events(&at, 5000);
  visit_speak(&at);
  host_finish_early(&at.host);
  g_assert_cmpint(at.status, ==, 0);
  g_assert_cmpuint(at.host.decided->len, >=, 20);
  g_assert_cmpuint(at.host.decided->len, <=, 27);
  visit_end(&at);
}

static void echo(host *at, const host_event *event) {
  visit *self = (visit *)(void *)at;
  if (self->lines) g_assert_true(muster_runtime_lines_send(self->lines, event->json, strlen(event->json)));
}

static void read_all(int from, GString *to) {
  char buffer[4096];
  ssize_t bytes;
  while ((bytes = recv(from, buffer, sizeof buffer, MSG_DONTWAIT)) > 0) g_string_append_len(to, buffer, bytes);
}

/* What is sent arrives as lines; who does not read is told from who does. */
static void test_send(void) {
  visit at;
  visit_begin(&at, (MusterRuntimeOptions){0});
  at.host.on_decided = echo;
  g_string_append(at.speech, "{\"type\":\"tick\"}\n[1]\n");
  g_assert_cmpint(send(at.other_end, at.speech->str, at.speech->len, 0), ==, at.speech->len);
  while (at.host.decided->len < 2) uv_run(&at.host.loop, UV_RUN_ONCE);
  g_autoptr(GString) heard = g_string_new(NULL);
  read_all(at.other_end, heard);
  g_autofree char *expected = g_strdup_printf("%s\n%s\n", host_at(&at.host, 0)->json, host_at(&at.host, 1)->json);
  g_assert_cmpstr(heard->str, ==, expected);
  g_autofree char *text = g_strnfill(100000, 'y');
  unsigned sent = 0;
  while (muster_runtime_lines_send(at.lines, text, 100000)) g_assert_cmpuint(++sent, <, 100);
  g_assert_cmpuint(sent, >=, 10); /* a mebibyte */
  at.host.on_decided = NULL;
  g_string_truncate(at.speech, 0);
  visit_speak(&at);
  host_finish(&at.host);
  visit_end(&at);
}

/* A stream that cannot be read is told at once. */
static void test_no_stream(void) {
  visit at;
  visit_begin(&at, (MusterRuntimeOptions){0});
  uv_pipe_t none;
  uv_pipe_init(&at.host.loop, &none, 0);
  g_assert_null(muster_runtime_lines_new(at.host.runtime, (uv_stream_t *)&none, NULL, on_ended));
  uv_close((uv_handle_t *)&none, NULL);
  visit_speak(&at);
  host_finish(&at.host);
  visit_end(&at);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/uv/lines/every-line", test_every_line);
  g_test_add_func("/uv/lines/long-line-and-last", test_long_line_and_last);
  g_test_add_func("/uv/lines/full-disk", test_full_disk);
  g_test_add_func("/uv/lines/given-up", test_given_up);
  g_test_add_func("/uv/lines/send", test_send);
  g_test_add_func("/uv/lines/no-stream", test_no_stream);
  return g_test_run();
}
