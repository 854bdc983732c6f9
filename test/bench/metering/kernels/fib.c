/* Nothing but calls. */
#include "support.h"

static NOINLINE int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

EXPORT("run") int run(int n) { return fib(n); }
