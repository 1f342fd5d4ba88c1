import { allOf, owner, scoped, self, type Permissions } from '../../src/auth/rules.ts';

const bank = scoped('BANK');
/** Whose it is comes first, because it costs nothing to ask. */
const own = allOf(owner, bank);

export const permissions = {
  Query: {
    account: bank,
  },
  Mutation: {
    openAccount: bank,
    transfer: bank,
  },
  User: {
    accounts: allOf(self, bank),
  },
  Account: {
    id: own,
    name: own,
    currencyCode: own,
    balance: own,
    recentTransactions: own,
    transactions: own,
    loans: own,
    createdAt: own,
  },
  Transaction: {
    id: own,
    kind: own,
    amount: own,
    balanceAfter: own,
    counterpartyAccountId: own,
    note: own,
    createdAt: own,
    account: own,
  },
  Loan: {
    id: own,
    principal: own,
    outstanding: own,
    annualRate: own,
    status: own,
    openedAt: own,
    dueAt: own,
  },
  AccountConnection: {
    edges: bank,
    nodes: bank,
    pageInfo: bank,
  },
  AccountEdge: {
    cursor: bank,
    node: bank,
  },
  TransactionConnection: {
    edges: bank,
    nodes: bank,
    pageInfo: bank,
  },
  TransactionEdge: {
    cursor: bank,
    node: bank,
  },
  OpenAccountPayload: {
    account: bank,
    userErrors: bank,
  },
  TransferPayload: {
    transaction: bank,
    userErrors: bank,
  },
} satisfies Permissions;
