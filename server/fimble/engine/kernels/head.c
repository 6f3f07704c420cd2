/* The operator `fimble.DecideLikeliest` for ONNX Runtime: of coarse logits, the `keep` largest anew.

   Inputs: logits float [..., rows]; what the head is multiplied with, float [..., columns]; the head
   as `GatherBlockQuantized` reads it, levels uint8 [rows, columns] around 128 and scales float
   [rows, columns / block]. Output: the logits. Attributes: rows, columns, block, keep. */

#include "head.h"

#include "matrix.h"
#include "operators.h"
#include "platform.h"

struct kernel {
  const Api *api;
  const struct instructions *instructions;
  struct head head;
};

struct run {
  const struct kernel *kernel;
  struct head head;
  const float *coarse, *x;
  float *logits;
};

static void decide_row(void *data, size_t index) {
  const struct run *run = data;
  float *logits = run->logits + (int64_t)index * run->head.rows;
  memcpy(logits, run->coarse + (int64_t)index * run->head.rows, (size_t)run->head.rows * sizeof(float));
  run->kernel->instructions->decide(&run->head, run->x + (int64_t)index * run->head.columns, logits);
}

static Status *compute(void *self, KernelContext *context) {
  const struct kernel *kernel = self;
  const Api *api = kernel->api;
  struct run run = {.kernel = kernel, .head = kernel->head};
  const struct head *h = &kernel->head;
  const struct shape levels = {2, {h->rows, h->columns}}, scales = {2, {h->rows, h->blocks}};
  struct shape shape;
  int64_t rows = 0;
  Status *failed = read_shape(api, context, 0, &shape);
  if (failed) return failed;
  const struct shape logits = with_last(shape, h->rows), x = with_last(shape, h->columns);
  failed = count_rows(api, &shape, &rows);
  if (!failed) failed = read_floats(api, context, 0, &logits, &run.coarse);
  if (!failed) failed = read_floats(api, context, 1, &x, &run.x);
  if (!failed) failed = read_bytes(api, context, 2, &levels, &run.head.levels);
  if (!failed) failed = read_floats(api, context, 3, &scales, &run.head.scales);
  if (!failed) failed = write(api, context, 0, &logits, &run.logits);
  if (failed) return failed;
  if (rows == 1) decide_row(&run, 0);
  else if (rows > 1) api->parallel_for(context, decide_row, (size_t)rows, 0, &run);
  return NULL;
}

static Status *create(const CustomOp *op, const Api *api, const KernelInfo *info, void **out) {
  (void)op;
  struct kernel *kernel = allocate(sizeof *kernel);
  if (!kernel) return api->create_status(FAIL, "There is no memory for an operator.");
  *kernel = (struct kernel){.api = api, .instructions = instructions()};
  struct head *h = &kernel->head;
  int64_t keep = 0;
  Status *failed = api->attribute_int(info, "rows", &h->rows);
  if (!failed) failed = api->attribute_int(info, "columns", &h->columns);
  if (!failed) failed = api->attribute_int(info, "block", &h->block);
  if (!failed) failed = api->attribute_int(info, "keep", &keep);
  if (!failed && (!is_between(keep, 1, MOST_KEPT) || !is_between(h->rows, keep, LARGEST_SIDE) ||
                  !is_between(h->columns, 16, LARGEST_SIDE) || !is_between(h->block, 16, h->columns) ||
                  h->block % 16 || h->columns % h->block))
    failed = api->create_status(INVALID_ARGUMENT, "DecideLikeliest takes blocks in sixteens and keeps at most 256.");
  if (failed) {
    release(kernel);
    return failed;
  }
  h->blocks = h->columns / h->block, h->keep = (int)keep;
  *out = kernel;
  return NULL;
}

static const char *name(const CustomOp *op) { return (void)op, "DecideLikeliest"; }
static int input_type(const CustomOp *op, size_t i) { return (void)op, i == 2 ? TYPE_UINT8 : TYPE_FLOAT; }
static size_t input_count(const CustomOp *op) { return (void)op, 4; }
static size_t output_count(const CustomOp *op) { return (void)op, 1; }

const CustomOp decide_likeliest = {
    OPERATOR_DEFAULTS, .name = name, .input_type = input_type, .input_count = input_count,
    .input_kind = always_required, .output_count = output_count, .create = create, .run = compute,
};
