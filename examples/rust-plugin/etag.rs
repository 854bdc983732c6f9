//! A Backworks plugin in Rust: it gives every response an entity tag, and answers 304 Not Modified
//! to clients that have the response already.

#[path = "../../pdk-ts/templates/rust/src/backworks.rs"]
mod backworks;
use backworks::Exchange;

/// FNV-1a: short, and good enough to tell one response from the next.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}

fn after_response(exchange: &mut Exchange) -> Result<(), String> {
    let is_fresh = exchange.response_status() == Some(200);
    if !is_fresh || !matches!(exchange.method(), "GET" | "HEAD") {
        return Ok(());
    }
    let tag = format!("W/\"{:016x}\"", hash(exchange.body()));
    let known: Vec<&str> = exchange.headers("if-none-match").flat_map(|list| list.split(',')).collect();
    let is_known = known.iter().map(|one| one.trim()).any(|one| one == tag || one == "*");
    exchange.set_header("etag", &tag);
    if is_known {
        exchange.set_status(304);
        exchange.remove_header("content-type");
        exchange.set_body("");
    }
    Ok(())
}
backworks::hook!(after_response);
