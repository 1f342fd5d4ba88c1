import type { Redis } from 'ioredis';
import { createShopping, type CartHolder, type Lines } from '../../shopping.ts';
import { applyTo, type Edit, type Quantities } from './plan.ts';

/** A way to one cart. */
export interface Door {
  /** Resolves, when it is acknowledged, to the cart that is answered. */
  edit(edit: Edit): Promise<Quantities>;
  look(): Promise<Quantities>;
}

export function gatewayDoor(url: string, who: CartHolder): Door {
  const shopping = createShopping(url);
  const send = ({ kind, product, quantity }: Edit) => {
    if (kind === 'add') return shopping.add(who, product, quantity);
    return kind === 'set' ? shopping.set(who, product, quantity) : shopping.remove(who, product);
  };
  return {
    async edit(edit) {
      const { lines, code, userErrors } = await send(edit);
      if (code !== undefined || userErrors.length > 0)
        throw new Error(`an edit was refused: ${code ?? JSON.stringify(userErrors)}`);
      return quantitiesOf(lines);
    },
    look: async () => quantitiesOf((await shopping.look(who)) ?? []),
  };
}

const quantitiesOf = (lines: Lines): Quantities => new Map(lines);

/** For a control: reads the cart, changes it, and writes it back. */
export function readAndWriteBack(redis: Redis, key: string): Door {
  const look = async () =>
    new Map(JSON.parse((await redis.get(key)) ?? '[]') as readonly (readonly [string, number])[]);
  return {
    look,
    async edit(edit) {
      const lines = await look();
      applyTo(lines, edit);
      await redis.set(key, JSON.stringify([...lines]));
      return lines;
    },
  };
}

/** For a control: a hash that is edited line by line, and is all there is. */
export function hashAlone(redis: Redis, key: string): Door {
  const look = async () =>
    new Map(
      Object.entries(await redis.hgetall(key)).map(([product, quantity]) => [product, Number(quantity)]),
    );
  return {
    look,
    async edit({ kind, product, quantity }) {
      if (kind === 'add') await redis.hincrby(key, product, quantity);
      else if (kind === 'set') await redis.hset(key, product, quantity);
      else await redis.hdel(key, product);
      return look();
    },
  };
}
