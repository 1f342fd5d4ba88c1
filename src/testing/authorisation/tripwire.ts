/** A world in which resolvers get nowhere: whatever they touch throws, so that reaching one needs no data. */
export interface Tripwire {
  /** `known` as it is; everything else springs the wire. */
  around(what: string, known: object): object;
  /** Whether the error is this wire's. */
  threw(error: unknown): boolean;
  /** What was touched, such as `context.data`. */
  readonly touched: readonly string[];
}

export function createTripwire(): Tripwire {
  const sprung = new Error('a resolver was reached');
  const touched: string[] = [];
  return {
    around: (what, known) =>
      new Proxy(known, {
        get(target, key): unknown {
          if (Object.hasOwn(target, key)) return Reflect.get(target, key);
          touched.push(`${what}.${String(key)}`);
          throw sprung;
        },
      }),
    threw: (error) => error === sprung,
    touched,
  };
}
