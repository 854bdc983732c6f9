// What a hook is given and what it answers: frames of ABI 1. Included by backworks.h.
#ifndef BACKWORKS_EXCHANGE_H
#define BACKWORKS_EXCHANGE_H

// ---------------------------------------------------------------------------------------------
// The input

static bw_text bw_whole;      // the input of the hook
static bw_text bw_head;       // its lines, each with its LF
static uint32_t bw_facts;     // where in the head the context lines begin
static uint32_t bw_response;  // where the status line begins, or the end of the head

enum { BW_STATUS, BW_TARGET, BW_HEADERS, BW_CONTEXT, BW_PARTS };
static bw_buffer bw_edits[BW_PARTS];
static bw_text bw_new_body;
static bool bw_is_answered;

// The line at `*at` without its LF; moves `*at` behind it.
static bw_text bw_line(uint32_t *at) {
  uint32_t from = *at, end = from;
  while (end < bw_head.length && bw_head.at[end] != '\n') end++;
  *at = end + 1;
  return bw_make(bw_head.at + from, end - from);
}

static void bw_begin(void) {
  bw_chunk_used = 0;
  for (int part = 0; part < BW_PARTS; part++) bw_edits[part].at = 0;
  for (int part = 0; part < BW_PARTS; part++) bw_edits[part].length = bw_edits[part].capacity = 0;
  bw_new_body = BW_NONE;
  bw_is_answered = false;
  uint32_t length = (uint32_t)bw_input_length(), i = 0;
  char *input = (char *)bw_alloc(length + 1);
  for (; i + 8 <= length; i += 8) {
    uint64_t word = bw_input_word(i);
    __builtin_memcpy(input + i, &word, 8);
  }
  for (; i < length; i++) input[i] = (char)bw_input_byte(i);
  bw_whole = bw_make(input, length);
  uint32_t end = 0;
  while (end < length && !(input[end] == '\n' && (end == 0 || input[end - 1] == '\n'))) end++;
  bw_head = bw_make(input, end);
  // Request line and headers, then lines with a colon in front, then the response.
  uint32_t at = 0;
  bw_facts = bw_response = end;
  while (at < end) {
    uint32_t from = at;
    bool is_fact = bw_line(&at).at[0] == ':';
    if (is_fact && bw_facts == end) bw_facts = from;
    if (!is_fact && bw_facts < end) {
      bw_response = from;
      break;
    }
  }
}

// All of the input: for hooks that are given no frame (on_call, on_schedule, …).
static inline bw_text bw_input(void) { return bw_whole; }

static inline bw_text bw_word(uint32_t index) {
  uint32_t at = 0;
  bw_text line = bw_line(&at);
  uint32_t space = 0;
  while (space < line.length && line.at[space] != ' ') space++;
  if (index == 0) return bw_make(line.at, space);
  return space < line.length ? bw_make(line.at + space + 1, line.length - space - 1) : BW_NONE;
}

static inline bw_text bw_method(void) { return bw_word(0); }

// Path and query, percent-encoded.
static inline bw_text bw_target(void) { return bw_word(1); }

// Value number `index` of the lines `name: value` between two places of the head.
static bw_text bw_value(uint32_t from, uint32_t to, bw_text name, uint32_t index) {
  while (from < to) {
    bw_text line = bw_line(&from);
    if (line.length < name.length + 2 || !bw_is(bw_make(line.at, name.length), name)) continue;
    if (line.at[name.length] != ':' || line.at[name.length + 1] != ' ') continue;
    if (index-- > 0) continue;
    return bw_make(line.at + name.length + 2, line.length - name.length - 2);
  }
  return BW_NONE;
}

static inline uint32_t bw_behind_first_line(uint32_t at) {
  bw_line(&at);
  return at;
}

// Headers of the request by their lower-case names, in UTF-8; a name may come several times.
static inline bw_text bw_header_at(bw_text name, uint32_t index) {
  return bw_value(bw_behind_first_line(0), bw_facts, name, index);
}
static inline bw_text bw_header(bw_text name) { return bw_header_at(name, 0); }

// after_response: 0 elsewhere.
static inline uint32_t bw_response_status(void) {
  if (bw_response + 4 > bw_head.length) return 0;
  const char *digits = bw_head.at + bw_response + 1;
  return (uint32_t)((digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0'));
}
static inline bw_text bw_response_header_at(bw_text name, uint32_t index) {
  return bw_value(bw_behind_first_line(bw_response), bw_head.length, name, index);
}
static inline bw_text bw_response_header(bw_text name) { return bw_response_header_at(name, 0); }

// Of the request; in after_response of the response. Empty unless the hook reads it.
static inline bw_text bw_body(void) {
  uint32_t from = bw_head.length + 1;
  return from < bw_whole.length ? bw_make(bw_whole.at + from, bw_whole.length - from) : BW("");
}

static inline uint32_t bw_hex(const char *at) {
  uint32_t value = 0;
  for (int i = 0; i < 4; i++) {
    char digit = at[i];
    value = value * 16 + (uint32_t)(digit <= '9' ? digit - '0' : (digit | 32) - 'a' + 10);
  }
  return value;
}

static inline void bw_put_character(bw_buffer *to, uint32_t code) {
  char utf8[4];
  uint32_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  for (uint32_t i = length - 1; i > 0; i--, code >>= 6) utf8[i] = (char)(0x80 | (code & 0x3f));
  static const unsigned char first[] = {0, 0, 0xc0, 0xe0, 0xf0};
  utf8[0] = (char)(first[length] | code);
  bw_put(to, bw_make(utf8, length));
}

// What a JSON string says; nothing for other JSON. A half of a surrogate pair becomes U+FFFD.
static inline bw_text bw_string(bw_text json) {
  if (json.at == 0 || json.length < 2 || json.at[0] != '"') return BW_NONE;
  bw_buffer text = {0, 0, 0};
  bw_put(&text, BW(""));
  const char *end = json.at + json.length - 1;
  for (const char *at = json.at + 1; at < end; at++) {
    if (*at != '\\') {
      bw_put(&text, bw_make(at, 1));
      continue;
    }
    static const char escapes[] = "b\bf\fn\nr\rt\t";
    char letter = *++at;
    uint32_t code = (unsigned char)letter;
    for (int i = 0; escapes[i]; i += 2) code = letter == escapes[i] ? (uint32_t)escapes[i + 1] : code;
    if (letter == 'u') {
      code = bw_hex(at + 1);
      at += 4;
      bool is_pair = (code & 0xfc00) == 0xd800 && end - at > 6 && at[1] == '\\' && at[2] == 'u' &&
                     (bw_hex(at + 3) & 0xfc00) == 0xdc00;
      if (is_pair) {
        code = 0x10000 + ((code & 0x3ff) << 10) + (bw_hex(at + 3) & 0x3ff);
        at += 6;
      } else if ((code & 0xf800) == 0xd800) {
        code = 0xfffd;
      }
    }
    bw_put_character(&text, code);
  }
  return text.at == 0 ? BW("") : bw_text_of(text);
}

static inline bw_text bw_fact(bw_text prefix, bw_text name) {
  bw_buffer key = {0, 0, 0};
  bw_put(&key, prefix);
  bw_put(&key, name);
  return bw_value(bw_facts, bw_response, bw_text_of(key), 0);
}

// A path parameter, decoded.
static inline bw_text bw_param(bw_text name) { return bw_string(bw_fact(BW(":param."), name)); }
// A value that an earlier plugin has provided, as JSON: `bw_string` reads the strings among them.
static inline bw_text bw_context(bw_text key) { return bw_fact(BW(":context."), key); }
// Of the message hooks: connection, peer, state, topic, …, as JSON.
static inline bw_text bw_message_field(bw_text key) { return bw_fact(BW(":"), key); }
static inline bw_text bw_id(void) { return bw_string(bw_fact(BW(":"), BW("id"))); }
static inline bw_text bw_route(void) { return bw_string(bw_fact(BW(":"), BW("route"))); }
static inline bw_text bw_client(void) { return bw_string(bw_fact(BW(":"), BW("client"))); }

// ---------------------------------------------------------------------------------------------
// The answer. Names and values are checked by the host.

static inline void bw_edit(int part, char sign, bw_text name, bw_text between, bw_text value) {
  bw_buffer *to = &bw_edits[part];
  bw_put(to, bw_make(&sign, 1));
  bw_put(to, name);
  bw_put(to, between);
  bw_put(to, value);
  bw_put(to, BW("\n"));
}

// before_request: answers now, instead of going on.
static inline void bw_set_status(uint32_t status) {
  bw_buffer digits = {0, 0, 0};
  bw_put_number(&digits, status);
  bw_edits[BW_STATUS].length = 0;
  bw_edit(BW_STATUS, '!', bw_text_of(digits), BW(""), BW(""));
}
// before_request: path and query.
static inline void bw_set_target(bw_text target) {
  bw_edits[BW_TARGET].length = 0;
  bw_edit(BW_TARGET, '>', target, BW(""), BW(""));
}
static inline void bw_set_header(bw_text name, bw_text value) {
  bw_edit(BW_HEADERS, '+', name, BW(": "), value);
}
static inline void bw_append_header(bw_text name, bw_text value) {
  bw_edit(BW_HEADERS, '&', name, BW(": "), value);
}
static inline void bw_remove_header(bw_text name) {
  bw_edit(BW_HEADERS, '-', name, BW(""), BW(""));
}
// Hands JSON to later hooks. on_message: the key `state` is kept for the connection.
static inline void bw_provide(bw_text key, bw_text json) {
  bw_edit(BW_CONTEXT, '=', key, BW(": "), json);
}
// The bytes must stay where they are until the hook returns.
static inline void bw_set_body(bw_text body) {
  bw_new_body = body.at == 0 ? BW("") : body;
}

// The output of a hook that answers no edits: instead of all the functions above.
static inline void bw_output(bw_text output) {
  bw_is_answered = true;
  bw_output_set(bw_to_block(output), output.length);
}

// `return bw_fail(BW("why"));` ends a hook without an answer.
static inline int bw_fail(bw_text why) {
  bw_error_set(bw_to_block(why));
  return BW_FAILED;
}

static int bw_end(int status) {
  if (status != BW_DONE || bw_is_answered) return status;
  bw_buffer frame = {0, 0, 0};
  for (int part = 0; part < BW_PARTS; part++) bw_put(&frame, bw_text_of(bw_edits[part]));
  if (bw_new_body.at != 0) {
    bw_put(&frame, BW("\n"));
    bw_put(&frame, bw_new_body);
  }
  if (frame.length > 0) bw_output_set(bw_to_block(bw_text_of(frame)), frame.length);
  return status;
}

#endif
