/* The operator `fimble.CachedAttention` for ONNX Runtime: causal grouped-query attention (Ainslie et
   al. 2023) with rotary positions (Su et al. 2021), over keys and values kept between runs.

   Inputs: queries, keys and values side by side, float [batch, new, (heads + 2 kv_heads) head_dim];
   past keys and values, float [batch, kv_heads, capacity, head_dim], the keys laid out as attention.h
   says and the capacity in sixteens; the total length less 1, int32 [batch]; cosines and sines, float
   [positions, head_dim / 2]. Outputs: float [batch, new, heads head_dim], then past keys and values
   with the new ones. Bound to the same memory as the past, nothing is copied. */

#include "attention.h"

#include "buffers.h"
#include "matrix.h"
#include "operators.h"
#include "platform.h"

enum { MOST_HEADS = 1 << 16, LARGEST_HEAD = 1 << 16 };

struct kernel {
  const Api *api;
  const struct instructions *instructions;
  int64_t heads, kv_heads;
};

/* One run: what its tasks share. */
struct run {
  const struct kernel *kernel;
  int64_t batch, new, capacity, head_dim, width;
  int64_t group, tiles; /* queries that share a key; tiles of a sequence and a key head */
  const float *qkv, *cos, *sin;
  const int32_t *lengths; /* less 1 */
  float *keys, *values, *out;
  _Atomic(int) failed;
};

static int64_t first_position(const struct run *run, int64_t sequence) {
  return (int64_t)run->lengths[sequence] + 1 - run->new;
}

/* Turns the pairs (i, i + head_dim / 2) by the position's angles; element i goes to out[i * step]. */
static void rotate(const struct run *run, const float *x, int64_t position, float scale, float *out, int64_t step) {
  const int64_t half = run->head_dim / 2;
  const float *cos = run->cos + position * half, *sin = run->sin + position * half;
  for (int64_t i = 0; i < half; i++) {
    const float left = x[i] * scale, right = x[i + half] * scale;
    out[i * step] = left * cos[i] - right * sin[i];
    out[(i + half) * step] = right * cos[i] + left * sin[i];
  }
}

/* Appends one token's keys and values. */
static void append(void *data, size_t index) {
  const struct run *run = data;
  const struct kernel *kernel = run->kernel;
  const int64_t sequence = (int64_t)index / run->new, token = (int64_t)index % run->new;
  const int64_t position = first_position(run, sequence) + token, size = run->capacity * run->head_dim;
  const float *key = run->qkv + (int64_t)index * run->width + kernel->heads * run->head_dim;
  const float *value = key + kernel->kv_heads * run->head_dim;
  for (int64_t head = 0; head < kernel->kv_heads; head++) {
    const int64_t start = (sequence * kernel->kv_heads + head) * size;
    float *panel = run->keys + start + position / 16 * 16 * run->head_dim + position % 16;
    rotate(run, key + head * run->head_dim, position, 1.0f, panel, 16);
    memcpy(run->values + start + position * run->head_dim, value + head * run->head_dim,
           (size_t)run->head_dim * sizeof(float));
  }
}

/* One tile: rows are the queries of a key head, token by token. */
static void attend_tile(void *data, size_t index) {
  struct run *run = data;
  const struct kernel *kernel = run->kernel;
  const int64_t tile = (int64_t)index % run->tiles, which = (int64_t)index / run->tiles;
  const int64_t sequence = which / kernel->kv_heads, head = which % kernel->kv_heads;
  const int64_t all = run->new * run->group, dim = run->head_dim;
  const int64_t from = all * tile / run->tiles, rows = all * (tile + 1) / run->tiles - from;
  const int64_t first = first_position(run, sequence), size = run->capacity * dim;
  const int64_t longest = (first + (from + rows - 1) / run->group + 16) / 16 * 16;
  struct buffer *buffer = take_buffer((size_t)((dim + longest) * rows) * sizeof(float));
  if (!buffer) {
    run->failed = 1;
    return;
  }
  float *q = (float *)buffer->data, *outs[16];
  int64_t ends[16];
  for (int64_t r = 0; r < rows; r++) {
    const int64_t token = (from + r) / run->group, of = head * run->group + (from + r) % run->group;
    const int64_t row = sequence * run->new + token;
    ends[r] = first + token + 1;
    outs[r] = run->out + (row * kernel->heads + of) * dim;
    rotate(run, run->qkv + row * run->width + of * dim, first + token, 1.0f / __builtin_sqrtf((float)dim), q + r, rows);
  }
  const struct queries queries = {
      .rows = (int)rows, .head_dim = (int)dim, .q = q, .ends = ends, .keys = run->keys + which * size,
      .values = run->values + which * size, .scores = q + dim * rows, .outs = outs};
  kernel->instructions->attend(&queries);
  put_buffer_back(buffer);
}

static Status *attend_all(struct run *run, KernelContext *context) {
  const struct kernel *kernel = run->kernel;
  const int64_t tokens = run->batch * run->new, most = kernel->instructions->most_rows;
  if (tokens == 0) return NULL;
  if (tokens < 8) for (int64_t i = 0; i < tokens; i++) append(run, (size_t)i);
  else kernel->api->parallel_for(context, append, (size_t)tokens, 0, run);
  run->group = kernel->heads / kernel->kv_heads;
  run->tiles = (run->new * run->group + most - 1) / most;
  kernel->api->parallel_for(context, attend_tile, (size_t)(run->batch * kernel->kv_heads * run->tiles), 0, run);
  return run->failed ? kernel->api->create_status(FAIL, "There is no memory for attention's scores.") : NULL;
}

/* An output that continues an input: the same memory where both are bound to it, else a copy. */
static Status *keep(const Api *api, KernelContext *context, size_t index, const struct shape *shape,
                    const float *past, float **out) {
  int64_t rows;
  Status *failed = count_rows(api, shape, &rows);
  if (!failed) failed = write(api, context, index, shape, out);
  if (!failed && rows && *out != past) memcpy(*out, past, (size_t)(rows * shape->dims[shape->rank - 1]) * sizeof(float));
  return failed;
}

/* Where the inputs stand, and the outputs' places. */
static Status *bind(struct run *run, KernelContext *context, const struct shape *x, const struct shape *past,
                    const struct shape *turned) {
  const Api *api = run->kernel->api;
  const struct shape lengths = {1, {run->batch}}, out = with_last(*x, run->kernel->heads * run->head_dim);
  const float *past_keys = NULL, *past_values = NULL;
  Status *failed = read_floats(api, context, 0, x, &run->qkv);
  if (!failed) failed = read_floats(api, context, 1, past, &past_keys);
  if (!failed) failed = read_floats(api, context, 2, past, &past_values);
  if (!failed) failed = read(api, context, 3, &lengths, _Alignof(int32_t), (const void **)&run->lengths);
  if (!failed) failed = read_floats(api, context, 4, turned, &run->cos);
  if (!failed) failed = read_floats(api, context, 5, turned, &run->sin);
  if (failed) return failed;
  for (int64_t i = 0; i < run->batch; i++)
    if (first_position(run, i) < 0 || run->lengths[i] >= run->capacity || run->lengths[i] >= turned->dims[0])
      return api->create_status(INVALID_ARGUMENT, "CachedAttention has no place for so many positions.");
  failed = write(api, context, 0, &out, &run->out);
  if (!failed) failed = keep(api, context, 1, past, past_keys, &run->keys);
  if (!failed) failed = keep(api, context, 2, past, past_values, &run->values);
  return failed;
}

static Status *compute(void *self, KernelContext *context) {
  const struct kernel *kernel = self;
  const Api *api = kernel->api;
  struct run run = {.kernel = kernel};
  struct shape x, past, turned;
  int64_t tokens;
  Status *failed = read_shape(api, context, 0, &x);
  if (!failed) failed = read_shape(api, context, 1, &past);
  if (!failed) failed = read_shape(api, context, 4, &turned);
  if (!failed) failed = count_rows(api, &x, &tokens);
  if (failed) return failed;
  if (x.rank != 3 || past.rank != 4 || turned.rank != 2 || past.dims[2] % 16 || past.dims[3] % 16 ||
      !is_between(past.dims[3], 16, LARGEST_HEAD))
    return api->create_status(INVALID_ARGUMENT, "CachedAttention takes capacity and head_dim in sixteens.");
  run.batch = x.dims[0], run.new = x.dims[1], run.width = x.dims[2];
  run.capacity = past.dims[2], run.head_dim = past.dims[3];
  if (run.width != (kernel->heads + 2 * kernel->kv_heads) * run.head_dim)
    return api->create_status(INVALID_ARGUMENT, "The input of CachedAttention has another width.");
  if (run.new > INT32_MAX / kernel->heads)
    return api->create_status(INVALID_ARGUMENT, "CachedAttention has no place for so many queries.");
  past.dims[0] = run.batch, past.dims[1] = kernel->kv_heads, turned.dims[1] = run.head_dim / 2;
  failed = bind(&run, context, &x, &past, &turned);
  return failed ? failed : attend_all(&run, context);
}

static Status *create(const CustomOp *op, const Api *api, const KernelInfo *info, void **out) {
  (void)op;
  struct kernel *kernel = allocate(sizeof *kernel);
  if (!kernel) return api->create_status(FAIL, "There is no memory for an operator.");
  *kernel = (struct kernel){.api = api, .instructions = instructions()};
  Status *failed = api->attribute_int(info, "heads", &kernel->heads);
  if (!failed) failed = api->attribute_int(info, "kv_heads", &kernel->kv_heads);
  if (!failed && (!is_between(kernel->heads, 1, MOST_HEADS) || !is_between(kernel->kv_heads, 1, kernel->heads) ||
                  kernel->heads % kernel->kv_heads))
    failed = api->create_status(INVALID_ARGUMENT, "CachedAttention takes as many heads for every key head.");
  if (failed) {
    release(kernel);
    return failed;
  }
  *out = kernel;
  return NULL;
}

static const char *name(const CustomOp *op) { return (void)op, "CachedAttention"; }
static int input_type(const CustomOp *op, size_t i) { return (void)op, i == 3 ? TYPE_INT32 : TYPE_FLOAT; }
static size_t input_count(const CustomOp *op) { return (void)op, 6; }
static size_t output_count(const CustomOp *op) { return (void)op, 3; }

const CustomOp cached_attention = {
    OPERATOR_DEFAULTS, .name = name, .input_type = input_type, .input_count = input_count,
    .input_kind = always_required, .output_count = output_count, .create = create, .run = compute,
};
