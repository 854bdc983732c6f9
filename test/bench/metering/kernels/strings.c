/* Building, searching and comparing text by small functions. */
#include "support.h"

static char text[1 << 16];

static NOINLINE int length_of(const char *s) {
  int n = 0;
  while (s[n]) n++;
  return n;
}

static NOINLINE int starts_with(const char *s, const char *prefix) {
  while (*prefix)
    if (*s++ != *prefix++) return 0;
  return 1;
}

static NOINLINE int count(const char *s, const char *word) {
  int found = 0;
  for (; *s; s++) found += starts_with(s, word);
  return found;
}

static NOINLINE void to_upper(char *s) {
  for (; *s; s++)
    if (*s >= 'a' && *s <= 'z') *s -= 32;
}

static NOINLINE uint32_t hash(const char *s) {
  uint32_t h = 2166136261u;
  for (; *s; s++) h = (h ^ (uint8_t)*s) * 16777619u;
  return h;
}

EXPORT("run") int run(int times) {
  uint32_t total = 0;
  for (int t = 0; t < times; t++) {
    uint32_t state = 1 + (uint32_t)t;
    int at = 0;
    while (at < (int)sizeof text - 8) {
      int word = 2 + (int)(next_random(&state) % 5);
      for (int i = 0; i < word; i++) text[at++] = (char)('a' + next_random(&state) % 6);
      text[at++] = ' ';
    }
    text[at] = 0;
    total += (uint32_t)count(text, "abc") + (uint32_t)length_of(text);
    to_upper(text);
    total ^= hash(text) + (uint32_t)count(text, "FED");
  }
  return (int)total;
}
