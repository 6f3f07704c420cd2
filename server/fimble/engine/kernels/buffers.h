/* Memory for the length of one task, kept for the next ones. */

#pragma once

#include <stddef.h>

struct buffer {
  size_t size;
  char *data; /* at a multiple of 64 */
};

/* At least `size` bytes, NULL if there are none. */
struct buffer *take_buffer(size_t size);
void put_buffer_back(struct buffer *buffer);
