// Shows what it sees of a frame when the configuration has "looks", or makes the edits of its "plan".
#include "backworks.h"

static bw_text split(bw_text *rest, char at) {
  uint32_t length = 0;
  while (length < rest->length && rest->at[length] != at) length++;
  bw_text word = bw_make(rest->at, length);
  uint32_t used = length < rest->length ? length + 1 : length;
  *rest = bw_make(rest->at + used, rest->length - used);
  return word;
}

static bool is_plain(char letter) {
  if ((letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z')) return true;
  if (letter >= 'a' && letter <= 'z') return true;
  for (const char *other = "-_.!~*'()"; *other; other++)
    if (letter == *other) return true;
  return false;
}

static void put_word(bw_buffer *to, bw_text text) {
  bw_put(to, BW(" "));
  if (text.at == 0) bw_put(to, BW("null"));
  for (uint32_t i = 0; i < text.length; i++) {
    static const char digits[] = "0123456789ABCDEF";
    unsigned char byte = (unsigned char)text.at[i];
    char escape[] = {'%', digits[byte >> 4], digits[byte & 15]};
    bw_put(to, is_plain(text.at[i]) ? bw_make(text.at + i, 1) : bw_make(escape, 3));
  }
}

static uint32_t digit(char letter) {
  return (uint32_t)(letter <= '9' ? letter - '0' : (letter | 32) - 'a' + 10);
}

static bw_text decode(bw_text word) {
  bw_buffer text = {0, 0, 0};
  for (uint32_t i = 0; i < word.length; i++) {
    char byte = word.at[i];
    if (byte == '%') {
      byte = (char)(digit(word.at[i + 1]) * 16 + digit(word.at[i + 2]));
      i += 2;
    }
    bw_put(&text, bw_make(&byte, 1));
  }
  return text.at == 0 ? BW("") : bw_text_of(text);
}

static bw_text look(void) {
  bw_buffer seen = {0, 0, 0};
  bw_put(&seen, BW("request "));
  bw_put(&seen, bw_method());
  put_word(&seen, bw_target());
  bw_put(&seen, BW("\nfacts"));
  put_word(&seen, bw_id());
  put_word(&seen, bw_route());
  put_word(&seen, bw_client());
  bw_put(&seen, BW("\n"));
  if (bw_response_status() != 0) {
    bw_put(&seen, BW("status "));
    bw_put_number(&seen, bw_response_status());
    bw_put(&seen, BW("\n"));
  }
  bw_text plan = bw_config(BW("plan"));
  while (plan.length > 0) {
    bw_text line = split(&plan, '\n'), rest = line;
    bw_text kind = split(&rest, ' '), name = decode(rest), value;
    bw_put(&seen, line);
    if (bw_is(kind, BW("header"))) {
      for (uint32_t i = 0; (value = bw_header_at(name, i)).at != 0; i++) put_word(&seen, value);
    } else if (bw_is(kind, BW("response"))) {
      for (uint32_t i = 0; (value = bw_response_header_at(name, i)).at != 0; i++)
        put_word(&seen, value);
    } else if (bw_is(kind, BW("param"))) {
      put_word(&seen, bw_param(name));
    } else if (bw_is(kind, BW("context"))) {
      put_word(&seen, bw_context(name));
    } else {
      bw_text body = bw_body();
      bw_put(&seen, BW(" "));
      for (uint32_t i = 0; i < body.length; i++) {
        if (i > 0) bw_put(&seen, BW(","));
        bw_put_number(&seen, (unsigned char)body.at[i]);
      }
    }
    bw_put(&seen, BW("\n"));
  }
  return bw_text_of(seen);
}

static bw_text bytes_of(bw_text list) {
  bw_buffer bytes = {0, 0, 0};
  while (list.length > 0) {
    bw_text number = split(&list, ',');
    char byte = 0;
    for (uint32_t i = 0; i < number.length; i++) byte = (char)(byte * 10 + number.at[i] - '0');
    bw_put(&bytes, bw_make(&byte, 1));
  }
  return bytes.at == 0 ? BW("") : bw_text_of(bytes);
}

static void act(void) {
  bw_text plan = bw_config(BW("plan"));
  while (plan.length > 0) {
    bw_text rest = split(&plan, '\n');
    bw_text kind = split(&rest, ' '), name = decode(split(&rest, ' ')), value = decode(rest);
    if (bw_is(kind, BW("status"))) {
      bw_set_status((uint32_t)(digit(name.at[0]) * 100 + digit(name.at[1]) * 10 + digit(name.at[2])));
    }
    if (bw_is(kind, BW("target"))) bw_set_target(name);
    if (bw_is(kind, BW("provide"))) bw_provide(name, value);
    if (bw_is(kind, BW("set"))) bw_set_header(name, value);
    if (bw_is(kind, BW("append"))) bw_append_header(name, value);
    if (bw_is(kind, BW("remove"))) bw_remove_header(name);
    if (bw_is(kind, BW("text"))) bw_set_body(value);
    if (bw_is(kind, BW("bytes"))) bw_set_body(bytes_of(value));
  }
}

static int probe(void) {
  if (bw_config(BW("looks")).at != 0) bw_set_body(look());
  else act();
  return BW_DONE;
}

BW_HOOK(before_request) { return probe(); }
BW_HOOK(process_endpoint) { return probe(); }
BW_HOOK(after_response) { return probe(); }
