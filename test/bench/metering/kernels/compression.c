/* LZ77 with a hash table, there and back. */
#include "support.h"

enum { SIZE = 1 << 16, HASHES = 1 << 12 };
static uint8_t input[SIZE], packed[SIZE * 2], output[SIZE];
static int last[HASHES];

static inline uint32_t hash(const uint8_t *p) {
  return (uint32_t)(p[0] << 16 ^ p[1] << 8 ^ p[2]) * 2654435761u >> 20;
}

/* Literals as 0 and a byte, copies as a length and two bytes of distance. */
static NOINLINE int pack(void) {
  int out = 0;
  for (int i = 0; i < HASHES; i++) last[i] = -1;
  for (int at = 0; at < SIZE;) {
    int length = 0, from = -1;
    if (at + 4 < SIZE) {
      uint32_t h = hash(input + at);
      from = last[h];
      last[h] = at;
      if (from >= 0 && at - from < 65536)
        while (length < 255 && at + length < SIZE && input[from + length] == input[at + length]) length++;
    }
    if (length > 3) {
      int distance = at - from;
      packed[out++] = (uint8_t)length;
      packed[out++] = (uint8_t)distance;
      packed[out++] = (uint8_t)(distance >> 8);
      at += length;
    } else {
      packed[out++] = 0;
      packed[out++] = input[at++];
    }
  }
  return out;
}

static NOINLINE int unpack(int size) {
  int out = 0;
  for (int at = 0; at < size;) {
    int length = packed[at++];
    if (length == 0) {
      output[out++] = packed[at++];
      continue;
    }
    int from = out - (packed[at] | packed[at + 1] << 8);
    at += 2;
    while (length--) output[out++] = output[from++];
  }
  return out;
}

EXPORT("run") int run(int times) {
  uint32_t state = 3;
  for (int i = 0; i < SIZE; i++) input[i] = (uint8_t)(i & 64 ? next_random(&state) % 4 : i * i >> 5);
  int total = 0;
  for (int t = 0; t < times; t++) {
    int size = pack();
    total += size + unpack(size);
    for (int i = 0; i < SIZE; i++) total += output[i] != input[i] ? 1 << 20 : 0;
  }
  return total;
}
