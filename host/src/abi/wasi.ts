/**
 * WASI preview 1 as plugins get it: what a language's runtime calls at start works, the rest answers
 * an error number. Nothing reaches a file, a socket or the environment of the host.
 */

/** Error numbers of WASI preview 1. */
export const ERRNO = { success: 0, badf: 8, fault: 21, inval: 28, nosys: 52 } as const;

/** Parameters as one letter each: i = i32, l = i64. All but proc_exit answer an i32. */
export const WASI_SIGNATURES = {
  args_get: "ii",
  args_sizes_get: "ii",
  clock_res_get: "ii",
  clock_time_get: "ili",
  environ_get: "ii",
  environ_sizes_get: "ii",
  fd_advise: "illi",
  fd_allocate: "ill",
  fd_close: "i",
  fd_datasync: "i",
  fd_fdstat_get: "ii",
  fd_fdstat_set_flags: "ii",
  fd_fdstat_set_rights: "ill",
  fd_filestat_get: "ii",
  fd_filestat_set_size: "il",
  fd_filestat_set_times: "illi",
  fd_pread: "iiili",
  fd_prestat_dir_name: "iii",
  fd_prestat_get: "ii",
  fd_pwrite: "iiili",
  fd_read: "iiii",
  fd_readdir: "iiili",
  fd_renumber: "ii",
  fd_seek: "ilii",
  fd_sync: "i",
  fd_tell: "ii",
  fd_write: "iiii",
  path_create_directory: "iii",
  path_filestat_get: "iiiii",
  path_filestat_set_times: "iiiilli",
  path_link: "iiiiiii",
  path_open: "iiiiillii",
  path_readlink: "iiiiii",
  path_remove_directory: "iii",
  path_rename: "iiiiii",
  path_symlink: "iiiii",
  path_unlink_file: "iii",
  poll_oneoff: "iiii",
  proc_exit: "i",
  proc_raise: "i",
  random_get: "ii",
  sched_yield: "",
  sock_accept: "iii",
  sock_recv: "iiiiii",
  sock_send: "iiiii",
  sock_shutdown: "ii",
} as const;

export type WasiName = keyof typeof WASI_SIGNATURES;

export const WASI_NAMES: readonly WasiName[] = Object.keys(WASI_SIGNATURES).filter(isWasiName);

function isWasiName(name: string): name is WasiName {
  return Object.hasOwn(WASI_SIGNATURES, name);
}

const WORKING: Readonly<Partial<Record<WasiName, string>>> = {
  args_get: "There are no arguments.",
  args_sizes_get: "There are no arguments.",
  clock_res_get: "1 µs with the right clock, 1 ms without.",
  clock_time_get:
    "Wall time and monotonic time of the host. Without the right clock it stands still during a call, at whole milliseconds.",
  environ_get: "The environment is empty.",
  environ_sizes_get: "The environment is empty.",
  fd_write: "1 and 2 go to the plugin's log, line by line; other descriptors answer 8 (badf).",
  proc_exit: "Ends the call as a trap that names the exit code.",
  random_get: "Random bytes of the host.",
  sched_yield: "Answers 0.",
};

export function describeWasi(name: WasiName): string {
  return WORKING[name] ?? `Answers ${refusalOf(name)}: no files, no sockets, no processes.`;
}

/** What a function answers that does nothing here. */
export function refusalOf(name: WasiName): number {
  return name.startsWith("fd_") ? ERRNO.badf : ERRNO.nosys;
}
