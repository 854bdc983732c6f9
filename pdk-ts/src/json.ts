/** Any value that JSON has. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
