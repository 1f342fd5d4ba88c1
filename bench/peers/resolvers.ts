import { GraphQLScalarType } from 'graphql';
import { idOf, toGlobalId } from '../../schema/global-id.ts';
import { formatMoney, parseMoney, type CurrencyCode } from '../../schema/money.ts';
import type { Context } from './context.ts';
import {
  selectProductsOf,
  updatePrice,
  type ChatRow,
  type InventoryRow,
  type MessageRow,
  type ProductRow,
  type UserRow,
} from './rows.ts';

interface UpdateProduct {
  readonly input: {
    readonly id: string;
    readonly price: { readonly amount: string; readonly currencyCode: CurrencyCode };
  };
}

/** Fields whose name is their column's are left to the executor. */
export const resolvers = {
  URL: new GraphQLScalarType<string, string>({ name: 'URL' }),
  Decimal: new GraphQLScalarType<string, string>({ name: 'Decimal' }),
  DateTime: new GraphQLScalarType<Date, string>({
    name: 'DateTime',
    serialize: (value) => (value as Date).toISOString(),
  }),

  Query: {
    product: (_root: unknown, { id }: { readonly id: string }, { loaders }: Context) =>
      loaders.products().load(idOf('Product', id)),
    products: async (
      _root: unknown,
      { category, first }: { readonly category: string; readonly first: number },
    ) => ({
      nodes: await selectProductsOf(category, first),
    }),
    chat: (_root: unknown, { id }: { readonly id: string }, { loaders }: Context) =>
      loaders.chats().load(idOf('Chat', id)),
  },

  Mutation: {
    updateProduct: async (_root: unknown, { input }: UpdateProduct, { userId, loaders }: Context) => {
      const user = userId === undefined ? null : await loaders.users().load(userId);
      if (user?.role !== 'ADMIN') throw new Error('This is for admins.');
      const { amountMinor, currencyCode } = parseMoney(input.price);
      const rows = await updatePrice(idOf('Product', input.id), amountMinor.toString(), currencyCode);
      return { product: rows[0] ?? null, userErrors: [] };
    },
  },

  Product: {
    id: ({ id }: ProductRow) => toGlobalId('Product', id),
    price: ({ priceMinor, currencyCode }: ProductRow) =>
      formatMoney({ amountMinor: BigInt(priceMinor), currencyCode }),
    rating: ({ ratingHundredths }: ProductRow) => (ratingHundredths === null ? null : ratingHundredths / 100),
    inventory: ({ id }: ProductRow, _args: unknown, { loaders }: Context) => loaders.inventories().load(id),
    images: async ({ id }: ProductRow, _args: unknown, { loaders }: Context) =>
      (await loaders.details().load(id))?.images ?? null,
    description: async ({ id }: ProductRow, _args: unknown, { loaders }: Context) =>
      (await loaders.details().load(id))?.description ?? null,
  },

  Inventory: {
    status: ({ stock }: InventoryRow) =>
      stock === 0 ? 'OUT_OF_STOCK' : stock < 10 ? 'LOW_STOCK' : 'IN_STOCK',
  },

  Chat: {
    id: ({ id }: ChatRow) => toGlobalId('Chat', id),
    messages: async ({ id }: ChatRow, { first }: { readonly first: number }, { loaders }: Context) => ({
      nodes: await loaders.messages().load({ chatId: id, first }),
    }),
  },

  Message: {
    id: ({ chatId, id }: MessageRow) => toGlobalId('Message', `${chatId}.${id}`),
    author: ({ authorId }: MessageRow, _args: unknown, { loaders }: Context) =>
      authorId === null ? null : loaders.users().load(authorId),
  },

  User: { id: ({ id }: UserRow) => toGlobalId('User', id) },
};
