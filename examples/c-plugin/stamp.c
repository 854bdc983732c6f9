// A Backworks plugin in C, written against the text of ABI 1 alone: no PDK, no libc.
//
// It stamps every response with the method and the number of body bytes that came in, as the
// header x-stamp. See stamp.plugin.yaml for what the host sends it.

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

#define IMPORT(name) __attribute__((import_module("extism:host/env"), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))

IMPORT("input_length") u64 input_length(void);
IMPORT("input_load_u8") u32 input_load_u8(u64 offset);
IMPORT("alloc") u64 kernel_alloc(u64 length);
IMPORT("store_u8") void kernel_store_u8(u64 address, u32 byte);
IMPORT("output_set") void output_set(u64 address, u64 length);
IMPORT("error_set") void error_set(u64 address);

enum { DONE = 0, FAILED = 1 };

// Edits frames are short: this one is built in place and copied out at the end.
static u8 edits[256];
static u32 length;

static void put(const char *text) {
  while (*text && length < sizeof edits) edits[length++] = (u8)*text++;
}

static void put_number(u64 value) {
  char digits[20];
  u32 count = 0;
  do digits[count++] = (char)('0' + value % 10);
  while ((value /= 10) > 0);
  while (count > 0 && length < sizeof edits) edits[length++] = (u8)digits[--count];
}

static u64 to_kernel(const u8 *bytes, u32 count) {
  u64 address = kernel_alloc(count);
  for (u32 i = 0; i < count; i++) kernel_store_u8(address + i, bytes[i]);
  return address;
}

// The head of a frame ends with the first empty line; what follows is the body.
static u64 body_length(u64 end) {
  for (u64 at = 1; at < end; at++) {
    if (input_load_u8(at) == '\n' && input_load_u8(at - 1) == '\n') return end - at - 1;
  }
  return 0;
}

EXPORT("before_request") int before_request(void) {
  u64 end = input_length();
  if (end == 0) {
    static const u8 message[] = "the frame is empty";
    error_set(to_kernel(message, sizeof message - 1));
    return FAILED;
  }
  // "=key: json" hands a value to later hooks, this plugin's own after_response among them.
  length = 0;
  put("=stamp: \"");
  for (u64 at = 0; at < end && input_load_u8(at) != ' '; at++) {
    if (length < sizeof edits) edits[length++] = (u8)input_load_u8(at);
  }
  put(" ");
  put_number(body_length(end));
  put("\"\n");
  output_set(to_kernel(edits, length), length);
  return DONE;
}

EXPORT("after_response") int after_response(void) {
  // Context lines look like `:context.stamp: "POST 48"`.
  static const char key[] = "\n:context.stamp: \"";
  u64 end = input_length();
  u32 matched = 0;
  u64 at = 0;
  while (at < end && matched < sizeof key - 1) {
    u32 byte = input_load_u8(at++);
    matched = byte == (u8)key[matched] ? matched + 1 : byte == '\n' ? 1 : 0;
  }
  if (matched < sizeof key - 1) return DONE;  // before_request did not run: nothing to stamp
  length = 0;
  put("+x-stamp: ");
  for (; at < end && input_load_u8(at) != '"'; at++) {
    if (length < sizeof edits - 1) edits[length++] = (u8)input_load_u8(at);
  }
  put("\n");
  output_set(to_kernel(edits, length), length);
  return DONE;
}
