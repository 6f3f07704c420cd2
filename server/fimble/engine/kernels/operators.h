/* What our operators have in common. */

#pragma once

#include <limits.h>

#include "platform.h"
#include "runtime.h"

struct instructions;

/* The best instructions of this processor, NULL if it has none of ours. */
const struct instructions *instructions(void);

extern const CustomOp quantized_matmul, cached_attention, decide_likeliest;

enum { MOST_DIMENSIONS = 8 };

struct shape {
  size_t rank;
  int64_t dims[MOST_DIMENSIONS];
};

static inline int64_t product(const struct shape *shape, size_t from, size_t to) {
  int64_t result = 1;
  for (size_t i = from; i < to; i++) result *= shape->dims[i];
  return result;
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

/* Where the `count` values of an input stand. */
static inline Status *read(const Api *api, const KernelContext *context, size_t index, int64_t count, const void **out) {
  struct shape shape;
  const Value *value;
  void *data = NULL;
  Status *failed = read_shape(api, context, index, &shape);
  if (!failed && product(&shape, 0, shape.rank) != count)
    failed = api->create_status(INVALID_ARGUMENT, "An input has another size than it should.");
  if (!failed) failed = api->input(context, index, &value);
  if (!failed) failed = api->mutable_data((Value *)value, &data);
  *out = data;
  return failed;
}

/* Where an output's values go. */
static inline Status *write(const Api *api, KernelContext *context, size_t index, const struct shape *shape, void **out) {
  Value *value;
  Status *failed = api->output(context, index, shape->dims, shape->rank, &value);
  return failed ? failed : api->mutable_data(value, out);
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
