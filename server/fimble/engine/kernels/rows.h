/* The inner loops. Each instruction set is a file of its own that says how to load, multiply and add
   (see avx512.c) and includes this one. */

#include "matrix.h"

#define VECTORS (16 / LANES)
/* Unrolled, so that sums stay in registers. */
#ifdef __clang__
#define UNROLLED _Pragma("clang loop unroll(full)")
#else
#define UNROLLED
#endif
#define EACH_VECTOR UNROLLED for (int v = 0; v < VECTORS; v++)
#define EACH_ROW UNROLLED for (int r = 0; r < rows; r++)

static inline __attribute__((always_inline)) int32_t four(const void *p) {
  int32_t x;
  memcpy(&x, p, 4);
  return x;
}

/* e^x, relative error below 2e-7: 2^n times a polynomial (Cephes' expf) in what is left of x. What is
   no number stays none: n comes from the bits of a sum that rounds to a whole number (there are none
   after the point above 2^23), since no such conversion is defined for it. */
static inline __attribute__((always_inline)) float exponential(float x) {
  x = x < -87.0f ? -87.0f : x > 88.0f ? 88.0f : x;
  const float whole = 12582912.0f; /* 1.5 * 2^23, whose last nine bits are 0 */
  union { float value; uint32_t bits; } power = {.value = x * 1.44269504f + whole};
  const float n = power.value - whole;
  float f = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * f + 1.3981999507e-3f;
  p = p * f + 8.3334519073e-3f;
  p = p * f + 4.1665795894e-2f;
  p = p * f + 1.6666665459e-1f;
  p = p * f + 5.0000001201e-1f;
  p = p * f * f + f + 1.0f;
  power.bits = (power.bits << 23) + (127u << 23);
  return p * power.value;
}

/* One row of the input, normed or gated if the operator is asked to, into `out`. */
static void transform(const struct matrix *m, const float *x, const float *norm, float *out) {
  if (m->gated) {
    for (int64_t k = 0; k < m->columns; k++)
      out[k] = x[k] / (1.0f + exponential(-x[k])) * x[m->columns + k];
    return;
  }
  float sums[16] = {0};
  for (int64_t k = 0; k + 16 <= m->columns; k += 16)
    for (int i = 0; i < 16; i++) sums[i] += x[k + i] * x[k + i];
  float sum = 0;
  for (int64_t k = m->columns / 16 * 16; k < m->columns; k++) sum += x[k] * x[k];
  for (int i = 0; i < 16; i++) sum += sums[i];
  float scale = 1.0f / __builtin_sqrtf(sum / (float)m->columns + m->epsilon);
  for (int64_t k = 0; k < m->columns; k++) out[k] = x[k] * scale * norm[k];
}

#define LEAST_ROUNDED 4e-37f /* 127 divided by it is a float */

/* Rounds a block, `x per_level` to the nearest, into every `rows`th four bytes; returns the levels' sum. */
static inline __attribute__((always_inline)) int32_t round_block(const float *x, int64_t count, float per_level,
                                                                 int8_t *out, int64_t rows) {
  int32_t sum = 0;
  for (int64_t k = 0; k < count; k += 4) {
    int8_t four[4];
    for (int i = 0; i < 4; i++) {
      const int32_t level = (int32_t)__builtin_rintf(x[k + i] * per_level);
      four[i] = (int8_t)level;
      sum += level;
    }
    memcpy(out + k * rows, four, 4);
  }
  return sum;
}

static int32_t clear_block(int64_t count, int8_t *out, int64_t rows) {
  for (int64_t k = 0; k < count; k += 4) memset(out + k * rows, 0, 4);
  return 0;
}

/* Rounds one row to 8 bits per block into its place in a tile. Of a block that holds next to nothing, or
   what is no number, the scale says so alone. */
static void round_row(const struct matrix *m, const float *x, const struct tile *tile, int row) {
  const int rows = tile->rows;
  for (int64_t b = 0; b < m->blocks; b++) {
    const int64_t first = b * m->block, count = block_columns(m, b);
    const float *values = x + first;
    int32_t largest = 0;
    for (int64_t k = 0; k < count; k++) {
      int32_t bits;
      memcpy(&bits, values + k, 4);
      bits &= 0x7fffffff; /* floats without sign are ordered as their bits are */
      largest = bits > largest ? bits : largest;
    }
    float most;
    memcpy(&most, &largest, 4);
    int8_t *out = tile->levels + (first * rows) + row * 4;
    const int sound = most > LEAST_ROUNDED && largest < 0x7f800000;
    tile->sums[b * rows + row] =
        sound ? round_block(values, count, 127.0f / most, out, rows) : clear_block(count, out, rows);
    tile->scales[b * rows + row] = most / 127.0f * m->factor;
  }
}

static void prepare(const struct matrix *m, const float *x, const float *norm, float *scratch,
                          const struct tile *tile, int row) {
  if (m->gated || norm) {
    transform(m, x, norm, scratch);
    x = scratch;
  }
  round_row(m, x, tile, row);
}

/* What stands in front of a block's products: minus zero times the sum of the inputs. */
static inline __attribute__((always_inline)) vector_i correction(
    const struct matrix *m, const int bits, const uint8_t *zeros, int v, int32_t sum) {
  if (!m->zeros) return spread((BASE(bits) - (1 << (bits - 1))) * sum);
  return multiply_i(subtract_i(spread(BASE(bits)), widen(zeros + v * LANES)), spread(sum));
}

/* 64 bytes of weights by what `rows` rows have at their place. */
static inline __attribute__((always_inline)) void add_line(const int bits, const int rows, const uint8_t *weights,
                                                           const int8_t *a, vector_i products[][VECTORS]) {
  EACH_VECTOR {
    const vector_i stored = load(weights + v * sizeof(vector_i));
    if (bits == 8) {
      const weights_8 w = signs(stored);
      EACH_ROW products[r][v] = dot_8(products[r][v], w, spread(four(a + 4 * r)));
    } else {
      const vector_i low = low_nibbles(stored), high = high_nibbles(stored);
      EACH_ROW products[r][v] = dot_4(products[r][v], low, spread(four(a + 4 * r)));
      EACH_ROW products[r][v] = dot_4(products[r][v], high, spread(four(a + 4 * (rows + r))));
    }
  }
}

/* `rows` rows (a constant) by the 16 columns of one panel.

   A product waits for the one before it, and few rows leave too few to work on meanwhile: then there
   are several sums for each. The weights `ahead` bytes further on are asked for meanwhile,
   into the second cache: of loads into the first one a core keeps too few under way. */
static inline __attribute__((always_inline)) void multiply_rows(
    const struct matrix *m, const int bits, const int rows, const struct tile *tile,
    const uint8_t *panel, int64_t ahead, vector_f sum[][VECTORS]) {
  const int sums = rows == 1 ? 4 : rows < 4 ? 2 : 1;
  const int64_t step = 4 * rows * (8 / bits); /* bytes of the input to 64 of the weights */
  const uint8_t *zeros = panel + m->blocks * 32, *weights = panel + m->header;
  const int8_t *a = tile->levels;
  for (int64_t b = 0; b < m->blocks; b++) {
    vector_i products[4][MOST_ROWS][VECTORS];
    EACH_VECTOR EACH_ROW {
      products[0][r][v] = correction(m, bits, zeros + b * 16, v, tile->sums[b * rows + r]);
      UNROLLED for (int s = 1; s < sums; s++) products[s][r][v] = spread(0);
    }
    int64_t lines = block_columns(m, b) * bits / 32;
    for (; lines >= sums; lines -= sums)
      UNROLLED for (int s = 0; s < sums; s++, weights += 64, a += step) {
        __builtin_prefetch((const void *)((uintptr_t)weights + (uintptr_t)ahead), 0, 2);
        add_line(bits, rows, weights, a, products[s]);
      }
    for (; lines > 0; lines--, weights += 64, a += step) add_line(bits, rows, weights, a, products[0]);
    EACH_VECTOR {
      const vector_f scale = halves(panel + b * 32 + v * LANES * 2);
      EACH_ROW {
        UNROLLED for (int s = 1; s < sums; s++) products[0][r][v] = add_i(products[0][r][v], products[s][r][v]);
        sum[r][v] = multiply_add(to_floats(products[0][r][v]),
                                 multiply_f(scale, spread_f(tile->scales[b * rows + r])), sum[r][v]);
      }
    }
  }
}

/* Adds the products to `start` (a residual, a bias or nothing) and writes what there is of 16 columns. */
static inline __attribute__((always_inline)) void columns(
    const struct matrix *m, const int bits, const int rows, const struct tile *tile,
    const uint8_t *panel, const struct target *target) {
  vector_f sum[MOST_ROWS][VECTORS];
  float ends[16] = {0};
  EACH_ROW {
    const float *from = target->start ? target->start + r * target->start_stride : ends;
    if (target->start && target->count < 16) from = memcpy(ends, from, target->count * sizeof(float));
    EACH_VECTOR sum[r][v] = load_f(from + v * LANES);
  }
  multiply_rows(m, bits, rows, tile, panel, target->ahead, sum);
  EACH_ROW {
    float *to = target->out + r * target->stride;
    if (target->count == 16) {
      EACH_VECTOR store_f(to + v * LANES, sum[r][v]);
    } else {
      EACH_VECTOR store_f(ends + v * LANES, sum[r][v]);
      memcpy(to, ends, target->count * sizeof(float));
    }
  }
}

#if MOST_ROWS > 4
#define ALL_ROWS ROWS(1) ROWS(2) ROWS(3) ROWS(4) ROWS(5) ROWS(6) ROWS(7) ROWS(8) ROWS(9) ROWS(10) ROWS(11) ROWS(12)
#else
#define ALL_ROWS ROWS(1) ROWS(2) ROWS(3) ROWS(4)
#endif

static void multiply_panel(const struct matrix *m, const struct tile *tile, const uint8_t *panel,
                           const struct target *target) {
#define ROWS(n)                                              \
  case n:                                                    \
    if (m->bits == 8) columns(m, 8, n, tile, panel, target); \
    else columns(m, 4, n, tile, panel, target);              \
    break;
  switch (tile->rows) { ALL_ROWS }
#undef ROWS
}
