/** The two WASI functions that stay imports of a plugin: QuickJS itself calls the clock. */
export declare function random_get(to: usize, length: usize): i32;
