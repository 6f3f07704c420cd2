/* What is asked of the system. On Windows the C library is left out: that of the compiler would have
   to be built with it, for the sake of three functions. */

#pragma once

#include <stddef.h>

void *memcpy(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);

/* Memory, or NULL. */
void *allocate(size_t size);
void release(void *memory);

/* An environment variable's value, NULL where there is none (on Windows: always). */
const char *environment(const char *name);
