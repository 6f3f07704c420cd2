/* What our operators have in common. */

#pragma once

#include <limits.h>

#include "platform.h"
#include "runtime.h"

struct instructions;

/* The best instructions of this processor, NULL if it has none of ours. */
const struct instructions *instructions(void);

extern const CustomOp quantized_matmul, cached_attention, decide_likeliest;

/* Of attributes and shapes: products of three sides and a few bytes stay far below 2^63. */
enum { MOST_DIMENSIONS = 8, LARGEST_SIDE = 1 << 24 };

struct shape {
  size_t rank;
  int64_t dims[MOST_DIMENSIONS];
};

static inline int is_between(int64_t x, int64_t least, int64_t most) { return x >= least && x <= most; }

static inline int same_shape(const struct shape *a, const struct shape *b) {
  size_t same = 0;
  while (same < a->rank && a->dims[same] == b->dims[same]) same++;
  return a->rank == b->rank && same == a->rank;
}

/* `shape` with another last dimension. */
static inline struct shape with_last(struct shape shape, int64_t last) {
  shape.dims[shape.rank - 1] = last;
  return shape;
}

/* All dimensions but the last, multiplied. A shape that holds nothing may have dimensions of any size. */
static inline Status *count_rows(const Api *api, const struct shape *shape, int64_t *rows) {
  *rows = 1;
  for (size_t i = 0; i + 1 < shape->rank; i++)
    if (!is_between(shape->dims[i], 0, INT32_MAX) || (*rows *= shape->dims[i]) > INT32_MAX)
      return api->create_status(INVALID_ARGUMENT, "An input has too many rows.");
  return NULL;
}

/* The shape of an input of at least one dimension. */
static inline Status *read_shape(const Api *api, const KernelContext *context, size_t index, struct shape *out) {
  const Value *value = NULL;
  ShapeInfo *info;
  Status *failed = api->input(context, index, &value);
  if (!failed && !value) failed = api->create_status(INVALID_ARGUMENT, "An input is missing.");
  if (!failed) failed = api->shape_of(value, &info);
  if (failed) return failed;
  failed = api->dimension_count(info, &out->rank);
  if (!failed && (out->rank < 1 || out->rank > MOST_DIMENSIONS))
    failed = api->create_status(INVALID_ARGUMENT, "An input needs 1 to 8 dimensions.");
  if (!failed) failed = api->dimensions(info, out->dims, out->rank);
  api->release_shape(info);
  return failed;
}

/* Where the values of an input of this shape stand; their type is what `input_type` says, which ONNX
   Runtime holds to. Weights are mapped from a file, at any place in it. */
static inline Status *read(const Api *api, const KernelContext *context, size_t index, const struct shape *shape,
                           size_t alignment, const void **out) {
  struct shape found;
  const Value *value;
  void *data = NULL;
  Status *failed = read_shape(api, context, index, &found);
  if (!failed && !same_shape(&found, shape))
    failed = api->create_status(INVALID_ARGUMENT, "An input has another size than it should.");
  if (!failed) failed = api->input(context, index, &value);
  if (!failed) failed = api->mutable_data((Value *)value, &data);
  if (!failed && (uintptr_t)data % alignment)
    failed = api->create_status(INVALID_ARGUMENT, "An input stands in a place that its type does not fit.");
  *out = data;
  return failed;
}

static inline Status *read_floats(const Api *api, const KernelContext *context, size_t index,
                                  const struct shape *shape, const float **out) {
  return read(api, context, index, shape, _Alignof(float), (const void **)out);
}

static inline Status *read_bytes(const Api *api, const KernelContext *context, size_t index,
                                 const struct shape *shape, const uint8_t **out) {
  return read(api, context, index, shape, 1, (const void **)out);
}

/* Where an output's values go. */
static inline Status *write(const Api *api, KernelContext *context, size_t index, const struct shape *shape,
                            float **out) {
  Value *value = NULL;
  Status *failed = api->output(context, index, shape->dims, shape->rank, &value);
  if (!failed && !value) failed = api->create_status(INVALID_ARGUMENT, "An output is missing.");
  return failed ? failed : api->mutable_data(value, (void **)out);
}

static inline const char *on_the_processor(const CustomOp *op) { return (void)op, NULL; }
static inline int always_float(const CustomOp *op, size_t i) { return (void)op, (void)i, TYPE_FLOAT; }
static inline int always_required(const CustomOp *op, size_t i) { return (void)op, (void)i, INPUT_REQUIRED; }
static inline int default_memory(const CustomOp *op, size_t i) { return (void)op, (void)i, 0; }
static inline int one(const CustomOp *op) { return (void)op, 1; }
static inline int any_version(const CustomOp *op) { return (void)op, INT_MAX; }

#define OPERATOR_DEFAULTS                                                                              \
  .version = API_VERSION, .provider = on_the_processor, .output_type = always_float, .destroy = release, \
  .output_kind = always_required, .input_memory = default_memory, .variadic_input_least = one,         \
  .variadic_input_same_type = one, .variadic_output_least = one, .variadic_output_same_type = one,     \
  .first_version = one, .last_version = any_version
