mod backworks;
use backworks::Exchange;

fn process_endpoint(exchange: &mut Exchange) -> Result<(), String> {
    let name = exchange.param("name").unwrap_or_else(|| "world".into());
    exchange.set_header("content-type", "text/plain; charset=utf-8");
    exchange.set_body(format!("Hello, {name}!\n"));
    Ok(())
}
backworks::hook!(process_endpoint);
