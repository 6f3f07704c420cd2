/* AVX2 (Intel from Haswell on, AMD from Zen on): products of bytes in pairs, of 16 bits each.

   A pair of stored levels up to 255 times inputs up to 127 does not fit 16 bits, so 8-bit weights are
   split: |w - 128| <= 128 times +-x, 2 * 128 * 127 < 2^15. */

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#else
#pragma GCC target("avx2,fma,f16c")
#endif
#include "ymm.h"

#define INSTRUCTIONS avx2
#define BASE(bits) ((bits) == 8 ? 128 : 0) /* what `dot` takes for the zero of a stored level */

typedef struct {
  vector_i size, sign;
} weights_8;

INLINE weights_8 signs(vector_i w) {
  const vector_i sign = _mm256_xor_si256(w, _mm256_set1_epi8(-128));
  return (weights_8){_mm256_abs_epi8(sign), sign};
}
INLINE vector_i dot_4(vector_i sum, vector_i w, vector_i a) {
  const vector_i pairs = _mm256_maddubs_epi16(w, a);
  return add_i(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}
INLINE vector_i dot_8(vector_i sum, weights_8 w, vector_i a) {
  return dot_4(sum, w.size, _mm256_sign_epi8(a, w.sign));
}

#include "rows.h"
#include "attend.h"
#include "likeliest.h"

const struct instructions INSTRUCTIONS = {"AVX2", MOST_ROWS, prepare, multiply_panel, attend, decide};

#ifdef __clang__
#pragma clang attribute pop
#endif
