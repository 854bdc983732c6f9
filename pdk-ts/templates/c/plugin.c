#include "backworks.h"

// Answers the routes of backworks.yaml that say `plugin: my-plugin`.
BW_HOOK(process_endpoint) {
  bw_text greeting = bw_config(BW("greeting"));
  bw_text name = bw_param(BW("name"));
  bw_buffer text = {0, 0, 0};
  bw_put(&text, greeting.at == 0 ? BW("Hello") : greeting);
  bw_put(&text, BW(", "));
  bw_put(&text, name.at == 0 ? BW("world") : name);
  bw_put(&text, BW("!\n"));
  bw_set_header(BW("content-type"), BW("text/plain; charset=utf-8"));
  bw_set_body(bw_text_of(text));
  return BW_DONE;
}
