/* Parses a document into a tree and walks it: bytes, branches, recursion, a bump allocator. */
#include "support.h"

typedef struct Value {
  enum { NIL, YES, NO, NUMBER, STRING, LIST, OBJECT } kind;
  double number;
  char *text;
  char *key;
  struct Value *child, *next;
} Value;

static char document[1 << 19];
static int length;
static char heap[4 << 20];
static int used;
static const char *at;

static void *allocate(int bytes) {
  void *p = heap + used;
  used += (bytes + 7) & ~7;
  return p;
}

static void skip_space(void) {
  while (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r') at++;
}

static char *read_string(void) {
  char *start = heap + used, *out = start;
  for (at++; *at != '"'; at++) {
    char c = *at;
    if (c == '\\') {
      c = *++at;
      if (c == 'n') c = '\n';
      if (c == 't') c = '\t';
    }
    *out++ = c;
  }
  at++;
  *out++ = 0;
  used += (int)(out - start + 7) & ~7;
  return start;
}

static double read_number(void) {
  double value = 0, scale = 1, sign = 1;
  if (*at == '-') sign = -1, at++;
  for (; *at >= '0' && *at <= '9'; at++) value = value * 10 + (*at - '0');
  if (*at == '.')
    for (at++; *at >= '0' && *at <= '9'; at++) value += (*at - '0') * (scale /= 10);
  return sign * value;
}

static Value *read_value(void);

static void read_members(Value *parent, char end) {
  Value **tail = &parent->child;
  at++;
  for (skip_space(); *at != end; skip_space()) {
    char *key = 0;
    if (end == '}') {
      key = read_string();
      skip_space();
      at++;
    }
    Value *value = read_value();
    value->key = key;
    *tail = value;
    tail = &value->next;
    skip_space();
    if (*at == ',') at++;
  }
  at++;
}

static Value *read_value(void) {
  skip_space();
  Value *value = allocate(sizeof(Value));
  memset(value, 0, sizeof(Value));
  switch (*at) {
    case '{': value->kind = OBJECT; read_members(value, '}'); break;
    case '[': value->kind = LIST; read_members(value, ']'); break;
    case '"': value->kind = STRING; value->text = read_string(); break;
    case 't': value->kind = YES; at += 4; break;
    case 'f': value->kind = NO; at += 5; break;
    case 'n': value->kind = NIL; at += 4; break;
    default: value->kind = NUMBER; value->number = read_number();
  }
  return value;
}

static int sum(const Value *value) {
  int total = value->kind + (int)value->number;
  if (value->text)
    for (const char *c = value->text; *c; c++) total += *c;
  for (const Value *child = value->child; child; child = child->next) total += sum(child);
  return total;
}

static void put(const char *text) {
  while (*text) document[length++] = *text++;
}

static void put_number(int n) {
  char digits[12];
  int count = 0;
  do digits[count++] = (char)('0' + n % 10);
  while (n /= 10);
  while (count) document[length++] = digits[--count];
}

EXPORT("run") int run(int times) {
  if (length == 0) {
    put("[");
    for (int i = 0; i < 1500; i++) {
      put(i ? ",{\"id\": " : "{\"id\": ");
      put_number(i);
      put(", \"name\": \"user \\n number\", \"tags\": [\"alpha\", \"beta\"], \"score\": ");
      put_number(i * 31 % 997);
      put(".25, \"active\": true, \"nested\": {\"a\": null, \"b\": [1, 2, 3, 4.5]}}");
    }
    put("]");
  }
  int total = 0;
  for (int t = 0; t < times; t++) {
    used = 0;
    at = document;
    total += sum(read_value());
  }
  return total;
}
