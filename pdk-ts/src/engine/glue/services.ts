/**
 * Calls of the host's functions (`extism:host/user`) by slot and number of parameters: exports of the
 * module that engine/service-slots.ts writes.
 */
export declare function call_0(slot: i32): i64;
export declare function call_1(slot: i32, a: i64): i64;
export declare function call_2(slot: i32, a: i64, b: i64): i64;
export declare function call_3(slot: i32, a: i64, b: i64, c: i64): i64;
export declare function call_4(slot: i32, a: i64, b: i64, c: i64, d: i64): i64;
