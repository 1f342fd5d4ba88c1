import type { Dependencies } from '../dependencies.ts';
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
export function createShop(dependencies: Dependencies, { charge }: Others) {
  const products = createProducts(dependencies);
  const orders = createOrders(dependencies);
  return {
    products,
    search: createSearch({ products, ...dependencies }),
    details: createProductDetails(dependencies),
    inventory: createInventory(dependencies),
    orders,
    cart: createCart(dependencies),
    ...createCheckOut({ orders, charge, ...dependencies }),
  };
}
