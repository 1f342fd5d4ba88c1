import type { Dependencies } from './dependencies.ts';
import { lazily } from './lazily.ts';
import { createShop } from './shop/shop.ts';
import { createUsers } from './users/users.ts';

/** The domains as one request sees them, each made when it is first asked for. */
export const createData = lazily({
  users: (dependencies: Dependencies) => createUsers(dependencies),
  shop: (dependencies: Dependencies) => createShop(dependencies),
});

export type Data = ReturnType<typeof createData>;
