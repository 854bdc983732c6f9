//! What a plugin may ask of the host when its manifest asks for it and the operator grants it.

use super::{from_block, to_block};

#[link(wasm_import_module = "extism:host/user")]
extern "C" {
    fn bw_error() -> i64;
    fn bw_kv_get(key: u64) -> i64;
    fn bw_kv_set(key: u64, value: u64, ttl_ms: u64) -> i64;
    fn bw_kv_delete(key: u64) -> i64;
    fn bw_kv_increment(key: u64, by: i64, ttl_ms: u64) -> i64;
    fn bw_kv_compare_and_set(key: u64, expected: u64, value: u64, ttl_ms: u64) -> i64;
    fn bw_http_send(frame: u64, timeout_ms: u64) -> i64;
    fn bw_secret_get(name: u64) -> i64;
    fn bw_plugin_call(plugin: u64, input: u64) -> i64;
    fn bw_event_publish(topic: u64, payload: u64) -> i64;
    fn bw_metric_record(frame: u64) -> i64;
    fn bw_clock_now() -> i64;
    fn bw_clock_monotonic() -> i64;
    fn bw_random_bytes(count: u64) -> i64;
    fn bw_sql_query(database: u64, statement: u64, parameters: u64) -> i64;
    fn bw_tcp_open(peer: u64) -> i64;
    fn bw_tcp_send(connection: u64, bytes: u64) -> i64;
    fn bw_tcp_receive(connection: u64, bytes_max: u64, timeout_ms: u64) -> i64;
    fn bw_tcp_close(connection: u64) -> i64;
}

/// Why the host did not do it: one of the faults of ABI 1 (`schemas/abi-v1.json`), and a sentence.
#[derive(Debug)]
pub struct Fault {
    pub code: i64,
    pub message: String,
}

/// For `?` in a hook.
impl From<Fault> for String {
    fn from(fault: Fault) -> String {
        fault.message
    }
}

fn number(result: i64) -> Result<i64, Fault> {
    if result >= 0 {
        return Ok(result);
    }
    // SAFETY: what is no block of the kernel is answered by 0, here and below.
    let text = from_block(unsafe { bw_error() } as u64).unwrap_or_default();
    Err(Fault { code: result, message: String::from_utf8_lossy(&text).into_owned() })
}

fn bytes(result: i64) -> Result<Option<Vec<u8>>, Fault> {
    number(result).map(|block| from_block(block as u64))
}

fn some(result: i64) -> Result<Vec<u8>, Fault> {
    bytes(result).map(Option::unwrap_or_default)
}

pub fn kv_get(key: &str) -> Result<Option<Vec<u8>>, Fault> {
    bytes(unsafe { bw_kv_get(to_block(key.as_bytes())) })
}

/// Times to live are milliseconds, 0 is for ever.
pub fn kv_set(key: &str, value: &[u8], ttl_ms: u64) -> Result<(), Fault> {
    number(unsafe { bw_kv_set(to_block(key.as_bytes()), to_block(value), ttl_ms) }).map(drop)
}

/// False when there was no such key.
pub fn kv_delete(key: &str) -> Result<bool, Fault> {
    number(unsafe { bw_kv_delete(to_block(key.as_bytes())) }).map(|count| count == 1)
}

/// The sum.
pub fn kv_increment(key: &str, by: i64, ttl_ms: u64) -> Result<i64, Fault> {
    let sum = some(unsafe { bw_kv_increment(to_block(key.as_bytes()), by, ttl_ms) })?;
    Ok(String::from_utf8_lossy(&sum).parse().unwrap_or_default())
}

/// Sets `value` if the key has the value `expected`, or has none.
pub fn kv_compare_and_set(
    key: &str,
    expected: Option<&[u8]>,
    value: &[u8],
    ttl_ms: u64,
) -> Result<bool, Fault> {
    let key = to_block(key.as_bytes());
    let expected = expected.map_or(0, to_block);
    number(unsafe { bw_kv_compare_and_set(key, expected, to_block(value), ttl_ms) })
        .map(|swapped| swapped == 1)
}

/// Frames as in `schemas/frames.abnf`: `GET https://example.com/ LF name: value LF LF body`.
pub fn http_send(frame: &[u8], timeout_ms: u64) -> Result<Vec<u8>, Fault> {
    some(unsafe { bw_http_send(to_block(frame), timeout_ms) })
}

pub fn secret_get(name: &str) -> Result<Vec<u8>, Fault> {
    some(unsafe { bw_secret_get(to_block(name.as_bytes())) })
}

pub fn plugin_call(plugin: &str, input: &[u8]) -> Result<Vec<u8>, Fault> {
    some(unsafe { bw_plugin_call(to_block(plugin.as_bytes()), to_block(input)) })
}

pub fn event_publish(topic: &str, payload: &[u8]) -> Result<(), Fault> {
    number(unsafe { bw_event_publish(to_block(topic.as_bytes()), to_block(payload)) }).map(drop)
}

/// `counter name 1`, then lines `label: value` (`schemas/frames.abnf`).
pub fn metric_record(frame: &str) -> Result<(), Fault> {
    number(unsafe { bw_metric_record(to_block(frame.as_bytes())) }).map(drop)
}

/// Microseconds since 1970.
pub fn clock_now() -> Result<i64, Fault> {
    number(unsafe { bw_clock_now() })
}

/// Nanoseconds that never run backwards.
pub fn clock_monotonic() -> Result<i64, Fault> {
    number(unsafe { bw_clock_monotonic() })
}

pub fn random_bytes(count: u64) -> Result<Vec<u8>, Fault> {
    some(unsafe { bw_random_bytes(count) })
}

/// Parameters and rows are JSON.
pub fn sql_query(database: &str, statement: &str, parameters: &str) -> Result<Vec<u8>, Fault> {
    some(unsafe {
        bw_sql_query(
            to_block(database.as_bytes()),
            to_block(statement.as_bytes()),
            to_block(parameters.as_bytes()),
        )
    })
}

/// The number of a connection to `host:port`.
pub fn tcp_open(peer: &str) -> Result<i64, Fault> {
    number(unsafe { bw_tcp_open(to_block(peer.as_bytes())) })
}

pub fn tcp_send(connection: i64, data: &[u8]) -> Result<(), Fault> {
    number(unsafe { bw_tcp_send(connection as u64, to_block(data)) }).map(drop)
}

/// Nothing at the end of the connection.
pub fn tcp_receive(
    connection: i64,
    bytes_max: u64,
    timeout_ms: u64,
) -> Result<Option<Vec<u8>>, Fault> {
    bytes(unsafe { bw_tcp_receive(connection as u64, bytes_max, timeout_ms) })
}

pub fn tcp_close(connection: i64) -> Result<(), Fault> {
    number(unsafe { bw_tcp_close(connection as u64) }).map(drop)
}
