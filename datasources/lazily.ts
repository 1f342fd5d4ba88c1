type Makers<Needs> = Readonly<Record<string, (needs: Needs) => unknown>>;
type Made<Some extends Makers<never>> = { readonly [Name in keyof Some]: ReturnType<Some[Name]> };

/**
 * Turns makers into one maker of an object whose members are made on first use. The getters sit on a prototype that is
 * shared by all requests, so that a request pays for what it touches and for nothing else.
 */
export function lazily<Needs, Some extends Makers<Needs>>(
  makers: Some & Makers<Needs>,
): (needs: Needs) => Made<Some> {
  class Lazy {
    readonly #needs: Needs;
    readonly #made: unknown[] = [];

    constructor(needs: Needs) {
      this.#needs = needs;
    }

    static member(index: number, make: (needs: Needs) => unknown): PropertyDescriptor {
      return {
        get(this: Lazy) {
          return (this.#made[index] ??= make(this.#needs));
        },
      };
    }
  }
  for (const [index, [name, make]] of Object.entries(makers).entries())
    Object.defineProperty(Lazy.prototype, name, Lazy.member(index, make));
  return (needs) => new Lazy(needs) as object as Made<Some>;
}
