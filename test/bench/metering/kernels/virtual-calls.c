/* Small methods behind function pointers, as object-oriented code has. */
#include "support.h"

typedef struct Shape Shape;
struct Shape {
  int (*area)(const Shape *);
  void (*grow)(Shape *, int);
  int width, height;
};

static int box_area(const Shape *s) { return s->width * s->height; }
static int disc_area(const Shape *s) { return s->width * s->width * 3; }
static int wedge_area(const Shape *s) { return s->width * s->height / 2; }
static void widen(Shape *s, int by) { s->width = (s->width + by) & 1023; }
static void heighten(Shape *s, int by) { s->height = (s->height + by) & 1023; }

enum { SHAPES = 64 };
static Shape shapes[SHAPES];

EXPORT("run") int run(int times) {
  int (*const areas[])(const Shape *) = {box_area, disc_area, wedge_area};
  for (int i = 0; i < SHAPES; i++)
    shapes[i] = (Shape){areas[i % 3], i & 1 ? widen : heighten, i, 2 * i};
  int total = 0;
  for (int t = 0; t < times; t++)
    for (int i = 0; i < SHAPES; i++) {
      total += shapes[i].area(&shapes[i]);
      shapes[i].grow(&shapes[i], total & 7);
    }
  return total;
}
