/* Sorting through a comparison that is called by pointer. */
#include "support.h"

enum { COUNT = 60000 };
static int values[COUNT];

static NOINLINE int ascending(const int *a, const int *b) { return *a < *b ? -1 : *a > *b; }

static void sort(int *list, int count, int (*compare)(const int *, const int *)) {
  while (count > 1) {
    int pivot = list[count / 2], i = 0, j = count - 1;
    for (;;) {
      while (compare(&list[i], &pivot) < 0) i++;
      while (compare(&list[j], &pivot) > 0) j--;
      if (i >= j) break;
      int swapped = list[i];
      list[i++] = list[j];
      list[j--] = swapped;
    }
    sort(list, j + 1 < i ? j + 1 : i, compare);
    int rest = j + 1 < i ? j + 1 : i;
    if (rest == 0) rest = 1;
    list += rest;
    count -= rest;
  }
}

EXPORT("run") int run(int times) {
  int sum = 0;
  for (int t = 0; t < times; t++) {
    uint32_t state = 7 + (uint32_t)t;
    for (int i = 0; i < COUNT; i++) values[i] = (int)(next_random(&state) >> 8);
    sort(values, COUNT, ascending);
    for (int i = 1; i < COUNT; i++) sum += (values[i - 1] <= values[i]) * (values[i] & 15);
  }
  return sum;
}
