import type { Product, ProductList } from '../../datasources/shop/products.ts';
import { stockStatus } from '../../datasources/shop/product-freshness.ts';
import { pageRequest, toConnection } from '../../schema/connection.ts';
import { idOf, toGlobalId } from '../../schema/global-id.ts';
import { formatMoney, parseMoney } from '../../schema/money.ts';
import type { Resolvers } from '../../schema/generated/resolvers.ts';
import { orNotFound, type FindNode } from '../node.ts';
import { toUserErrors } from '../user-errors.ts';

export const nodes: Readonly<Record<string, FindNode>> = {
  Product: ({ data }, id) => data.shop.products.get(id),
};

export const resolvers: Resolvers = {
  Query: {
    product: async (_parent, { id }, { data }) =>
      orNotFound(await data.shop.products.view(idOf('Product', id))),
    products: (_parent, { category, ...page }, { data }) =>
      data.shop.products.list(category ?? undefined, pageRequest(page, 'products')),
  },

  Mutation: {
    createProduct: async (_parent, { input }, { data }) => {
      const { name, category, description, images, stock } = input;
      const outcome = await data.shop.products.create(
        {
          name,
          category,
          price: parseMoney(input.price),
          description: description ?? null,
          images: (images ?? []).map(({ href }) => href),
        },
        stock ?? 0,
      );
      if (!outcome.ok) return { product: null, userErrors: toUserErrors(outcome.refusals) };
      return { product: orNotFound(outcome.value), userErrors: [] };
    },
    updateProduct: async (_parent, { input }, { data }) => {
      const outcome = await data.shop.products.update(idOf('Product', input.id), {
        name: input.name ?? undefined,
        price: input.price == null ? undefined : parseMoney(input.price),
        category: input.category ?? undefined,
        description: input.description,
        images: input.images?.map(({ href }) => href),
      });
      if (!outcome.ok) return { product: null, userErrors: toUserErrors(outcome.refusals) };
      return { product: orNotFound(outcome.value), userErrors: [] };
    },
    restockProduct: async (_parent, { input }, { data }) => {
      const id = idOf('Product', input.id);
      const outcome = await data.shop.inventory.restock(id, input.quantity);
      if (!outcome.ok) return { product: null, userErrors: toUserErrors(outcome.refusals) };
      return { product: orNotFound(await data.shop.products.get(id)), userErrors: [] };
    },
  },

  Product: {
    id: (product) => toGlobalId('Product', product.id),
    price: (product) => formatMoney(priceOf(product)),
    rating: ({ ratingHundredths }) => (ratingHundredths === null ? null : ratingHundredths / 100),
    inventory: async ({ id }, _args, { data }) => (await data.shop.inventory.get(id)) ?? null,
    images: async ({ id }, _args, { data }) => (await data.shop.details.get(id))?.images ?? null,
    description: async ({ id }, _args, { data }) => (await data.shop.details.get(id))?.description ?? null,
  },

  Inventory: {
    status: ({ stock }) => stockStatus(stock),
  },

  ProductConnection: {
    edges: (list) => connectionOf(list).edges,
    nodes: ({ page }) => page.items,
    pageInfo: (list) => connectionOf(list).pageInfo,
    totalCount: ({ category }, _args, { data }) => data.shop.products.count(category),
  },
};

const priceOf = ({ priceMinor, currencyCode }: Product) => ({ amountMinor: priceMinor, currencyCode });

const connectionOf = ({ page, request }: ProductList) =>
  toConnection(page, request, 'products', ({ id }) => id);
