/* AVX-VNNI (Intel from Alder Lake on, AMD from Zen 5 on): VNNI in 256 bits. */

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,avxvnni,fma,f16c"))), apply_to = function)
#else
#pragma GCC target("avx2,avxvnni,fma,f16c")
#endif
#include "ymm.h"

#define INSTRUCTIONS avx_vnni
#define BASE(bits) 0 /* what `dot` takes for the zero of a stored level */

typedef vector_i weights_8;

INLINE weights_8 signs(vector_i w) { return w; }
INLINE vector_i dot_8(vector_i sum, weights_8 w, vector_i a) { return _mm256_dpbusd_avx_epi32(sum, w, a); }
INLINE vector_i dot_4(vector_i sum, vector_i w, vector_i a) { return _mm256_dpbusd_avx_epi32(sum, w, a); }

#include "rows.h"
#include "attend.h"
#include "likeliest.h"

const struct instructions INSTRUCTIONS = {"AVX-VNNI", MOST_ROWS, prepare, multiply_panel, attend, decide};

#ifdef __clang__
#pragma clang attribute pop
#endif
