/**
 * Everything that a plugin imports. The Extism kernel moves eight bytes in a call at most; what the
 * host links here is WebAssembly too, so that such a call costs two nanoseconds.
 */
@external("extism:host/env", "input_length")
export declare function inputLength(): u64;
@external("extism:host/env", "input_load_u8")
export declare function inputLoadU8(offset: u64): u32;
@external("extism:host/env", "input_load_u64")
export declare function inputLoadU64(offset: u64): u64;
@external("extism:host/env", "alloc")
export declare function alloc(length: u64): u64;
@external("extism:host/env", "free")
export declare function free(block: u64): void;
@external("extism:host/env", "length")
export declare function lengthOf(block: u64): u64;
@external("extism:host/env", "load_u8")
export declare function loadU8(address: u64): u32;
@external("extism:host/env", "load_u64")
export declare function loadU64(address: u64): u64;
@external("extism:host/env", "store_u8")
export declare function storeU8(address: u64, value: u32): void;
@external("extism:host/env", "store_u64")
export declare function storeU64(address: u64, value: u64): void;
@external("extism:host/env", "output_set")
export declare function outputSet(address: u64, length: u64): void;
@external("extism:host/env", "error_set")
export declare function errorSet(block: u64): void;
@external("extism:host/env", "config_get")
export declare function configGet(key: u64): u64;
@external("extism:host/env", "log_debug")
export declare function logDebug(message: u64): void;
@external("extism:host/env", "log_info")
export declare function logInfo(message: u64): void;
@external("extism:host/env", "log_warn")
export declare function logWarn(message: u64): void;
@external("extism:host/env", "log_error")
export declare function logError(message: u64): void;
@external("wasi_snapshot_preview1", "clock_time_get")
export declare function clockTimeGet(clock: i32, precision: u64, to: usize): i32;
@external("wasi_snapshot_preview1", "random_get")
export declare function randomGet(to: usize, length: usize): i32;

/**
 * Ends the hook with a status. No import in the end: the build makes it a `throw`, which the export
 * that the host called catches.
 */
@external("backworks:build", "raise")
export declare function raise(status: i32): void;
