/** Dependencies with `||`, `&&` and `!` between them. */
export type Condition =
  | { kind: 'name'; name: string }
  | { kind: 'not'; of: Condition }
  | { kind: 'and' | 'or'; left: Condition; right: Condition };

/** Names that the condition asks for, in its order, each once. */
export function namesOf(condition: Condition): string[] {
  switch (condition.kind) {
    case 'name':
      return [condition.name];
    case 'not':
      return namesOf(condition.of);
    default:
      return [
        ...new Set([...namesOf(condition.left), ...namesOf(condition.right)]),
      ];
  }
}

/** Names that make it true by being there: those below an even number of `!`. */
export function positiveNames(
  condition: Condition,
  positive = true,
): Set<string> {
  switch (condition.kind) {
    case 'name':
      return new Set(positive ? [condition.name] : []);
    case 'not':
      return positiveNames(condition.of, !positive);
    default:
      return new Set([
        ...positiveNames(condition.left, positive),
        ...positiveNames(condition.right, positive),
      ]);
  }
}

/**
 * Whether it is certainly true of the events that are there. Before the window
 * closes nobody knows that a missing one will not come, so `!x` is not true yet.
 */
export function holds(
  condition: Condition,
  events: { present: ReadonlySet<string>; closing: boolean },
): boolean {
  const ask = (part: Condition, wanted: boolean): boolean => {
    switch (part.kind) {
      case 'name':
        return wanted
          ? events.present.has(part.name)
          : events.closing && !events.present.has(part.name);
      case 'not':
        return ask(part.of, !wanted);
      default: {
        const both = (part.kind === 'and') === wanted;
        return both
          ? ask(part.left, wanted) && ask(part.right, wanted)
          : ask(part.left, wanted) || ask(part.right, wanted);
      }
    }
  };
  return ask(condition, true);
}
