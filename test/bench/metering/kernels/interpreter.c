/* A bytecode loop with a switch, as interpreters have. */
#include "support.h"

enum { ADD, SUB, MUL, XOR, LOAD, STORE, PUSH, DUP, JUMP_IF, HALT };
static int stack[64], memory[64];

/* Counts memory[0] down to nothing and mixes memory[1] on the way. */
static const int program[] = {
    PUSH, 1, LOAD, PUSH, 31, MUL, PUSH, 0, LOAD, ADD, DUP, PUSH, 7, XOR, SUB, PUSH, 13, ADD,
    PUSH, 1, LOAD, XOR, PUSH, 1, STORE, PUSH, 0, LOAD, PUSH, 1, SUB, DUP, PUSH, 0, STORE,
    JUMP_IF, 0, HALT};

static NOINLINE int interpret(void) {
  int *top = stack;
  for (int pc = 0, steps = 0;; steps++) {
    switch (program[pc++]) {
      case ADD: top--; *top += top[1]; break;
      case SUB: top--; *top -= top[1]; break;
      case MUL: top--; *top *= top[1]; break;
      case XOR: top--; *top ^= top[1]; break;
      case LOAD: *top = memory[*top & 63]; break;
      case STORE: memory[top[0] & 63] = top[-1]; top -= 2; break;
      case PUSH: *++top = program[pc++]; break;
      case DUP: top++; *top = top[-1]; break;
      case JUMP_IF: pc = *top-- ? program[pc] : pc + 1; break;
      default: return steps;
    }
  }
}

EXPORT("run") int run(int times) {
  int steps = 0;
  for (int t = 0; t < times; t++) {
    memory[0] = 1000, memory[1] = t;
    steps += interpret();
  }
  return steps ^ memory[1];
}
