// What a plugin may ask of the host: configuration and log, and what `capabilities` grant. Included
// by backworks.h.
#ifndef BACKWORKS_SERVICES_H
#define BACKWORKS_SERVICES_H

#define BW_USER(name) BW_IMPORT("extism:host/user", name)

#ifdef __cplusplus
extern "C" {
#endif
BW_USER("bw_error") int64_t bw_user_error(void);
BW_USER("bw_kv_get") int64_t bw_user_kv_get(uint64_t key);
BW_USER("bw_kv_set") int64_t bw_user_kv_set(uint64_t key, uint64_t value, uint64_t ttl_ms);
BW_USER("bw_kv_delete") int64_t bw_user_kv_delete(uint64_t key);
BW_USER("bw_kv_increment") int64_t bw_user_kv_increment(uint64_t key, int64_t by, uint64_t ttl_ms);
BW_USER("bw_kv_compare_and_set")
int64_t bw_user_kv_swap(uint64_t key, uint64_t expected, uint64_t value, uint64_t ttl_ms);
BW_USER("bw_http_send") int64_t bw_user_http_send(uint64_t frame, uint64_t timeout_ms);
BW_USER("bw_secret_get") int64_t bw_user_secret_get(uint64_t name);
BW_USER("bw_plugin_call") int64_t bw_user_plugin_call(uint64_t name, uint64_t input);
BW_USER("bw_event_publish") int64_t bw_user_event_publish(uint64_t topic, uint64_t payload);
BW_USER("bw_metric_record") int64_t bw_user_metric_record(uint64_t frame);
BW_USER("bw_clock_now") int64_t bw_user_clock_now(void);
BW_USER("bw_clock_monotonic") int64_t bw_user_clock_monotonic(void);
BW_USER("bw_random_bytes") int64_t bw_user_random_bytes(uint64_t count);
BW_USER("bw_sql_query")
int64_t bw_user_sql_query(uint64_t database, uint64_t statement, uint64_t parameters);
BW_USER("bw_tcp_open") int64_t bw_user_tcp_open(uint64_t peer);
BW_USER("bw_tcp_send") int64_t bw_user_tcp_send(uint64_t connection, uint64_t bytes);
BW_USER("bw_tcp_receive")
int64_t bw_user_tcp_receive(uint64_t connection, uint64_t bytes_max, uint64_t timeout_ms);
BW_USER("bw_tcp_close") int64_t bw_user_tcp_close(uint64_t connection);
#ifdef __cplusplus
}
#endif

// ---------------------------------------------------------------------------------------------
// Open to every plugin

// A value of `plugins.NAME.config`: a string as it is, anything else as JSON.
static inline bw_text bw_config(bw_text key) {
  return bw_from_block(bw_config_get(bw_to_block(key)));
}
static inline void bw_log_debug(bw_text message) { bw_kernel_debug(bw_to_block(message)); }
static inline void bw_log_info(bw_text message) { bw_kernel_info(bw_to_block(message)); }
static inline void bw_log_warn(bw_text message) { bw_kernel_warn(bw_to_block(message)); }
static inline void bw_log_error(bw_text message) { bw_kernel_error(bw_to_block(message)); }

// ---------------------------------------------------------------------------------------------
// What needs a right. Numbers below 0 are faults of ABI 1 (schemas/abi-v1.json).

enum {
  BW_NOT_GRANTED = -1,
  BW_INVALID = -2,
  BW_NOT_CONFIGURED = -3,
  BW_QUOTA = -4,
  BW_TOO_LARGE = -5,
  BW_TIMEOUT = -6,
  BW_UNAVAILABLE = -7,
  BW_CONFLICT = -8,
  BW_CALL_FAILED = -9,
};

// A text (`at == 0`: there is none), or a fault.
typedef struct {
  int64_t fault;
  bw_text text;
} bw_answer;

static inline bw_answer bw_answer_of(int64_t result) {
  bw_answer answer;
  answer.fault = result < 0 ? result : 0;
  answer.text = result > 0 ? bw_from_block((uint64_t)result) : BW_NONE;
  return answer;
}

// A sentence about the last fault.
static inline bw_text bw_why(void) { return bw_answer_of(bw_user_error()).text; }

static inline uint64_t bw_block_or_none(bw_text text) {
  return text.at == 0 ? 0 : bw_to_block(text);
}

static inline bw_answer bw_kv_get(bw_text key) {
  return bw_answer_of(bw_user_kv_get(bw_to_block(key)));
}
// Times to live are milliseconds, 0 is for ever. Answers 0 or a fault.
static inline int64_t bw_kv_set(bw_text key, bw_text value, uint64_t ttl_ms) {
  return bw_user_kv_set(bw_to_block(key), bw_to_block(value), ttl_ms);
}
// 1, or 0 when there was no such key.
static inline int64_t bw_kv_delete(bw_text key) { return bw_user_kv_delete(bw_to_block(key)); }
// The sum, as decimal text.
static inline bw_answer bw_kv_increment(bw_text key, int64_t by, uint64_t ttl_ms) {
  return bw_answer_of(bw_user_kv_increment(bw_to_block(key), by, ttl_ms));
}
// Sets `value` if the key has the value `expected` (BW_NONE: has none): 1, else 0.
static inline int64_t bw_kv_compare_and_set(bw_text key, bw_text expected, bw_text value,
                                            uint64_t ttl_ms) {
  return bw_user_kv_swap(bw_to_block(key), bw_block_or_none(expected), bw_to_block(value), ttl_ms);
}
// Frames as in schemas/frames.abnf: `GET https://example.com/ LF name: value LF LF body`.
static inline bw_answer bw_http_send(bw_text frame, uint64_t timeout_ms) {
  return bw_answer_of(bw_user_http_send(bw_to_block(frame), timeout_ms));
}
static inline bw_answer bw_secret_get(bw_text name) {
  return bw_answer_of(bw_user_secret_get(bw_to_block(name)));
}
static inline bw_answer bw_plugin_call(bw_text plugin, bw_text input) {
  return bw_answer_of(bw_user_plugin_call(bw_to_block(plugin), bw_to_block(input)));
}
static inline int64_t bw_event_publish(bw_text topic, bw_text payload) {
  return bw_user_event_publish(bw_to_block(topic), bw_to_block(payload));
}
// `counter name 1`, then lines `label: value` (schemas/frames.abnf).
static inline int64_t bw_metric_record(bw_text frame) {
  return bw_user_metric_record(bw_to_block(frame));
}
// Microseconds since 1970.
static inline int64_t bw_clock_now(void) { return bw_user_clock_now(); }
// Nanoseconds that never run backwards.
static inline int64_t bw_clock_monotonic(void) { return bw_user_clock_monotonic(); }
static inline bw_answer bw_random_bytes(uint32_t count) {
  return bw_answer_of(bw_user_random_bytes(count));
}
// Parameters and rows are JSON.
static inline bw_answer bw_sql_query(bw_text database, bw_text statement, bw_text parameters) {
  return bw_answer_of(bw_user_sql_query(bw_to_block(database), bw_to_block(statement),
                                        bw_to_block(parameters)));
}
// The number of a connection to `host:port`, or a fault.
static inline int64_t bw_tcp_open(bw_text peer) { return bw_user_tcp_open(bw_to_block(peer)); }
static inline int64_t bw_tcp_send(int64_t connection, bw_text bytes) {
  return bw_user_tcp_send((uint64_t)connection, bw_to_block(bytes));
}
static inline bw_answer bw_tcp_receive(int64_t connection, uint32_t bytes_max, uint32_t timeout_ms) {
  return bw_answer_of(bw_user_tcp_receive((uint64_t)connection, bytes_max, timeout_ms));
}
static inline int64_t bw_tcp_close(int64_t connection) {
  return bw_user_tcp_close((uint64_t)connection);
}

#endif
