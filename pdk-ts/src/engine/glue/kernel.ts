/**
 * The Extism kernel (`extism:host/env`) as the engine uses it. asc names an import's module after
 * the file, so this file is the module "kernel" until `build-engine.ts` renames it.
 */
export declare function input_length(): u64;
export declare function input_load_u8(offset: u64): u32;
export declare function input_load_u64(offset: u64): u64;
export declare function alloc(length: u64): u64;
export declare function free(block: u64): void;
export declare function length(block: u64): u64;
export declare function load_u8(offset: u64): u32;
export declare function load_u64(offset: u64): u64;
export declare function store_u8(offset: u64, value: u32): void;
export declare function store_u64(offset: u64, value: u64): void;
export declare function output_set(block: u64, length: u64): void;
export declare function error_set(block: u64): void;
export declare function config_get(key: u64): u64;
export declare function log_debug(message: u64): void;
export declare function log_info(message: u64): void;
export declare function log_warn(message: u64): void;
export declare function log_error(message: u64): void;
