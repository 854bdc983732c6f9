//! Backworks plugins in Rust: ABI 1 in one module, without a crate.
//!
//! ```
//! mod backworks;
//! use backworks::Exchange;
//!
//! fn before_request(exchange: &mut Exchange) -> Result<(), String> {
//!     exchange.set_header("x-seen", "yes");
//!     Ok(())
//! }
//! backworks::hook!(before_request);
//! ```
//!
//! What a hook sees of a request is what its manifest `reads`.
#![allow(dead_code, unused_macros)]

use std::sync::Once;

mod kernel {
    #[link(wasm_import_module = "extism:host/env")]
    extern "C" {
        pub fn input_length() -> u64;
        pub fn input_load_u8(offset: u64) -> u32;
        pub fn input_load_u64(offset: u64) -> u64;
        pub fn alloc(length: u64) -> u64;
        pub fn length(address: u64) -> u64;
        pub fn load_u8(address: u64) -> u32;
        pub fn load_u64(address: u64) -> u64;
        pub fn store_u8(address: u64, byte: u32);
        pub fn store_u64(address: u64, word: u64);
        pub fn output_set(address: u64, length: u64);
        pub fn error_set(address: u64);
        pub fn config_get(key: u64) -> u64;
        pub fn log_debug(message: u64);
        pub fn log_info(message: u64);
        pub fn log_warn(message: u64);
        pub fn log_error(message: u64);
    }
}

/// Copies bytes into a block of the kernel, whose address is the answer.
pub fn to_block(bytes: &[u8]) -> u64 {
    // SAFETY: the kernel checks every address against its blocks.
    unsafe {
        let block = kernel::alloc(bytes.len() as u64);
        let words = bytes.chunks_exact(8);
        let rest = words.remainder();
        let from = block + (bytes.len() - rest.len()) as u64;
        for (i, word) in words.enumerate() {
            let word = u64::from_le_bytes(word.try_into().unwrap());
            kernel::store_u64(block + 8 * i as u64, word);
        }
        for (i, byte) in rest.iter().enumerate() {
            kernel::store_u8(from + i as u64, u32::from(*byte));
        }
        block
    }
}

/// Copies a block; nothing for the address 0.
pub fn from_block(block: u64) -> Option<Vec<u8>> {
    if block == 0 {
        return None;
    }
    // SAFETY: as above.
    let length = unsafe { kernel::length(block) } as usize;
    Some(copy(length, |at| unsafe { kernel::load_u64(block + at) }, |at| unsafe {
        kernel::load_u8(block + at)
    }))
}

fn copy(length: usize, word: impl Fn(u64) -> u64, byte: impl Fn(u64) -> u32) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() + 8 <= length {
        bytes.extend_from_slice(&word(bytes.len() as u64).to_le_bytes());
    }
    while bytes.len() < length {
        bytes.push(byte(bytes.len() as u64) as u8);
    }
    bytes
}

/// The whole input of the hook.
pub fn input() -> Vec<u8> {
    // SAFETY: offsets are below the length.
    let length = unsafe { kernel::input_length() } as usize;
    copy(length, |at| unsafe { kernel::input_load_u64(at) }, |at| unsafe {
        kernel::input_load_u8(at)
    })
}

fn set_output(bytes: &[u8]) {
    // SAFETY: the block is as long as it says.
    unsafe { kernel::output_set(to_block(bytes), bytes.len() as u64) }
}

fn set_error(why: &str) {
    unsafe { kernel::error_set(to_block(why.as_bytes())) }
}

/// A value of `plugins.NAME.config`: a string as it is, anything else as JSON.
pub fn config(key: &str) -> Option<String> {
    let value = from_block(unsafe { kernel::config_get(to_block(key.as_bytes())) })?;
    Some(String::from_utf8_lossy(&value).into_owned())
}

pub fn log_debug(message: &str) {
    unsafe { kernel::log_debug(to_block(message.as_bytes())) }
}
pub fn log_info(message: &str) {
    unsafe { kernel::log_info(to_block(message.as_bytes())) }
}
pub fn log_warn(message: &str) {
    unsafe { kernel::log_warn(to_block(message.as_bytes())) }
}
pub fn log_error(message: &str) {
    unsafe { kernel::log_error(to_block(message.as_bytes())) }
}

/// Runs a hook that is given a frame and answers edits. `hook!` calls it.
pub fn run(hook: impl FnOnce(&mut Exchange) -> Result<(), String>) -> i32 {
    run_raw(|input| {
        let mut exchange = Exchange::read(input);
        hook(&mut exchange)?;
        Ok(exchange.print())
    })
}

/// Runs a hook that is given bytes and answers bytes. `raw_hook!` calls it.
pub fn run_raw(hook: impl FnOnce(Vec<u8>) -> Result<Vec<u8>, String>) -> i32 {
    static PANICS: Once = Once::new();
    // A panic ends the instance; its message would be lost with it.
    PANICS.call_once(|| std::panic::set_hook(Box::new(|panic| set_error(&panic.to_string()))));
    match hook(input()) {
        Ok(output) => {
            if !output.is_empty() {
                set_output(&output);
            }
            0
        }
        Err(why) => {
            set_error(&why);
            1
        }
    }
}

/// Exports `fn NAME(&mut Exchange) -> Result<(), String>` as the hook of that name.
macro_rules! hook {
    ($name:ident) => {
        const _: () = {
            #[export_name = stringify!($name)]
            extern "C" fn export() -> i32 {
                crate::backworks::run($name)
            }
        };
    };
}
/// Exports `fn NAME(Vec<u8>) -> Result<Vec<u8>, String>` as the hook of that name: `on_call`,
/// `health_check`, `on_schedule` and all others that are given no exchange.
macro_rules! raw_hook {
    ($name:ident) => {
        const _: () = {
            #[export_name = stringify!($name)]
            extern "C" fn export() -> i32 {
                crate::backworks::run_raw($name)
            }
        };
    };
}
#[allow(unused_imports)]
pub(crate) use {hook, raw_hook};

#[path = "backworks_exchange.rs"]
mod exchange;
pub use exchange::{json_string, Exchange};

#[path = "backworks_services.rs"]
pub mod services;
