type Makers<Needs> = Readonly<Record<string, (needs: Needs) => unknown>>;
type Made<Some extends Makers<never>> = { readonly [Name in keyof Some]: ReturnType<Some[Name]> };

/**
 * Turns makers into one maker of an object whose members are made on first use. The getters sit on a prototype that is
 * shared by all requests, so that a request pays for the domains that it touches and for no others.
 */
export function lazily<Needs, Some extends Makers<Needs>>(
  makers: Some & Makers<Needs>,
): (needs: Needs) => Made<Some> {
  const needsOf = new WeakMap<object, Needs>();
  const prototype: object = Object.create(null) as object;
  for (const [name, make] of Object.entries(makers)) {
    Object.defineProperty(prototype, name, {
      get(this: object) {
        const value = make(needsOf.get(this) as Needs);
        Object.defineProperty(this, name, { value });
        return value;
      },
    });
  }
  return (needs) => {
    const made = Object.create(prototype) as Made<Some>;
    needsOf.set(made, needs);
    return made;
  };
}
