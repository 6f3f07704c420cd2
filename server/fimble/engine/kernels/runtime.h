/* What this library uses of ONNX Runtime's C interface (version 17, in every ONNX Runtime since 1.17).

   The interface is a table of functions whose places never change; a place is given here by its
   number, and only the functions that are called have a name. */

#pragma once

#include <stddef.h>
#include <stdint.h>

enum { API_VERSION = 17 };

typedef struct Status Status;
typedef struct Value Value;
typedef struct SessionOptions SessionOptions;
typedef struct Domain Domain;
typedef struct KernelInfo KernelInfo;
typedef struct KernelContext KernelContext;
typedef struct ShapeInfo ShapeInfo;
typedef struct CustomOp CustomOp;

typedef struct {
  Status *(*create_status)(int code, const char *message);
  void *skip_1[25];
  Status *(*create_domain)(const char *name, Domain **out);
  Status *(*domain_add)(Domain *domain, const CustomOp *op);
  Status *(*add_domain)(SessionOptions *options, Domain *domain);
  void *skip_29[22];
  Status *(*mutable_data)(Value *value, void **out);
  void *skip_52[9];
  Status *(*dimension_count)(const ShapeInfo *info, size_t *out);
  Status *(*dimensions)(const ShapeInfo *info, int64_t *values, size_t count);
  void *skip_63[2];
  Status *(*shape_of)(const Value *value, ShapeInfo **out);
  void *skip_66[19];
  Status *(*attribute_float)(const KernelInfo *info, const char *name, float *out);
  Status *(*attribute_int)(const KernelInfo *info, const char *name, int64_t *out);
  void *skip_87[3];
  Status *(*input)(const KernelContext *context, size_t index, const Value **out);
  Status *(*output)(KernelContext *context, size_t index, const int64_t *shape, size_t count, Value **out);
  void *skip_92[7];
  void (*release_shape)(ShapeInfo *info);
  void *skip_100[174];
  Status *(*parallel_for)(const KernelContext *context, void (*task)(void *data, size_t index), size_t count,
                          size_t batches, void *data);
} Api;

_Static_assert(offsetof(Api, create_domain) == 26 * sizeof(void *), "place of CreateCustomOpDomain");
_Static_assert(offsetof(Api, mutable_data) == 51 * sizeof(void *), "place of GetTensorMutableData");
_Static_assert(offsetof(Api, dimension_count) == 61 * sizeof(void *), "place of GetDimensionsCount");
_Static_assert(offsetof(Api, shape_of) == 65 * sizeof(void *), "place of GetTensorTypeAndShape");
_Static_assert(offsetof(Api, attribute_int) == 86 * sizeof(void *), "place of KernelInfoGetAttribute_int64");
_Static_assert(offsetof(Api, input) == 90 * sizeof(void *), "place of KernelContext_GetInput");
_Static_assert(offsetof(Api, release_shape) == 99 * sizeof(void *), "place of ReleaseTensorTypeAndShapeInfo");
_Static_assert(offsetof(Api, parallel_for) == 274 * sizeof(void *), "place of KernelContext_ParallelFor");

typedef struct {
  const Api *(*get_api)(uint32_t version);
  const char *(*version)(void);
} ApiBase;

enum { FAIL = 1, INVALID_ARGUMENT = 2, NOT_IMPLEMENTED = 9 };
enum { TYPE_FLOAT = 1, TYPE_UINT8 = 2, TYPE_INT32 = 6 };
enum { INPUT_REQUIRED, INPUT_OPTIONAL };

struct CustomOp {
  uint32_t version;
  void *(*create_kernel)(const CustomOp *op, const Api *api, const KernelInfo *info); /* before 16 */
  const char *(*name)(const CustomOp *op);
  const char *(*provider)(const CustomOp *op);
  int (*input_type)(const CustomOp *op, size_t index);
  size_t (*input_count)(const CustomOp *op);
  int (*output_type)(const CustomOp *op, size_t index);
  size_t (*output_count)(const CustomOp *op);
  void (*compute)(void *kernel, KernelContext *context); /* before 16 */
  void (*destroy)(void *kernel);
  int (*input_kind)(const CustomOp *op, size_t index);
  int (*output_kind)(const CustomOp *op, size_t index);
  int (*input_memory)(const CustomOp *op, size_t index);
  int (*variadic_input_least)(const CustomOp *op);
  int (*variadic_input_same_type)(const CustomOp *op);
  int (*variadic_output_least)(const CustomOp *op);
  int (*variadic_output_same_type)(const CustomOp *op);
  Status *(*create)(const CustomOp *op, const Api *api, const KernelInfo *info, void **kernel);
  Status *(*run)(void *kernel, KernelContext *context);
  Status *(*infer_shape)(const CustomOp *op, void *context);
  int (*first_version)(const CustomOp *op);
  int (*last_version)(const CustomOp *op);
};
