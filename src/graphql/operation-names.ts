/** Names come from clients, and a label must grow neither in number nor in length without bound. */
const maxNames = 200;
const maxLength = 64;

/** What an operation is called in the metrics. */
export type OperationNames = (name: string | null | undefined) => string;

/**
 * Where documents are registered, their names, so that nobody who invents some drives those of the front-ends out; all else
 * is `unregistered`. Where none is, the first 200 that come, and `other`.
 */
export function createOperationNames(registered: readonly { readonly text: string }[]): OperationNames {
  const known = new Set(registered.flatMap(({ text }) => namesIn(text)).filter(isShort));
  const isOpen = registered.length === 0;
  return (name) => {
    if (name == null) return 'anonymous';
    if (isOpen && known.size < maxNames && isShort(name)) known.add(name);
    return known.has(name) ? name : isOpen ? 'other' : 'unregistered';
  };
}

const isShort = (name: string) => name.length <= maxLength;

/** Whoever registered it decides what is in it, so that a word in a string may pass for a name. */
const namesIn = (text: string): readonly string[] =>
  [...text.matchAll(/\b(?:query|mutation|subscription)\s+(\w+)/g)].flatMap(([, name]) => name ?? []);
