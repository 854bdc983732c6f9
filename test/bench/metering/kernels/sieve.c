/* Tiny inner loops over bytes. */
#include "support.h"

enum { LIMIT = 500000 };
static uint8_t composite[LIMIT];

EXPORT("run") int run(int times) {
  int primes = 0;
  for (int t = 0; t < times; t++) {
    memset(composite, 0, sizeof composite);
    for (int i = 2; i < LIMIT; i++) {
      if (composite[i]) continue;
      primes++;
      for (int k = i * 2; k < LIMIT; k += i) composite[k] = 1;
    }
  }
  return primes;
}
