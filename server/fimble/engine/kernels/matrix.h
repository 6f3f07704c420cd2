/* What the operator and the instruction sets share: a quantized matrix, rounded inputs, results.

   A matrix of `rows_out` outputs by `columns` inputs is stored in panels of 16 outputs. A panel is

       float16 scales [blocks, 16] in units of `factor`, uint8 zeros [blocks, 16] (if they differ), fill up to 64 bytes,
       levels [columns / 4, 16, 4] of 8 bits, or [columns / 8, 16, 4] bytes of two times 4 bits:
       the low half of a byte belongs to the first 4 of 8 columns, the high half to the others,

   so that 64 bytes are what one product takes, and a panel is read from its first byte to its last.
   `fimble_export/quantize/panels.py` writes it. */

#pragma once

#include <stddef.h>
#include <stdint.h>

#include "platform.h"

#define LEAST (-3.4e38f) /* less than any score or logit */

struct matrix {
  int64_t rows_out, columns, block, blocks;
  int64_t header, panel; /* bytes of a panel in front of its levels, and of all of it */
  int bits, zeros, gated;
  float epsilon; /* of the norm in front, 0 if there is none */
  float factor;  /* of all scales, a power of two: float16 has few exponents */
};

static inline int64_t block_columns(const struct matrix *m, int64_t block) {
  const int64_t left = m->columns - block * m->block;
  return left < m->block ? left : m->block;
}

/* Some rows of the input, rounded: levels int8 [columns / 4, rows, 4], what a level is worth and the
   sum of the levels [blocks, rows]. */
struct tile {
  int rows;
  int8_t *levels;
  float *scales;
  int32_t *sums;
};

/* Where the products of a tile and a panel go, and what they are added to (NULL: nothing). */
struct target {
  float *out;
  int64_t stride;
  const float *start;
  int64_t start_stride;
  int count;     /* columns, 16 but in the last panel */
  int64_t ahead; /* how far in front of the weights that are read others are asked of memory */
};

struct queries;
struct head;

struct instructions {
  const char *name;
  int most_rows; /* of a tile */
  /* Norms (if `norm`) or gates one row, rounds it, and puts it into the tile. `scratch`: `columns` floats. */
  void (*prepare)(const struct matrix *m, const float *x, const float *norm, float *scratch,
                  const struct tile *tile, int row);
  void (*multiply)(const struct matrix *m, const struct tile *tile, const uint8_t *panel,
                   const struct target *target);
  void (*attend)(const struct queries *queries);
  void (*decide)(const struct head *head, const float *x, float *logits);
};

extern const struct instructions avx512, avx_vnni, avx2;
