/* AVX-512 with VNNI (Intel from Ice Lake on, AMD from Zen 4 on): 16 columns in one register. */

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,fma,f16c"))), \
                             apply_to = function)
#else
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,fma,f16c")
#endif
#include <immintrin.h>
#include <stdint.h>

#define INSTRUCTIONS avx512
#define LANES 16
#define MOST_ROWS 12
#define BASE(bits) 0 /* what `dot` takes for the zero of a stored level */

typedef __m512i vector_i, weights_8;
typedef __m512 vector_f;
#define INLINE static inline __attribute__((always_inline))

INLINE vector_i load(const void *p) { return _mm512_loadu_si512(p); }
INLINE vector_i spread(int32_t x) { return _mm512_set1_epi32(x); }
INLINE vector_i widen(const void *p) { return _mm512_cvtepu8_epi32(_mm_loadu_si128(p)); }
INLINE vector_i add_i(vector_i a, vector_i b) { return _mm512_add_epi32(a, b); }
INLINE vector_i subtract_i(vector_i a, vector_i b) { return _mm512_sub_epi32(a, b); }
INLINE vector_i multiply_i(vector_i a, vector_i b) { return _mm512_mullo_epi32(a, b); }
INLINE vector_i low_nibbles(vector_i x) { return _mm512_and_si512(x, _mm512_set1_epi8(15)); }
INLINE vector_i high_nibbles(vector_i x) { return low_nibbles(_mm512_srli_epi16(x, 4)); }
INLINE weights_8 signs(vector_i w) { return w; }
INLINE vector_i dot_8(vector_i sum, weights_8 w, vector_i a) { return _mm512_dpbusd_epi32(sum, w, a); }
INLINE vector_i dot_4(vector_i sum, vector_i w, vector_i a) { return _mm512_dpbusd_epi32(sum, w, a); }
INLINE vector_f to_floats(vector_i x) { return _mm512_cvtepi32_ps(x); }
INLINE vector_f spread_f(float x) { return _mm512_set1_ps(x); }
INLINE vector_f halves(const void *p) { return _mm512_cvtph_ps(_mm256_loadu_si256(p)); }
INLINE vector_f load_f(const float *p) { return _mm512_loadu_ps(p); }
INLINE void store_f(float *p, vector_f x) { _mm512_storeu_ps(p, x); }
INLINE vector_f multiply_f(vector_f a, vector_f b) { return _mm512_mul_ps(a, b); }
INLINE vector_f multiply_add(vector_f a, vector_f b, vector_f c) { return _mm512_fmadd_ps(a, b, c); }

#include "rows.h"
#include "attend.h"
#include "likeliest.h"

const struct instructions INSTRUCTIONS = {"AVX-512 VNNI", MOST_ROWS, prepare, multiply_panel, attend, decide};

#ifdef __clang__
#pragma clang attribute pop
#endif
