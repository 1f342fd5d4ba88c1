import type { Dependencies } from '../dependencies.ts';
import { createCart } from './cart.ts';
import { createInventory } from './inventory.ts';
import { createProductDetails } from './product-details.ts';
import { createProducts } from './products.ts';

/** The domain of goods: what there is to buy, and how many. */
export function createShop(dependencies: Dependencies) {
  return {
    products: createProducts(dependencies),
    details: createProductDetails(dependencies),
    inventory: createInventory(dependencies),
    cart: createCart(dependencies),
  };
}
