/** Members that may be undefined, as members that may be absent. */
export type Present<Shape> = { [Key in keyof Shape]?: Exclude<Shape[Key], undefined> };

/** `members` without those that are undefined: what was not reported is absent. */
export function present<Shape extends object>(members: Shape): Present<Shape> {
  const result: Present<Shape> = {};
  for (const key in members) {
    const value = members[key];
    if (isDefined(value)) result[key] = value;
  }
  return result;
}

function isDefined<Value>(value: Value): value is Exclude<Value, undefined> {
  return value !== undefined;
}
