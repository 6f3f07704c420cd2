#include "platform.h"

#ifdef _WIN32

__declspec(dllimport) void *GetProcessHeap(void);
__declspec(dllimport) void *HeapAlloc(void *heap, unsigned long flags, size_t size);
__declspec(dllimport) int HeapFree(void *heap, unsigned long flags, void *memory);

int _fltused = 1; /* the linker asks for it where there are floats */

int DllMainCRTStartup(void *library, unsigned long reason, void *reserved) {
  return (void)library, (void)reason, (void)reserved, 1;
}

void *memcpy(void *to, const void *from, size_t size) {
  void *at = to;
  __asm__ volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(size) : : "memory");
  return to;
}

void *memset(void *to, int byte, size_t size) {
  void *at = to;
  __asm__ volatile("rep stosb" : "+D"(at), "+c"(size) : "a"(byte) : "memory");
  return to;
}

void *allocate(size_t size) { return HeapAlloc(GetProcessHeap(), 0, size); }

void release(void *memory) {
  if (memory) HeapFree(GetProcessHeap(), 0, memory);
}

const char *environment(const char *name) { return (void)name, NULL; }

#else

#include <stdlib.h>

void *allocate(size_t size) { return malloc(size); }

void release(void *memory) { free(memory); }

const char *environment(const char *name) { return getenv(name); }

#endif
