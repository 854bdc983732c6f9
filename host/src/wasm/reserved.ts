/** Exports with such names belong to the host: a module that has one of its own is refused. */
export const RESERVED_PREFIX = "backworks:";

/** The mutable i64 global with the fuel left; below zero it has run out. */
export const FUEL_EXPORT = "backworks:fuel";

/**
 * A table of one function, which the module calls when its fuel has run out. Without one it traps.
 * A function that returns after adding fuel lets the module go on.
 */
export const EXHAUSTED_EXPORT = "backworks:exhausted";

/** What was the module's start function; the host calls it after setting fuel. */
export const START_EXPORT = "backworks:start";
