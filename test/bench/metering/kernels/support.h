/* What the kernels need of a C library; clang turns the builtins into bulk memory instructions. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(name)))
#define NOINLINE __attribute__((noinline))

#define memset __builtin_memset
#define memcpy __builtin_memcpy

/** xorshift32: the same numbers on every machine. */
static inline uint32_t next_random(uint32_t *state) {
  uint32_t x = *state;
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  return *state = x;
}
