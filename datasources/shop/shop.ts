import type { Dependencies } from '../dependencies.ts';
import { lazily } from '../lazily.ts';
import type { Charge } from './charge.ts';
import { createCheckOut } from './check-out.ts';
import { createCart } from './cart.ts';
import { createInventory } from './inventory.ts';
import { createOrders } from './orders.ts';
import { createProductDetails } from './product-details.ts';
import { createProducts } from './products.ts';
import { createSearch } from './search.ts';

interface Others {
  /** Takes what an order costs from an account. */
  readonly charge: Charge;
}

/** The domain of goods: what there is to buy, how many, and what was bought. */
export const createShop = ({ charge }: Others) =>
  lazily({
    products: (dependencies: Dependencies) => createProducts(dependencies),
    search: (dependencies: Dependencies) =>
      createSearch({ products: createProducts(dependencies), ...dependencies }),
    details: (dependencies: Dependencies) => createProductDetails(dependencies),
    inventory: (dependencies: Dependencies) => createInventory(dependencies),
    orders: (dependencies: Dependencies) => createOrders(dependencies),
    checkOut: (dependencies: Dependencies) =>
      createCheckOut({ orders: createOrders(dependencies), charge, ...dependencies }).checkOut,
    cart: (dependencies: Dependencies) => createCart(dependencies),
  });
