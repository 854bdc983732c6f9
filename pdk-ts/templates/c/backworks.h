// Backworks plugins in C and C++: ABI 1 in one header, without a libc.
//
//   BW_HOOK(before_request) {
//     if (bw_is(bw_header(BW("x-api-key")), BW("letmein"))) return BW_DONE;
//     bw_set_status(401);
//     return BW_DONE;
//   }
//
// Compile with -mbulk-memory. Texts that the functions below answer live until the hook returns; one
// that is not there has `at == 0`. What a hook sees of a request is what its manifest `reads`.
#ifndef BACKWORKS_H
#define BACKWORKS_H

#include <stdbool.h>
#include <stdint.h>

#define BW_IMPORT(space, name) __attribute__((import_module(space), import_name(name)))
#define BW_KERNEL(name) BW_IMPORT("extism:host/env", name)

// Text in UTF-8, or any bytes; not terminated.
typedef struct {
  const char *at;
  uint32_t length;
} bw_text;

static inline bw_text bw_make(const char *at, uint32_t length) {
  bw_text text;
  text.at = at;
  text.length = length;
  return text;
}

#define BW(literal) bw_make("" literal, sizeof(literal) - 1)
#define BW_NONE bw_make(0, 0)

enum { BW_DONE = 0, BW_FAILED = 1 };

// Begins a hook: the body of the function follows. It returns BW_DONE, or bw_fail(why).
#define BW_HOOK(name)                                      \
  static int bw_hook_##name(void);                         \
  BW_C __attribute__((export_name(#name))) int name(void); \
  int name(void) {                                         \
    bw_begin();                                            \
    return bw_end(bw_hook_##name());                       \
  }                                                        \
  static int bw_hook_##name(void)

#ifdef __cplusplus
#define BW_C extern "C"
extern "C" {
#else
#define BW_C
#endif

BW_KERNEL("input_length") uint64_t bw_input_length(void);
BW_KERNEL("input_load_u8") uint32_t bw_input_byte(uint64_t offset);
BW_KERNEL("input_load_u64") uint64_t bw_input_word(uint64_t offset);
BW_KERNEL("alloc") uint64_t bw_block_alloc(uint64_t length);
BW_KERNEL("length") uint64_t bw_block_length(uint64_t address);
BW_KERNEL("load_u8") uint32_t bw_block_byte(uint64_t address);
BW_KERNEL("load_u64") uint64_t bw_block_word(uint64_t address);
BW_KERNEL("store_u8") void bw_block_set_byte(uint64_t address, uint32_t byte);
BW_KERNEL("store_u64") void bw_block_set_word(uint64_t address, uint64_t word);
BW_KERNEL("output_set") void bw_output_set(uint64_t address, uint64_t length);
BW_KERNEL("error_set") void bw_error_set(uint64_t address);
BW_KERNEL("config_get") uint64_t bw_config_get(uint64_t key);
BW_KERNEL("log_debug") void bw_kernel_debug(uint64_t message);
BW_KERNEL("log_info") void bw_kernel_info(uint64_t message);
BW_KERNEL("log_warn") void bw_kernel_warn(uint64_t message);
BW_KERNEL("log_error") void bw_kernel_error(uint64_t message);

#ifdef __cplusplus
}
#endif

// ---------------------------------------------------------------------------------------------
// Memory of one call. It is taken in chunks, each at least twice as large as the one before, and
// all of it is free again when the next hook begins.

static char *bw_chunk;
static uint32_t bw_chunk_bytes;
static uint32_t bw_chunk_used;

static void *bw_alloc(uint32_t bytes) {
  bytes = (bytes + 7) & ~7u;
  if (bytes > bw_chunk_bytes - bw_chunk_used) {
    uint32_t wanted = bytes > 2 * bw_chunk_bytes ? bytes : 2 * bw_chunk_bytes;
    uint32_t pages = (wanted + 65535) / 65536;
    uint32_t page = __builtin_wasm_memory_grow(0, pages);
    if (page == (uint32_t)-1) __builtin_trap();
    bw_chunk = (char *)(uintptr_t)(page * 65536);
    bw_chunk_bytes = pages * 65536;
    bw_chunk_used = 0;
  }
  char *at = bw_chunk + bw_chunk_used;
  bw_chunk_used += bytes;
  return at;
}

// A text that grows.
typedef struct {
  char *at;
  uint32_t length, capacity;
} bw_buffer;

static inline void bw_put(bw_buffer *buffer, bw_text text) {
  uint32_t length = buffer->length + text.length;
  if (length > buffer->capacity) {
    buffer->capacity = length < 64 ? 128 : 2 * length;
    char *at = (char *)bw_alloc(buffer->capacity);
    if (buffer->length > 0) __builtin_memcpy(at, buffer->at, buffer->length);
    buffer->at = at;
  }
  if (text.length > 0) __builtin_memcpy(buffer->at + buffer->length, text.at, text.length);
  buffer->length = length;
}

static inline void bw_put_number(bw_buffer *buffer, uint64_t value) {
  char digits[20];
  uint32_t at = sizeof digits;
  do digits[--at] = (char)('0' + value % 10);
  while ((value /= 10) > 0);
  bw_put(buffer, bw_make(digits + at, sizeof digits - at));
}

static inline bw_text bw_text_of(bw_buffer buffer) { return bw_make(buffer.at, buffer.length); }

static inline bool bw_is(bw_text a, bw_text b) {
  return a.length == b.length && a.at != 0 &&
         (a.length == 0 || __builtin_memcmp(a.at, b.at, a.length) == 0);
}

// Without a libc somebody has to compare: weak, so that a libc's own comes first.
BW_C __attribute__((weak)) int memcmp(const void *a, const void *b, __SIZE_TYPE__ length) {
  const unsigned char *x = (const unsigned char *)a, *y = (const unsigned char *)b;
  for (__SIZE_TYPE__ i = 0; i < length; i++)
    if (x[i] != y[i]) return x[i] - y[i];
  return 0;
}

// ---------------------------------------------------------------------------------------------
// Blocks of the kernel: how texts cross the border

static uint64_t bw_to_block(bw_text text) {
  uint64_t block = bw_block_alloc(text.length);
  uint32_t i = 0;
  for (; i + 8 <= text.length; i += 8) {
    uint64_t word;
    __builtin_memcpy(&word, text.at + i, 8);
    bw_block_set_word(block + i, word);
  }
  for (; i < text.length; i++) bw_block_set_byte(block + i, (unsigned char)text.at[i]);
  return block;
}

static inline bw_text bw_from_block(uint64_t block) {
  if (block == 0) return BW_NONE;
  uint32_t length = (uint32_t)bw_block_length(block), i = 0;
  char *at = (char *)bw_alloc(length + 1);
  for (; i + 8 <= length; i += 8) {
    uint64_t word = bw_block_word(block + i);
    __builtin_memcpy(at + i, &word, 8);
  }
  for (; i < length; i++) at[i] = (char)bw_block_byte(block + i);
  return bw_make(at, length);
}

#include "backworks_exchange.h"
#include "backworks_services.h"

#endif
