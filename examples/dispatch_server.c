/* A dispatch server: events as JSON lines over TCP (loopback), each answered to all clients by one line with its
 * decisions, after it is durable in the journal. SIGTERM drains and ends it; started again it goes on where it was.
 *
 *   cc dispatch_server.c $(pkg-config --cflags --libs muster-uv) -o dispatch_server && ./dispatch_server times.csv j
 */
#include <muster/muster-uv.h>
#include <muster/muster.h>
#include <string.h>

static MusterRuntime *runtime;
static uv_tcp_t listener;
static uv_signal_t end_signal;
static GHashTable *clients; /* uv_tcp_t * → MusterRuntimeLines * */

static void on_closed(uv_handle_t *client) { g_free(client); }

static void drop_client(uv_tcp_t *client) {
  muster_runtime_lines_free(g_hash_table_lookup(clients, client));
  g_hash_table_remove(clients, client);
  uv_close((uv_handle_t *)client, on_closed);
}

static void on_ended(uv_stream_t *client, int status, void *tag) {
  (void)status, (void)tag;
  drop_client((uv_tcp_t *)client);
}

static void on_connection(uv_stream_t *server, int status) {
  if (status < 0) return;
  uv_tcp_t *client = g_new0(uv_tcp_t, 1);
  uv_stream_t *stream = (uv_stream_t *)client;
  uv_tcp_init(server->loop, client);
  bool accepted = uv_accept(server, stream) == 0;
  MusterRuntimeLines *lines = accepted ? muster_runtime_lines_new(runtime, stream, NULL, on_ended) : NULL;
  g_hash_table_insert(clients, client, lines);
  if (!lines) drop_client(client);
}

/* Here a real server sends contact cards and alerts: the event is durable. */
static void on_decided(MusterRuntime *self, const MusterRuntimeResult *result, void *data) {
  (void)self, (void)data;
  g_autofree char *line =
      g_strdup_printf("{\"event\":%" G_GUINT64_FORMAT ",\"at_ms\":%" G_GINT64_FORMAT ",\"decisions\":%s}",
                      result->number, result->at_ms, result->json);
  g_autoptr(GList) all = g_hash_table_get_keys(clients);
  for (GList *at = all; at; at = at->next)
    if (!muster_runtime_lines_send(g_hash_table_lookup(clients, at->data), line, strlen(line))) drop_client(at->data);
}

static void on_failed(MusterRuntime *self, const GError *reason, void *data) {
  (void)data;
  fprintf(stderr, "dispatch_server: %s\n", reason->message);
  muster_runtime_stop(self);
}

static void on_stopped(MusterRuntime *self, size_t dropped, void *data) {
  (void)data;
  printf("stopped, %zu dropped\n", dropped);
  g_autoptr(GList) all = g_hash_table_get_keys(clients);
  for (GList *at = all; at; at = at->next) drop_client(at->data);
  muster_runtime_free(self);
  uv_close((uv_handle_t *)&listener, NULL);
  uv_close((uv_handle_t *)&end_signal, NULL);
}

static void on_signal(uv_signal_t *handle, int number) {
  (void)handle, (void)number;
  muster_runtime_drain(runtime);
}

/* Opens or makes the journal, brings back the engine behind its last event and starts the runtime with both. */
static bool start(uv_loop_t *loop, const char *matrix, const char *path, GError **error) {
  const MusterRuntimeOptions options = {
      .decided = on_decided, .failed = on_failed, .stopped = on_stopped, .snapshot_every = 10000};
  g_autofree char *text = NULL, *digest = NULL, *ini = NULL;
  g_autoptr(MusterPolicy) policy = muster_policy_new("nearest-fair", error);
  if (!policy || !g_file_get_contents(matrix, &text, NULL, error)) return false;
  digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
  ini = muster_policy_to_ini(policy);
  const MusterJournalSource source = {"matrix", matrix, digest};
  const MusterJournalHeader header = {&source, 1, muster_policy_name(policy), ini, .on_duty = true};
  MusterJournalSink *sink = muster_journal_sink_open(path, MUSTER_JOURNAL_WRITE, error);
  g_autoptr(MusterJournal) journal = sink ? muster_journal_open(sink, &header, g_get_real_time() / 1000, error) : NULL;
  MusterTravel *travel = journal ? muster_travel_read_matrix(matrix, error) : NULL;
  MusterEngine *engine = travel ? muster_journal_recover(journal, NULL, travel, policy, NULL, error) : NULL;
  if (engine) runtime = muster_runtime_start(loop, engine, g_steal_pointer(&journal), &options, error);
  return runtime != NULL;
}

static int listen_on_loopback(void) {
  struct sockaddr_in address;
  int bytes = sizeof address;
  uv_ip4_addr("127.0.0.1", 0, &address);
  int status = uv_tcp_bind(&listener, (const struct sockaddr *)&address, 0);
  if (status == 0) status = uv_listen((uv_stream_t *)&listener, 64, on_connection);
  if (status == 0) status = uv_tcp_getsockname(&listener, (struct sockaddr *)&address, &bytes);
  if (status == 0) status = uv_signal_start(&end_signal, on_signal, SIGTERM);
  if (status == 0) printf("listening on 127.0.0.1:%d\n", g_ntohs(address.sin_port));
  fflush(stdout);
  return status;
}

int main(int argc, char **argv) {
  g_autoptr(GError) error = NULL;
  uv_loop_t *loop = uv_default_loop();
  clients = g_hash_table_new(NULL, NULL);
  uv_tcp_init(loop, &listener);
  uv_signal_init(loop, &end_signal);
  if (argc != 3 || !start(loop, argv[1], argv[2], &error)) {
    fprintf(stderr, "dispatch_server: %s\n", error ? error->message : "expected TIMES.csv and JOURNAL");
    return 1;
  }
  int status = listen_on_loopback();
  if (status) fprintf(stderr, "dispatch_server: %s\n", uv_strerror(status));
  if (status) muster_runtime_stop(runtime);
  uv_run(loop, UV_RUN_DEFAULT);
  g_hash_table_unref(clients);
  return status || uv_loop_close(loop) ? 1 : 0;
}
