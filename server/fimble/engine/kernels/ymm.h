/* What AVX2 and AVX-VNNI have in common: 8 columns in one register. */

#include <immintrin.h>
#include <stdint.h>

#define LANES 8
#define MOST_ROWS 4

typedef __m256i vector_i;
typedef __m256 vector_f;
#define INLINE static inline __attribute__((always_inline))

INLINE vector_i load(const void *p) { return _mm256_loadu_si256(p); }
INLINE vector_i spread(int32_t x) { return _mm256_set1_epi32(x); }
INLINE vector_i widen(const void *p) { return _mm256_cvtepu8_epi32(_mm_loadl_epi64(p)); }
INLINE vector_i add_i(vector_i a, vector_i b) { return _mm256_add_epi32(a, b); }
INLINE vector_i subtract_i(vector_i a, vector_i b) { return _mm256_sub_epi32(a, b); }
INLINE vector_i multiply_i(vector_i a, vector_i b) { return _mm256_mullo_epi32(a, b); }
INLINE vector_i low_nibbles(vector_i x) { return _mm256_and_si256(x, _mm256_set1_epi8(15)); }
INLINE vector_i high_nibbles(vector_i x) { return low_nibbles(_mm256_srli_epi16(x, 4)); }
INLINE vector_f to_floats(vector_i x) { return _mm256_cvtepi32_ps(x); }
INLINE vector_f spread_f(float x) { return _mm256_set1_ps(x); }
INLINE vector_f halves(const void *p) { return _mm256_cvtph_ps(_mm_loadu_si128(p)); }
INLINE vector_f load_f(const float *p) { return _mm256_loadu_ps(p); }
INLINE void store_f(float *p, vector_f x) { _mm256_storeu_ps(p, x); }
INLINE vector_f multiply_f(vector_f a, vector_f b) { return _mm256_mul_ps(a, b); }
INLINE vector_f multiply_add(vector_f a, vector_f b, vector_f c) { return _mm256_fmadd_ps(a, b, c); }
