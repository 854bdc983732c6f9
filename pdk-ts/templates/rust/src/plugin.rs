mod backworks;
use backworks::{config, Exchange};

// Answers the routes of backworks.yaml that say `plugin: my-plugin`.
fn process_endpoint(exchange: &mut Exchange) -> Result<(), String> {
    let greeting = config("greeting").unwrap_or_else(|| "Hello".into());
    let name = exchange.param("name").unwrap_or_else(|| "world".into());
    exchange.set_header("content-type", "text/plain; charset=utf-8");
    exchange.set_body(format!("{greeting}, {name}!\n"));
    Ok(())
}
backworks::hook!(process_endpoint);
