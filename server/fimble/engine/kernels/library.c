/* The library's entry: which instructions there are, and the operators' registration. */

#include <cpuid.h>

#include "matrix.h"
#include "operators.h"

#ifdef _WIN32
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

static int has_avx_vnni(void) {
  unsigned a = 0, b, c, d;
  return __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & bit_AVXVNNI);
}

/* Of those that the system saves the registers of, too. */
static const struct instructions *best(void) {
  unsigned a, b, c, d, level_1, level_7;
  if (!__get_cpuid(1, &a, &b, &level_1, &d) || !(level_1 & bit_OSXSAVE)) return NULL;
  uint32_t low, high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  if (!__get_cpuid_count(7, 0, &a, &level_7, &c, &d)) return NULL;
  const unsigned zmm = bit_AVX512F | bit_AVX512BW | bit_AVX512DQ | bit_AVX512VL;
  if ((low & 0xe6) == 0xe6 && (level_7 & zmm) == zmm && (c & bit_AVX512VNNI)) return &avx512;
  const unsigned ymm = bit_FMA | bit_F16C;
  if ((low & 6) != 6 || !(level_7 & bit_AVX2) || (level_1 & ymm) != ymm) return NULL;
  return has_avx_vnni() ? &avx_vnni : &avx2;
}

static int same(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

const struct instructions *instructions(void) {
  const struct instructions *found = best();
  const char *asked = environment("FIMBLE_INSTRUCTIONS"); /* fewer than there are, for tests */
  if (found && asked && same(asked, "avx2")) return &avx2;
  if (found && asked && same(asked, "avx-vnni") && has_avx_vnni()) return &avx_vnni;
  return found;
}

/* What the processor computes with, "" if that cannot be done. */
EXPORT const char *fimble_instructions(void) {
  const struct instructions *found = instructions();
  return found ? found->name : "";
}

/* What ONNX Runtime calls when the library is registered. */
EXPORT Status *RegisterCustomOps(SessionOptions *options, const ApiBase *base) {
  const Api *api = base->get_api(API_VERSION);
  if (!instructions()) return api->create_status(NOT_IMPLEMENTED, "This processor has no AVX2.");
  Domain *domain;
  Status *failed = api->create_domain("fimble", &domain);
  if (!failed) failed = api->domain_add(domain, &quantized_matmul);
  if (!failed) failed = api->domain_add(domain, &cached_attention);
  if (!failed) failed = api->domain_add(domain, &decide_likeliest);
  return failed ? failed : api->add_domain(options, domain);
}
