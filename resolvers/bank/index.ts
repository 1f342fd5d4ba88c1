import { pageRequest, toConnection } from '../../schema/connection.ts';
import { idOf, toGlobalId } from '../../schema/global-id.ts';
import { formatMoney, parseMoney } from '../../schema/money.ts';
import type { Resolvers } from '../../schema/generated/resolvers.ts';
import { signedIn } from '../../src/context/signed-in.ts';
import type { Viewer } from '../../src/auth/viewer.ts';
import { orNotFound, type FindNode } from '../node.ts';
import { toUserErrors } from '../user-errors.ts';

/** Only one's own, and only with the scope: anything else answers like what does not exist. */
export const nodes: Readonly<Record<string, FindNode>> = {
  Account: async ({ data, viewer }, id) =>
    (await mayLook(viewer)) ? data.bank.accounts.find(signedIn(viewer).userId, id) : undefined,
  Transaction: async ({ data, viewer }, id) =>
    (await mayLook(viewer)) ? data.bank.transactions.find(signedIn(viewer).userId, id) : undefined,
};

export const resolvers: Resolvers = {
  Query: {
    account: async (_parent, { id }, { data, viewer }) =>
      orNotFound(await data.bank.accounts.find(signedIn(viewer).userId, idOf('Account', id))),
  },

  Mutation: {
    openAccount: async (_parent, { input }, { data, viewer }) => {
      const outcome = await data.bank.accounts.open(signedIn(viewer).userId, input);
      if (!outcome.ok) return { account: null, userErrors: toUserErrors(outcome.refusals) };
      return { account: outcome.value, userErrors: [] };
    },
    transfer: async (_parent, { input }, { data, viewer }) => {
      const outcome = await data.bank.transfers.transfer({
        userId: signedIn(viewer).userId,
        fromId: idOf('Account', input.fromAccountId),
        toId: idOf('Account', input.toAccountId),
        amount: parseMoney(input.amount),
        note: input.note ?? null,
        idempotencyKey: input.idempotencyKey,
      });
      if (!outcome.ok) return { transaction: null, userErrors: toUserErrors(outcome.refusals) };
      return { transaction: outcome.value, userErrors: [] };
    },
  },

  User: {
    accounts: async (user, args, { data }) => {
      const request = pageRequest(args, 'accounts');
      const page = await data.bank.accounts.list(user.id, request);
      return toConnection(page, request, 'accounts', ({ id }) => id);
    },
  },

  Account: {
    id: ({ id }) => toGlobalId('Account', id),
    balance: async ({ id, currencyCode }, _args, { data }) => {
      const amountMinor = await data.bank.balances.get(id);
      return amountMinor === undefined ? null : formatMoney({ amountMinor, currencyCode });
    },
    recentTransactions: ({ id }, _args, { data }) => data.bank.transactions.recent(id),
    transactions: async (account, args, { data }) => {
      const request = pageRequest(args, 'transactions');
      const page = await data.bank.transactions.list(account.id, request);
      return toConnection(page, request, 'transactions', ({ id }) => id);
    },
    loans: ({ id }, _args, { data }) => data.bank.loans.list(id),
  },

  Transaction: {
    id: ({ id }) => toGlobalId('Transaction', id),
    amount: ({ amountMinor, currencyCode }) => formatMoney({ amountMinor, currencyCode }),
    balanceAfter: ({ balanceAfterMinor: amountMinor, currencyCode }) =>
      formatMoney({ amountMinor, currencyCode }),
    counterpartyAccountId: ({ counterAccountId }) => toGlobalId('Account', counterAccountId),
    account: async ({ userId, accountId }, _args, { data }) =>
      (await data.bank.accounts.find(userId, accountId)) ?? null,
  },

  Loan: {
    id: ({ id }) => toGlobalId('Loan', id),
    principal: ({ principalMinor: amountMinor, currencyCode }) => formatMoney({ amountMinor, currencyCode }),
    outstanding: ({ outstandingMinor: amountMinor, currencyCode }) =>
      formatMoney({ amountMinor, currencyCode }),
  },
};

const mayLook = async (viewer: Viewer): Promise<boolean> =>
  viewer.kind === 'signed-in' && viewer.hasScope('BANK');
