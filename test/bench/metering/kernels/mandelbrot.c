/* A loop that is left early, by data. */
#include "support.h"

EXPORT("run") int run(int size) {
  int total = 0;
  for (int py = 0; py < size; py++)
    for (int px = 0; px < size; px++) {
      double cx = 3.0 * px / size - 2, cy = 2.0 * py / size - 1, x = 0, y = 0;
      int i = 0;
      for (; i < 200 && x * x + y * y < 4; i++) {
        double next = x * x - y * y + cx;
        y = 2 * x * y + cy;
        x = next;
      }
      total += i;
    }
  return total;
}
