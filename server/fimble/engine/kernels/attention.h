/* What the attention operator and the instruction sets share.

   Keys are kept in panels of 16 positions, [capacity / 16, head_dim, 16], so that 16 scores are
   computed side by side; values as they come, [capacity, head_dim]. The first n positions of either
   lie in the first n (keys: n rounded up to 16) times head_dim floats. */

#pragma once

#include <stdint.h>

/* Some queries that read the same keys and values. */
struct queries {
  int rows;            /* at most `most_rows` */
  int head_dim;        /* in sixteens */
  const float *q;      /* [head_dim, rows], scaled */
  const int64_t *ends; /* [rows]: how many positions each may read, at least 1 */
  const float *keys, *values;
  float *scores;      /* scratch: [ends rounded up to 16, rows] */
  float *const *outs; /* [rows] pointers to head_dim floats */
};
