/* `softmax(Q K^T) V` (Vaswani et al. 2017, eq. 1) for a few rows; included as `rows.h` is.

   A row's result does not depend on the rows beside it: what it may not read counts as zero, and
   sums run over the positions in their order. */

#include "attention.h"

static inline __attribute__((always_inline)) void score(const struct queries *t, const int rows, int64_t panels) {
  for (int64_t p = 0; p < panels; p++) {
    vector_f sum[MOST_ROWS][VECTORS];
    EACH_ROW EACH_VECTOR sum[r][v] = spread_f(0);
    const float *key = t->keys + p * t->head_dim * 16, *q = t->q;
    for (int d = 0; d < t->head_dim; d++, key += 16, q += rows)
      EACH_VECTOR {
        const vector_f k = load_f(key + v * LANES);
        EACH_ROW sum[r][v] = multiply_add(k, spread_f(q[r]), sum[r][v]);
      }
    EACH_ROW EACH_VECTOR store_f(t->scores + (p * rows + r) * 16 + v * LANES, sum[r][v]);
  }
}

/* Scores of one row to e^(score - largest), 0 beyond its end; returns their sum. */
static float soften(const struct queries *t, int row, int64_t panels) {
  const int64_t end = t->ends[row], step = (int64_t)t->rows * 16;
  float *first = t->scores + row * 16, most[16], sums[16] = {0};
  for (int i = 0; i < 16; i++) most[i] = LEAST;
  for (int64_t p = 0; p < panels; p++) {
    float *x = first + p * step;
    if (p * 16 + 16 > end)
      for (int i = 0; i < 16; i++)
        if (p * 16 + i >= end) x[i] = LEAST;
    for (int i = 0; i < 16; i++) most[i] = x[i] > most[i] ? x[i] : most[i];
  }
  float largest = most[0];
  for (int i = 1; i < 16; i++) largest = most[i] > largest ? most[i] : largest;
  for (int64_t p = 0; p < panels; p++) {
    float *x = first + p * step;
    for (int i = 0; i < 16; i++) x[i] = x[i] > LEAST ? exponential(x[i] - largest) : 0.0f;
    for (int i = 0; i < 16; i++) sums[i] += x[i];
  }
  float sum = 0;
  for (int i = 0; i < 16; i++) sum += sums[i];
  return sum;
}

static inline __attribute__((always_inline)) void mix(const struct queries *t, const int rows, int64_t end,
                                                      const float *shares) {
  for (int d = 0; d < t->head_dim; d += 16) {
    vector_f sum[MOST_ROWS][VECTORS];
    EACH_ROW EACH_VECTOR sum[r][v] = spread_f(0);
    const float *value = t->values + d;
    for (int64_t j = 0; j < end; j++, value += t->head_dim) {
      const float *p = t->scores + (j >> 4) * rows * 16 + (j & 15);
      EACH_VECTOR {
        const vector_f x = load_f(value + v * LANES);
        EACH_ROW sum[r][v] = multiply_add(x, spread_f(p[r * 16]), sum[r][v]);
      }
    }
    EACH_ROW EACH_VECTOR store_f(t->outs[r] + d + v * LANES, multiply_f(sum[r][v], spread_f(shares[r])));
  }
}

static inline __attribute__((always_inline)) void attend_rows(const struct queries *t, const int rows) {
  int64_t end = 0;
  float shares[MOST_ROWS];
  for (int r = 0; r < rows; r++) end = t->ends[r] > end ? t->ends[r] : end;
  const int64_t panels = (end + 15) / 16;
  score(t, rows, panels);
  for (int r = 0; r < rows; r++) shares[r] = 1.0f / soften(t, r, panels);
  mix(t, rows, end, shares);
}

static void attend(const struct queries *t) {
#define ROWS(n)        \
  case n:              \
    attend_rows(t, n); \
    break;
  switch (t->rows) { ALL_ROWS }
#undef ROWS
}
