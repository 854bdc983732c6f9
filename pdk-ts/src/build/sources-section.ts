/**
 * The custom section that says where code came from, for tools outside of the plugin. Of `full` lines
 * of the bundle: `{"sources": ["src/plugin.ts"], "lines": ["", "0,12"]}`, an index of `sources` and a
 * line from 1. Of `fast` functions by their names: `{"sources": […], "functions": {"name": "0,12"}}`.
 */
export const SOURCES_SECTION = "backworks:sources";
