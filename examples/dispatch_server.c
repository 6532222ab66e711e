/* A dispatch server: events as JSON lines over TCP (loopback), each answered to all clients by one line with its
 * decisions, after it is durable in the journal. SIGTERM drains and ends it; started again it goes on where it was.
 *
 *   cc dispatch_server.c $(pkg-config --cflags --libs muster-uv) -o dispatch_server && ./dispatch_server times.csv j
 */
#include <muster/muster-uv.h>
#include <muster/muster.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_LINE = 64 * 1024, LONGEST_BACKLOG = 1 << 20 };

typedef struct client {
  uv_tcp_t tcp;
  GString *input; /* what has come and is not taken yet */
} client;

static MusterRuntime *runtime;
static uv_tcp_t listener;
static uv_signal_t end_signal;
static GPtrArray *clients;

static void free_client(uv_handle_t *handle) {
  client *from = handle->data;
  g_string_free(from->input, TRUE);
  g_free(from);
}

static void drop_client(client *from) {
  if (g_ptr_array_remove(clients, from)) uv_close((uv_handle_t *)&from->tcp, free_client);
}

/* Takes whole lines as long as there is room; the rest waits here, and TCP makes the sender wait. */
static void take_lines(client *from) {
  const char *end;
  while ((end = memchr(from->input->str, '\n', from->input->len))) {
    size_t bytes = (size_t)(end - from->input->str);
    if (muster_runtime_submit(runtime, from->input->str, bytes, NULL) != MUSTER_RUNTIME_TAKEN) {
      uv_read_stop((uv_stream_t *)&from->tcp);
      return;
    }
    g_string_erase(from->input, 0, (gssize)bytes + 1);
  }
  if (from->input->len > LONGEST_LINE) drop_client(from);
}

static void give_buffer(uv_handle_t *handle, size_t size, uv_buf_t *buffer) {
  static char shared[LONGEST_LINE];
  (void)handle, (void)size;
  *buffer = uv_buf_init(shared, sizeof shared);
}

static void on_read(uv_stream_t *stream, ssize_t bytes, const uv_buf_t *buffer) {
  client *from = stream->data;
  if (bytes > 0) g_string_append_len(from->input, buffer->base, bytes);
  if (bytes > 0) take_lines(from);
  if (bytes < 0) drop_client(from);
}

static void on_room(MusterRuntime *self, void *data) {
  (void)self, (void)data;
  for (guint i = clients->len; i-- > 0;) {
    client *from = clients->pdata[i];
    uv_read_start((uv_stream_t *)&from->tcp, give_buffer, on_read);
    take_lines(from);
  }
}

static void on_connection(uv_stream_t *server, int status) {
  if (status < 0) return;
  client *from = g_new0(client, 1);
  from->input = g_string_new(NULL);
  from->tcp.data = from;
  uv_tcp_init(server->loop, &from->tcp);
  g_ptr_array_add(clients, from);
  if (uv_accept(server, (uv_stream_t *)&from->tcp) == 0)
    uv_read_start((uv_stream_t *)&from->tcp, give_buffer, on_read);
  else
    drop_client(from);
}

static void on_written(uv_write_t *request, int status) {
  (void)status; /* a lost client is noticed when it is read from */
  g_free(request->data);
  g_free(request);
}

static void write_text(client *to, const char *text) {
  uv_write_t *request = g_new0(uv_write_t, 1);
  request->data = g_strdup(text);
  uv_buf_t buffer = uv_buf_init(request->data, (unsigned)strlen(text));
  uv_write(request, (uv_stream_t *)&to->tcp, &buffer, 1, on_written);
  if (uv_stream_get_write_queue_size((uv_stream_t *)&to->tcp) > LONGEST_BACKLOG) drop_client(to);
}

/* Here a real server sends contact cards and alerts: the event is durable. */
static void on_decided(MusterRuntime *self, const MusterRuntimeResult *result, void *data) {
  (void)self, (void)data;
  g_autofree char *line =
      g_strdup_printf("{\"event\":%" G_GUINT64_FORMAT ",\"at_ms\":%" G_GINT64_FORMAT ",\"decisions\":%s}\n",
                      result->number, result->at_ms, result->json);
  for (guint i = clients->len; i-- > 0;) write_text(clients->pdata[i], line);
}

static void on_failed(MusterRuntime *self, const GError *reason, void *data) {
  (void)data;
  fprintf(stderr, "dispatch_server: %s\n", reason->message);
  muster_runtime_stop(self);
}

static void on_stopped(MusterRuntime *self, size_t dropped, void *data) {
  (void)data;
  printf("stopped, %zu dropped\n", dropped);
  muster_runtime_free(self);
  while (clients->len > 0) drop_client(clients->pdata[0]);
  uv_close((uv_handle_t *)&listener, NULL);
  uv_close((uv_handle_t *)&end_signal, NULL);
}

static void on_signal(uv_signal_t *handle, int number) {
  (void)handle, (void)number;
  muster_runtime_drain(runtime);
}

static char *digest_of(const char *path, GError **error) {
  g_autofree char *text = NULL;
  gsize bytes;
  if (!g_file_get_contents(path, &text, &bytes, error)) return NULL;
  return g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text, bytes);
}

/* Opens or makes the journal, brings back the engine behind its last event and starts the runtime with both. */
static bool start(uv_loop_t *loop, const char *matrix, const char *path, GError **error) {
  const MusterRuntimeOptions options = {
      .decided = on_decided, .room = on_room, .failed = on_failed, .stopped = on_stopped, .snapshot_every = 10000};
  g_autoptr(MusterPolicy) policy = muster_policy_new("nearest-fair", error);
  g_autofree char *digest = digest_of(matrix, error), *ini = policy ? muster_policy_to_ini(policy) : NULL;
  if (!policy || !digest) return false;
  const MusterJournalSource source = {"matrix", matrix, digest};
  const MusterJournalHeader header = {&source, 1, muster_policy_name(policy), ini, .on_duty = true};
  MusterJournalSink *sink = muster_journal_sink_open(path, MUSTER_JOURNAL_WRITE, error);
  g_autoptr(MusterJournal) journal = sink ? muster_journal_open(sink, &header, g_get_real_time() / 1000, error) : NULL;
  MusterTravel *travel = journal ? muster_travel_read_matrix(matrix, error) : NULL;
  MusterEngine *engine = travel ? muster_journal_recover(journal, NULL, travel, policy, NULL, error) : NULL;
  if (engine) runtime = muster_runtime_start(loop, engine, g_steal_pointer(&journal), &options, error);
  return runtime != NULL;
}

static int listen_on_loopback(uv_loop_t *loop) {
  struct sockaddr_in address;
  int bytes = sizeof address;
  uv_ip4_addr("127.0.0.1", 0, &address);
  uv_tcp_init(loop, &listener);
  int status = uv_tcp_bind(&listener, (const struct sockaddr *)&address, 0);
  if (status == 0) status = uv_listen((uv_stream_t *)&listener, 64, on_connection);
  if (status == 0) status = uv_tcp_getsockname(&listener, (struct sockaddr *)&address, &bytes);
  uv_signal_init(loop, &end_signal);
  if (status == 0) status = uv_signal_start(&end_signal, on_signal, SIGTERM);
  if (status == 0) printf("listening on 127.0.0.1:%d\n", g_ntohs(address.sin_port));
  fflush(stdout);
  return status;
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: dispatch_server TIMES.csv JOURNAL\n");
    return 2;
  }
  g_autoptr(GError) error = NULL;
  uv_loop_t *loop = uv_default_loop();
  clients = g_ptr_array_new();
  if (!start(loop, argv[1], argv[2], &error)) {
    fprintf(stderr, "dispatch_server: %s\n", error->message);
    return 1;
  }
  int status = listen_on_loopback(loop);
  if (status) fprintf(stderr, "dispatch_server: %s\n", uv_strerror(status));
  if (status) muster_runtime_stop(runtime);
  uv_run(loop, UV_RUN_DEFAULT);
  g_ptr_array_unref(clients);
  return status || uv_loop_close(loop) ? 1 : 0;
}
