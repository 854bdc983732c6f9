/**
 * The host's functions that a right stands before, `extism:host/user`. The compiler keeps the imports of
 * what is called and of nothing else: a module shows by its imports what it can do.
 *
 * A parameter is the address of a block, which the host frees, or a number. A result above 0 is a
 * new block or a number, 0 is none, and below 0 it is a fault (fault.ts).
 */
@external("extism:host/user", "bw_error")
export declare function error(): i64;
@external("extism:host/user", "bw_kv_get")
export declare function kvGet(key: u64): i64;
@external("extism:host/user", "bw_kv_set")
export declare function kvSet(key: u64, value: u64, ttlMs: i64): i64;
@external("extism:host/user", "bw_kv_delete")
export declare function kvDelete(key: u64): i64;
@external("extism:host/user", "bw_kv_increment")
export declare function kvIncrement(key: u64, by: i64, ttlMs: i64): i64;
@external("extism:host/user", "bw_kv_compare_and_set")
export declare function kvCompareAndSet(key: u64, expected: u64, value: u64, ttlMs: i64): i64;
@external("extism:host/user", "bw_http_send")
export declare function httpSend(request: u64, timeoutMs: i64): i64;
@external("extism:host/user", "bw_secret_get")
export declare function secretGet(name: u64): i64;
@external("extism:host/user", "bw_plugin_call")
export declare function pluginCall(name: u64, input: u64): i64;
@external("extism:host/user", "bw_event_publish")
export declare function eventPublish(topic: u64, payload: u64): i64;
@external("extism:host/user", "bw_metric_record")
export declare function metricRecord(sample: u64): i64;
@external("extism:host/user", "bw_clock_now")
export declare function clockNow(): i64;
@external("extism:host/user", "bw_clock_monotonic")
export declare function clockMonotonic(): i64;
@external("extism:host/user", "bw_random_bytes")
export declare function randomBytes(length: i64): i64;
@external("extism:host/user", "bw_sql_query")
export declare function sqlQuery(database: u64, statement: u64, parameters: u64): i64;
@external("extism:host/user", "bw_tcp_open")
export declare function tcpOpen(peer: u64): i64;
@external("extism:host/user", "bw_tcp_send")
export declare function tcpSend(connection: i64, bytes: u64): i64;
@external("extism:host/user", "bw_tcp_receive")
export declare function tcpReceive(connection: i64, bytesMax: i64, timeoutMs: i64): i64;
@external("extism:host/user", "bw_tcp_close")
export declare function tcpClose(connection: i64): i64;
