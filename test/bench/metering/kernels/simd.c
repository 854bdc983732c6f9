/* Vector instructions. */
#include <wasm_simd128.h>
#include "support.h"

enum { COUNT = 16384 };
static int32_t a[COUNT], b[COUNT];

EXPORT("run") int run(int times) {
  for (int i = 0; i < COUNT; i++) a[i] = i, b[i] = i * 7;
  v128_t sum = wasm_i32x4_splat(0);
  for (int t = 0; t < times; t++)
    for (int i = 0; i < COUNT; i += 4) {
      v128_t x = wasm_v128_load(a + i), y = wasm_v128_load(b + i);
      v128_t z = wasm_i32x4_add(wasm_i32x4_mul(x, y), wasm_v128_xor(x, sum));
      wasm_v128_store(a + i, z);
      sum = wasm_i32x4_add(sum, wasm_u32x4_shr(z, 3));
    }
  return wasm_i32x4_extract_lane(sum, 0) ^ wasm_i32x4_extract_lane(sum, 3);
}
