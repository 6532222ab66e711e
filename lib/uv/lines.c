/* Streams whose lines are events. What has been read and not been taken waits here, at most a line and a buffer of it;
 * meanwhile nothing is read, and whoever sends is made to wait by the system. */
#include "uv/lines.h"

#include <string.h>

enum { BUFFER_BYTES = 64 * 1024, MOST_UNSENT = 1 << 20 };

struct MusterRuntimeLines {
  MusterRuntime *runtime;
  uv_stream_t *stream;
  void *tag;
  MusterRuntimeLinesEnded ended;
  GString *input;   /* what was read and is not taken yet */
  bool in_long_one; /* the beginning of a line that is too long has been taken: the rest of it is passed over */
  bool waits;       /* stands in the runtime's queue */
  int status;       /* of the end of the stream; 0: it goes on */
  char buffer[BUFFER_BYTES];
};

static bool is_blank(const char *line, size_t bytes) {
  while (bytes > 0 && g_ascii_isspace(line[bytes - 1])) bytes--;
  return bytes == 0;
}

static bool offer(const MusterRuntimeLines *lines, const char *line, size_t bytes) {
  return is_blank(line, bytes) ||
         muster_runtime_submit(lines->runtime, line, bytes, lines->tag) == MUSTER_RUNTIME_TAKEN;
}

/* Offers what is there; false: not all of it was taken. The reader of events refuses a line that is too long by its
 * length, so as much of it as shows that is enough. */
static bool offer_all(MusterRuntimeLines *lines) {
  size_t at = 0;
  bool taken = true;
  while (at < lines->input->len) {
    size_t left = lines->input->len - at;
    const char *from = lines->input->str + at, *end = memchr(from, '\n', left);
    size_t bytes = end ? (size_t)(end - from) : left;
    if (!end && bytes <= MI_LONGEST_LINE && !lines->status) break;
    taken = lines->in_long_one || offer(lines, from, bytes);
    if (!taken) break;
    lines->in_long_one = !end;
    at += bytes + (end != NULL);
  }
  g_string_erase(lines->input, 0, (gssize)at);
  return taken;
}

static void give_buffer(uv_handle_t *handle, size_t size, uv_buf_t *buffer) {
  MusterRuntimeLines *lines = handle->data;
  (void)size;
  *buffer = uv_buf_init(lines->buffer, sizeof lines->buffer);
}

static void on_read(uv_stream_t *stream, ssize_t bytes, const uv_buf_t *buffer);

/* The last thing that is done with them: at the end of the stream they may be freed. */
static void take(MusterRuntimeLines *lines) {
  if (!offer_all(lines)) {
    lines->waits = true;
    g_queue_push_tail(&lines->runtime->waiting, lines);
    uv_read_stop(lines->stream);
  } else if (lines->status) {
    lines->ended(lines->stream, lines->status, lines->tag);
  }
}

static void on_read(uv_stream_t *stream, ssize_t bytes, const uv_buf_t *buffer) {
  MusterRuntimeLines *lines = stream->data;
  if (bytes == 0) return; /* nothing to be read at the moment */
  if (bytes > 0) g_string_append_len(lines->input, buffer->base, bytes);
  if (bytes < 0) lines->status = (int)bytes;
  if (bytes < 0) uv_read_stop(stream);
  take(lines);
}

void mi_lines_go_on(MusterRuntime *runtime) {
  while (!g_queue_is_empty(&runtime->waiting) && mi_intake_is_roomy(&runtime->intake)) {
    MusterRuntimeLines *lines = g_queue_pop_head(&runtime->waiting);
    lines->waits = false;
    if (!lines->status) lines->status = uv_read_start(lines->stream, give_buffer, on_read);
    take(lines);
  }
}

MusterRuntimeLines *muster_runtime_lines_new(MusterRuntime *runtime, uv_stream_t *stream, void *tag,
                                             MusterRuntimeLinesEnded ended) {
  MusterRuntimeLines *lines = g_new0(MusterRuntimeLines, 1);
  lines->runtime = runtime;
  lines->stream = stream;
  lines->tag = tag;
  lines->ended = ended;
  lines->input = g_string_new(NULL);
  stream->data = lines;
  if (uv_read_start(stream, give_buffer, on_read) == 0) return lines;
  muster_runtime_lines_free(lines);
  return NULL;
}

/* ---- the other way ---- */

typedef struct parcel {
  uv_write_t request;
  char text[];
} parcel;

static void on_written(uv_write_t *request, int status) {
  (void)status; /* a stream that is broken ends when it is read */
  g_free(request->data);
}

bool muster_runtime_lines_send(MusterRuntimeLines *lines, const char *text, size_t bytes) {
  if (uv_stream_get_write_queue_size(lines->stream) > MOST_UNSENT) return false;
  parcel *sent = g_malloc0(sizeof *sent + bytes + 1);
  memcpy(sent->text, text, bytes);
  sent->text[bytes] = '\n';
  sent->request.data = sent;
  uv_buf_t buffer = uv_buf_init(sent->text, (unsigned)bytes + 1);
  if (uv_write(&sent->request, lines->stream, &buffer, 1, on_written) == 0) return true;
  g_free(sent);
  return false;
}

void muster_runtime_lines_free(MusterRuntimeLines *lines) {
  if (!lines) return;
  uv_read_stop(lines->stream);
  lines->stream->data = NULL;
  if (lines->waits) g_queue_remove(&lines->runtime->waiting, lines);
  g_string_free(lines->input, TRUE);
  g_free(lines);
}
