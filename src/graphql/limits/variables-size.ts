/**
 * Whether variables are larger than `most`, in values and in characters of their texts and keys. Looks at no more than that
 * many, and walks without recursion, because the nesting is the client's.
 */
export function isLargerThan(most: number, variables: Readonly<Record<string, unknown>>): boolean {
  const waiting: unknown[] = [variables];
  let size = 0;
  while (waiting.length > 0) {
    const value = waiting.pop();
    const parts = partsOf(value);
    size += typeof value === 'string' ? 1 + value.length : 1;
    // Before they are gone through, there may be a million.
    if (size + parts.length > most) return true;
    for (const part of parts) waiting.push(part);
  }
  return false;
}

/** Of a list its items, of an object its keys and their values; of anything else nothing. */
function partsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return typeof value === 'object' && value !== null ? Object.entries(value).flat() : [];
}
