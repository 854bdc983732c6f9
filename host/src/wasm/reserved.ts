/** Exports with such names belong to the host: a module that has one of its own is refused. */
export const RESERVED_PREFIX = "backworks:";

/** The mutable i64 global with the fuel left; below zero it has run out. */
export const FUEL_EXPORT = "backworks:fuel";

/** Functions that set the fuel left, and tell it. */
export const FILL_EXPORT = "backworks:fill";
export const LEFT_EXPORT = "backworks:left";

/**
 * The mutable i64 global with the bytes that the guest may still grow by, memory and tables together.
 * Nothing holds it back until the host sets it.
 */
export const ROOM_EXPORT = "backworks:room";

/** The guest's memory, if it has one, whether it shows it or not. */
export const MEMORY_EXPORT = "backworks:memory";

/**
 * A table of one function, which the module calls when its fuel has run out. Without one it traps.
 * A function that returns after adding fuel lets the module go on.
 */
export const EXHAUSTED_EXPORT = "backworks:exhausted";

/** What was the module's start function; the host calls it after setting fuel. */
export const START_EXPORT = "backworks:start";
