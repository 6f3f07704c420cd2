/* What the operator of the head and the instruction sets share. */

#pragma once

#include <stdint.h>

enum { MOST_KEPT = 256 };

/* The stored head, in 8 bits around 128. */
struct head {
  int64_t rows, columns, block, blocks;
  int keep;
  const uint8_t *levels; /* [rows, columns] */
  const float *scales;   /* [rows, blocks] */
};
