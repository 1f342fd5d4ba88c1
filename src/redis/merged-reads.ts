type Read<Reply> = (entryKeys: readonly string[]) => Promise<readonly Reply[]>;

/**
 * Asks once for all that is asked in one turn: loaders of different policies dispatch in one drain of the tick queue, behind
 * which microtasks run. So what a resolver asks for side by side is one round trip, and so is what many requests or listeners
 * ask for at the same moment.
 */
export function mergeReads<Reply>(read: Read<Reply>): Read<Reply> {
  let open: { readonly entryKeys: string[]; readonly replies: Promise<readonly Reply[]> } | undefined;

  function begin() {
    const entryKeys: string[] = [];
    const replies = Promise.resolve().then(() => {
      open = undefined;
      return read(entryKeys);
    });
    return { entryKeys, replies };
  }

  return async (wanted) => {
    const { entryKeys, replies } = (open ??= begin());
    const from = entryKeys.length;
    for (const entryKey of wanted) entryKeys.push(entryKey);
    const all = await replies;
    return all.length === wanted.length ? all : all.slice(from, from + wanted.length);
  };
}
