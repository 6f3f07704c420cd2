/* The operator `fimble.QuantizedMatMul` for ONNX Runtime: `y = f(x) W^T + start`.

   Inputs: x float [..., columns], or [..., 2 columns] if gated; W as bytes (matrix.h); then, if the
   attributes ask for them, the weights of a norm [columns] and what the product is added to: a bias
   [rows_out] or a residual of y's shape. Attributes: rows_out, columns, bits, block, zeros, start
   (0 none, 1 bias, 2 residual), gated (f(x) = silu(x1) * x2), epsilon (f(x) = the RMS norm of x; 0:
   none), factor (of all scales). f(x) is rounded to 8 bits per block, as `MatMulNBits` does at accuracy level 4. */

#include "buffers.h"
#include "matrix.h"
#include "operators.h"
#include "platform.h"

enum { START_NONE, START_BIAS, START_RESIDUAL };
enum { PANELS_TOGETHER = 4 }; /* of one task */
enum { AHEAD = 8192 };        /* bytes: two pages, which the processor does not look beyond by itself */
enum { LARGEST_BLOCK = 1 << 16 };

struct kernel {
  const Api *api;
  const struct instructions *instructions;
  struct matrix matrix;
  int start;
};

/* One run: what its tasks share. */
struct run {
  const struct kernel *kernel;
  int64_t rows;
  int tiles;
  const float *x, *norm, *start;
  const uint8_t *weights;
  float *y;
  int8_t *levels;
  float *scales, *scratch;
  int32_t *sums;
};

/* Rows are shared out evenly: 13 rows in tiles of at most 12 are 7 and 6. */
static int64_t first_row(const struct run *run, int tile) { return run->rows * tile / run->tiles; }

static struct tile tile_of(const struct run *run, int tile) {
  const struct matrix *m = &run->kernel->matrix;
  const int64_t first = first_row(run, tile);
  return (struct tile){(int)(first_row(run, tile + 1) - first), run->levels + first * m->columns,
                       run->scales + first * m->blocks, run->sums + first * m->blocks};
}

static void prepare_row(void *data, size_t index) {
  const struct run *run = data;
  const struct matrix *m = &run->kernel->matrix;
  const int64_t row = (int64_t)index, width = m->gated ? 2 * m->columns : m->columns;
  int t = (int)(row * run->tiles / run->rows);
  if (first_row(run, t + 1) <= row) t++;
  const struct tile tile = tile_of(run, t);
  run->kernel->instructions->prepare(m, run->x + row * width, run->norm, run->scratch + row * m->columns, &tile,
                                     (int)(row - first_row(run, t)));
}

static void multiply_panels(void *data, size_t index) {
  const struct run *run = data;
  const struct kernel *kernel = run->kernel;
  const struct matrix *m = &kernel->matrix;
  const int64_t panels = (m->rows_out + 15) / 16, begin = (int64_t)index * PANELS_TOGETHER;
  const int64_t end = begin + PANELS_TOGETHER < panels ? begin + PANELS_TOGETHER : panels;
  for (int64_t panel = begin; panel < end; panel++) {
    const int64_t column = panel * 16, left = m->rows_out - column;
    for (int t = 0; t < run->tiles; t++) {
      const struct tile tile = tile_of(run, t);
      const int64_t first = first_row(run, t);
      const float *start = NULL;
      if (kernel->start == START_BIAS) start = run->start + column;
      if (kernel->start == START_RESIDUAL) start = run->start + first * m->rows_out + column;
      /* The first of several tiles brings the panel into the cache, the last one the next panel. */
      const int64_t ahead = run->tiles > 1 && t == run->tiles - 1 ? m->panel : AHEAD;
      const struct target target = {
          run->y + first * m->rows_out + column, m->rows_out, start,
          kernel->start == START_RESIDUAL ? m->rows_out : 0, left < 16 ? (int)left : 16, ahead};
      kernel->instructions->multiply(m, &tile, run->weights + panel * m->panel, &target);
    }
  }
}

static Status *multiply_all(struct run *run, KernelContext *context) {
  const struct kernel *kernel = run->kernel;
  const struct matrix *m = &kernel->matrix;
  const int most = kernel->instructions->most_rows;
  run->tiles = (int)((run->rows + most - 1) / most);
  const size_t values = (size_t)(run->rows * m->columns), blocks = (size_t)(run->rows * m->blocks);
  struct buffer *buffer = take_buffer(values * 5 + blocks * 8 + 64);
  if (!buffer) return kernel->api->create_status(FAIL, "There is no memory for a product's input.");
  run->scratch = (float *)buffer->data;
  run->scales = run->scratch + values;
  run->sums = (int32_t *)(run->scales + blocks);
  run->levels = (int8_t *)(run->sums + blocks);
  if (run->rows == 1) prepare_row(run, 0);
  else if (run->rows > 1) kernel->api->parallel_for(context, prepare_row, (size_t)run->rows, 0, run);
  const size_t panels = (size_t)(m->rows_out + 15) / 16;
  if (run->tiles)
    kernel->api->parallel_for(context, multiply_panels, (panels + PANELS_TOGETHER - 1) / PANELS_TOGETHER, 0, run);
  put_buffer_back(buffer);
  return NULL;
}

static Status *compute(void *self, KernelContext *context) {
  const struct kernel *kernel = self;
  const Api *api = kernel->api;
  struct run run = {.kernel = kernel};
  const struct matrix *m = &kernel->matrix;
  const int64_t width = m->gated ? 2 * m->columns : m->columns;
  const struct shape weights = {1, {(m->rows_out + 15) / 16 * m->panel}};
  const struct shape norm = {1, {m->columns}}, bias = {1, {m->rows_out}};
  struct shape x;
  size_t extra = 2;
  Status *failed = read_shape(api, context, 0, &x);
  if (!failed && x.dims[x.rank - 1] != width)
    failed = api->create_status(INVALID_ARGUMENT, "The input of QuantizedMatMul has another width.");
  if (failed) return failed;
  const struct shape y = with_last(x, m->rows_out);
  failed = count_rows(api, &x, &run.rows);
  if (!failed) failed = read_floats(api, context, 0, &x, &run.x);
  if (!failed) failed = read_bytes(api, context, 1, &weights, &run.weights);
  if (!failed && m->epsilon > 0) failed = read_floats(api, context, extra++, &norm, &run.norm);
  if (!failed && kernel->start)
    failed = read_floats(api, context, extra, kernel->start == START_BIAS ? &bias : &y, &run.start);
  if (!failed) failed = write(api, context, 0, &y, &run.y);
  return failed ? failed : multiply_all(&run, context);
}

/* Whether a matrix is one that can be multiplied by. A sum over a block, 255 times 127 for each column, must
   fit into 32 bits. */
static int is_sound(const struct matrix *m, int64_t bits, int64_t zeros, int64_t gated, int64_t start) {
  return is_between(m->rows_out, 1, LARGEST_SIDE) && is_between(m->columns, 8, LARGEST_SIDE) && m->columns % 8 == 0 &&
         is_between(m->block, 8, LARGEST_BLOCK) && m->block % 8 == 0 && (bits == 4 || bits == 8) &&
         is_between(zeros, 0, 1) && is_between(gated, 0, 1) && is_between(start, START_NONE, START_RESIDUAL) &&
         !(gated && m->epsilon > 0);
}

static Status *create(const CustomOp *op, const Api *api, const KernelInfo *info, void **out) {
  (void)op;
  struct kernel *kernel = allocate(sizeof *kernel);
  if (!kernel) return api->create_status(FAIL, "There is no memory for an operator.");
  *kernel = (struct kernel){.api = api, .instructions = instructions()};
  int64_t bits = 0, zeros = 0, gated = 0, start = 0;
  struct matrix *m = &kernel->matrix;
  Status *failed = api->attribute_int(info, "rows_out", &m->rows_out);
  if (!failed) failed = api->attribute_int(info, "columns", &m->columns);
  if (!failed) failed = api->attribute_int(info, "block", &m->block);
  if (!failed) failed = api->attribute_int(info, "bits", &bits);
  if (!failed) failed = api->attribute_int(info, "zeros", &zeros);
  if (!failed) failed = api->attribute_int(info, "gated", &gated);
  if (!failed) failed = api->attribute_int(info, "start", &start);
  if (!failed) failed = api->attribute_float(info, "epsilon", &m->epsilon);
  if (!failed) failed = api->attribute_float(info, "factor", &m->factor);
  if (!failed && !is_sound(m, bits, zeros, gated, start))
    failed = api->create_status(INVALID_ARGUMENT, "QuantizedMatMul takes 4 or 8 bits, and columns and blocks in eights.");
  if (failed) {
    release(kernel);
    return failed;
  }
  m->blocks = (m->columns + m->block - 1) / m->block;
  m->bits = (int)bits, m->zeros = (int)zeros, m->gated = (int)gated;
  m->header = (m->blocks * (m->zeros ? 48 : 32) + 63) / 64 * 64;
  m->panel = m->header + m->columns * 2 * bits;
  kernel->start = (int)start;
  *out = kernel;
  return NULL;
}

static const char *name(const CustomOp *op) { return (void)op, "QuantizedMatMul"; }
static int input_type(const CustomOp *op, size_t i) { return (void)op, i == 1 ? TYPE_UINT8 : TYPE_FLOAT; }
static size_t input_count(const CustomOp *op) { return (void)op, 4; }
static size_t output_count(const CustomOp *op) { return (void)op, 1; }
static int input_kind(const CustomOp *op, size_t i) { return (void)op, i < 2 ? INPUT_REQUIRED : INPUT_OPTIONAL; }

const CustomOp quantized_matmul = {
    OPERATOR_DEFAULTS, .name = name, .input_type = input_type, .input_count = input_count,
    .input_kind = input_kind, .output_count = output_count, .create = create, .run = compute,
};
