import type { Dependencies } from '../dependencies.ts';
import { createInventory } from './inventory.ts';
import { createProductDetails } from './product-details.ts';
import { createProducts } from './products.ts';
import { createSearch } from './search.ts';

/** The domain of goods: what there is to buy, and how many. */
export function createShop(dependencies: Dependencies) {
  const products = createProducts(dependencies);
  return {
    products,
    search: createSearch({ ...dependencies, products }),
    details: createProductDetails(dependencies),
    inventory: createInventory(dependencies),
  };
}
