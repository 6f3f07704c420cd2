/* Logits anew for the likeliest tokens of one row; included as `rows.h` is. */

#include "head.h"

/* Puts `value` and its place into a heap of the largest `size`, the least of them first. */
static void keep_largest(float *values, int32_t *places, int size, float value, int32_t place) {
  if (value <= values[0]) return; /* of equal ones those that came first stay */
  int at = 0;
  for (int below = 1; below < size; below = 2 * at + 1) {
    if (below + 1 < size && values[below + 1] < values[below]) below++;
    if (values[below] >= value) break;
    values[at] = values[below], places[at] = places[below];
    at = below;
  }
  values[at] = value, places[at] = place;
}

static float largest_of_16(const float *x, int64_t count) {
  float most[16];
  for (int i = 0; i < 16; i++) most[i] = i < count ? x[i] : LEAST;
  for (int width = 8; width; width /= 2)
    for (int i = 0; i < width; i++) most[i] = most[i + width] > most[i] ? most[i + width] : most[i];
  return most[0];
}

/* `x w` with the stored row `w = scale (level - 128)`. */
static float stored_product(const struct head *h, int32_t row, const float *x) {
  const uint8_t *levels = h->levels + row * h->columns;
  const float *scales = h->scales + row * h->blocks;
  float sum[16] = {0};
  for (int64_t b = 0; b < h->blocks; b++) {
    float part[16] = {0};
    for (int64_t k = b * h->block; k < (b + 1) * h->block; k += 16)
      for (int i = 0; i < 16; i++) part[i] += (float)((int32_t)levels[k + i] - 128) * x[k + i];
    for (int i = 0; i < 16; i++) sum[i] += part[i] * scales[b];
  }
  float all = 0;
  for (int i = 0; i < 16; i++) all += sum[i];
  return all;
}

/* The largest of every 16 logits tell where the largest of all may be: none of the `keep` largest is
   less than the least of the `keep` largest of those. */
static void decide(const struct head *h, const float *x, float *logits) {
  float values[MOST_KEPT];
  int32_t places[MOST_KEPT];
  for (int i = 0; i < h->keep; i++) values[i] = LEAST, places[i] = -1;
  for (int64_t at = 0; at < h->rows; at += 16)
    keep_largest(values, places, h->keep, largest_of_16(logits + at, h->rows - at), (int32_t)at);
  int32_t groups[MOST_KEPT];
  memcpy(groups, places, (size_t)h->keep * sizeof *groups);
  for (int i = 0; i < h->keep; i++) values[i] = LEAST, places[i] = -1;
  for (int g = 0; g < h->keep; g++)
    for (int32_t i = groups[g]; groups[g] >= 0 && i < groups[g] + 16 && i < h->rows; i++)
      keep_largest(values, places, h->keep, logits[i], i);
  for (int i = 0; i < h->keep; i++)
    for (int64_t k = 0; places[i] >= 0 && k < h->columns; k += 64)
      __builtin_prefetch(h->levels + places[i] * h->columns + k);
  for (int i = 0; i < h->keep; i++)
    if (places[i] >= 0) logits[places[i]] = stored_product(h, places[i], x);
}
