#include "buffers.h"

#include <stdatomic.h>
#include <stdint.h>

#include "platform.h"

enum { KEPT = 16 }; /* as many threads as may ask at once without making buffers anew */

static _Atomic(struct buffer *) kept[KEPT];

struct buffer *take_buffer(size_t size) {
  for (int i = 0; i < KEPT; i++) {
    struct buffer *buffer = atomic_exchange(&kept[i], NULL);
    if (buffer && buffer->size >= size) return buffer;
    release(buffer);
  }
  struct buffer *buffer = allocate(sizeof *buffer + 64 + size);
  if (!buffer) return NULL;
  const uintptr_t end = (uintptr_t)(buffer + 1);
  *buffer = (struct buffer){size, (char *)buffer + (end + 63) / 64 * 64 - (uintptr_t)buffer};
  return buffer;
}

void put_buffer_back(struct buffer *buffer) {
  for (int i = 0; i < KEPT && buffer; i++) buffer = atomic_exchange(&kept[i], buffer);
  release(buffer);
}
