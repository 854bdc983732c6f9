//! The probe of test/support/line-probe.ts in Rust.

mod backworks;
use backworks::{config, Exchange};

fn encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte);
    let word = |byte: u8| match plain(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    text.bytes().map(word).collect()
}

fn decode(word: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = word.bytes();
    while let Some(byte) = rest.next() {
        let digits: Vec<u8> = match byte {
            b'%' => rest.by_ref().take(2).collect(),
            _ => Vec::new(),
        };
        let hex = String::from_utf8(digits).unwrap();
        bytes.push(u8::from_str_radix(&hex, 16).unwrap_or(byte));
    }
    String::from_utf8(bytes).unwrap()
}

fn words<'a>(values: impl Iterator<Item = &'a str>) -> String {
    values.map(|value| format!(" {}", encode(value))).collect()
}

fn look(exchange: &Exchange) -> String {
    let mut seen = format!("request {} {}\n", exchange.method(), encode(exchange.target()));
    let facts = [exchange.id(), exchange.route(), exchange.client()];
    seen += &format!("facts{}\n", words(facts.iter().map(String::as_str)));
    if let Some(status) = exchange.response_status() {
        seen += &format!("status {status}\n");
    }
    for line in config("plan").unwrap_or_default().lines() {
        let (kind, name) = line.split_once(' ').unwrap();
        let name = decode(name);
        seen += line;
        seen += &match kind {
            "header" => words(exchange.headers(&name)),
            "response" => words(exchange.response_headers(&name)),
            "param" => words(exchange.param(&name).as_deref().into_iter()),
            "context" => words([exchange.context(&name).unwrap_or("null")].into_iter()),
            _ => {
                let bytes: Vec<String> = exchange.body().iter().map(u8::to_string).collect();
                format!(" {}", bytes.join(","))
            }
        };
        seen += "\n";
    }
    seen
}

fn act(exchange: &mut Exchange) {
    for line in config("plan").unwrap_or_default().lines() {
        let mut words = line.split(' ').map(decode);
        let kind = words.next().unwrap();
        let name = words.next().unwrap_or_default();
        let value = words.next().unwrap_or_default();
        match kind.as_str() {
            "status" => exchange.set_status(name.parse().unwrap()),
            "target" => exchange.set_target(&name),
            "provide" => exchange.provide(&name, &value),
            "set" => exchange.set_header(&name, &value),
            "append" => exchange.append_header(&name, &value),
            "remove" => exchange.remove_header(&name),
            "text" => exchange.set_body(value),
            _ => {
                let bytes: Vec<u8> = value.split(',').flat_map(str::parse).collect();
                exchange.set_body(bytes);
            }
        }
    }
}

fn probe(exchange: &mut Exchange) -> Result<(), String> {
    if config("looks").is_some() {
        let seen = look(exchange);
        exchange.set_body(seen);
    } else {
        act(exchange);
    }
    Ok(())
}

fn before_request(exchange: &mut Exchange) -> Result<(), String> {
    probe(exchange)
}
fn process_endpoint(exchange: &mut Exchange) -> Result<(), String> {
    probe(exchange)
}
fn after_response(exchange: &mut Exchange) -> Result<(), String> {
    probe(exchange)
}
backworks::hook!(before_request);
backworks::hook!(process_endpoint);
backworks::hook!(after_response);
