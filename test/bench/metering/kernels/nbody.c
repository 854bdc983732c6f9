/* Floating point with a short inner loop. */
#include "support.h"

enum { BODIES = 5 };
typedef struct { double x, y, z, vx, vy, vz, mass; } Body;
static Body bodies[BODIES];

EXPORT("run") int run(int steps) {
  for (int i = 0; i < BODIES; i++)
    bodies[i] = (Body){i * 1.5, i * i * 0.7 - 2, 3 - i, 0.1 * i, 0.2, -0.1 * i, 1.0 / (i + 1)};
  for (int s = 0; s < steps; s++) {
    for (int i = 0; i < BODIES; i++)
      for (int j = i + 1; j < BODIES; j++) {
        Body *a = &bodies[i], *b = &bodies[j];
        double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
        double square = dx * dx + dy * dy + dz * dz + 0.01;
        double force = 0.001 / (square * __builtin_sqrt(square));
        a->vx -= dx * b->mass * force, a->vy -= dy * b->mass * force, a->vz -= dz * b->mass * force;
        b->vx += dx * a->mass * force, b->vy += dy * a->mass * force, b->vz += dz * a->mass * force;
      }
    for (int i = 0; i < BODIES; i++) {
      Body *a = &bodies[i];
      a->x += 0.001 * a->vx, a->y += 0.001 * a->vy, a->z += 0.001 * a->vz;
    }
  }
  return (int)(bodies[0].x * 1e6);
}
