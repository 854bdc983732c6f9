//! Hooks of several kinds in Rust, and what the host does for them.
mod backworks;
use backworks::services::{
    clock_now, event_publish, http_send, kv_compare_and_set, kv_delete, kv_get, kv_increment, kv_set,
    metric_record, plugin_call, random_bytes, secret_get, sql_query, tcp_close, tcp_open,
    tcp_receive, tcp_send, Fault,
};
use backworks::{config, log_info, log_warn, Exchange};

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}

fn visits(who: &str) -> Result<i64, Fault> {
    if kv_compare_and_set(who, None, b"0", 0)? {
        kv_set("last", who.as_bytes(), 60_000)?;
    }
    kv_increment(who, 1, 0)
}

fn before_request(exchange: &mut Exchange) -> Result<(), String> {
    let who = exchange.header("x-who").ok_or("nobody asks: send x-who")?.to_owned();
    if exchange.header("x-forget").is_some() {
        let known = kv_delete(&who)?;
        exchange.set_status(if known { 204 } else { 404 });
        return Ok(());
    }
    exchange.set_header("x-visits", &visits(&who)?.to_string());
    exchange.remove_header("x-who");
    exchange.provide("visitor", &format!("{{\"name\":{who:?}}}"));
    Ok(())
}
backworks::hook!(before_request);

fn process_endpoint(exchange: &mut Exchange) -> Result<(), String> {
    let last = kv_get("last")?.map_or("nobody".into(), text);
    let place = exchange.param("place").unwrap_or_else(|| "nowhere".into());
    let key = text(secret_get("API_KEY")?);
    let frame = format!("GET https://api.example.com/{place}\nauthorization: Bearer {key}\n\n");
    let weather = match http_send(frame.as_bytes(), 1000) {
        Ok(answer) => text(answer).replace('\n', " / "),
        Err(Fault { code, .. }) => format!("fault {code}"),
    };
    let rows = text(sql_query("main", "SELECT name FROM lakes WHERE place = ?", "[\"Oslo\"]")?);
    let city = text(plugin_call("geo", place.as_bytes())?);
    let plc = tcp_open("plc:502")?;
    tcp_send(plc, b"p1")?;
    let heard = tcp_receive(plc, 100, 50)?.map_or("the end".into(), text);
    tcp_close(plc)?;
    event_publish("orders.created", place.as_bytes())?;
    metric_record("counter places_total 2\nplace: north\n")?;
    let greeting = config("greeting").unwrap_or_else(|| "Hello".into());
    let now = clock_now()?;
    let random = random_bytes(3)?;
    exchange.set_status(201);
    exchange.set_header("content-type", "text/plain");
    exchange.set_body(format!(
        "{greeting} {last}\n{weather}\n{rows}\n{city}\n{heard}\n{now}\n{random:?}\n"
    ));
    Ok(())
}
backworks::hook!(process_endpoint);

fn on_event(input: Vec<u8>) -> Result<Vec<u8>, String> {
    log_info(text(input).lines().next().unwrap_or_default());
    Ok(Vec::new())
}
backworks::raw_hook!(on_event);

fn on_call(input: Vec<u8>) -> Result<Vec<u8>, String> {
    if input.is_empty() {
        panic!("nothing was said");
    }
    log_warn("called");
    Ok(input.to_ascii_uppercase())
}
backworks::raw_hook!(on_call);

fn health_check(_: Vec<u8>) -> Result<Vec<u8>, String> {
    Ok(br#"{"status":"healthy"}"#.to_vec())
}
backworks::raw_hook!(health_check);
