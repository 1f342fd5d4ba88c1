/** What belongs to keys, by key; one thing to several of them, several things to one. Whatever is asked for may be changed meanwhile. */
export interface KeyIndex<Thing> {
  add(keys: readonly string[], thing: Thing): void;
  remove(keys: readonly string[], thing: Thing): void;
  of(key: string): readonly Thing[];
  keys(): readonly string[];
}

/** Most keys have one thing: it lies there without a set of its own, which would weigh more than all the rest of the entry. */
export function createKeyIndex<Thing extends object>(): KeyIndex<Thing> {
  const byKey = new Map<string, Thing | Set<Thing>>();

  function addTo(key: string, thing: Thing): void {
    const found = byKey.get(key);
    if (found === undefined) byKey.set(key, thing);
    else if (found instanceof Set) found.add(thing);
    else if (found !== thing) byKey.set(key, new Set([found, thing]));
  }

  function removeFrom(key: string, thing: Thing): void {
    const found = byKey.get(key);
    if (found instanceof Set) {
      found.delete(thing);
      if (found.size === 0) byKey.delete(key);
    } else if (found === thing) byKey.delete(key);
  }

  return {
    add(keys, thing) {
      for (const key of keys) addTo(key, thing);
    },
    remove(keys, thing) {
      for (const key of keys) removeFrom(key, thing);
    },
    of(key) {
      const found = byKey.get(key);
      if (found === undefined) return [];
      return found instanceof Set ? [...found] : [found];
    },
    keys: () => [...byKey.keys()],
  };
}
