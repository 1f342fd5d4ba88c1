import type { Followed } from '../src/store/table-changes.ts';
import { accountChanges, accountPolicy, accountsOfUserPolicy } from './bank/accounts.ts';
import { balanceChanges, balancePolicy } from './bank/balances.ts';
import { createBank } from './bank/bank.ts';
import { createCharges } from './bank/charges.ts';
import { loanChanges, loansPolicy } from './bank/loans.ts';
import { recentTransactionsPolicy, transactionChanges, transactionPolicy } from './bank/transactions.ts';
import { chatChanges, chatPolicy } from './chats/chats.ts';
import { createChatsDomain } from './chats/domain.ts';
import { historyChanges, historyPolicy } from './chats/history.ts';
import { groupMembersChanges, groupMembersPolicy } from './chats/members.ts';
import { membershipChanges, membershipPolicy } from './chats/membership.ts';
import { readChanges, readPolicy } from './chats/reads.ts';
import { lazily } from './lazily.ts';
import { createLinksDomain } from './links/domain.ts';
import { linkChanges, linkPolicy } from './links/links.ts';
import { createNotifications } from './notifications/domain.ts';
import {
  notificationChanges,
  notificationPolicy,
  recentNotificationsPolicy,
  unreadNotificationsPolicy,
} from './notifications/notifications.ts';
import { preferencesChanges, preferencesPolicy } from './notifications/preferences.ts';
import { templateChanges, templatePolicy } from './notifications/templates.ts';
import { cartChanges, cartPolicy } from './shop/carts.ts';
import { inventoryChanges, inventoryPolicy } from './shop/inventory.ts';
import { listingChanges, listingPolicy, listingSizePolicy } from './shop/listings.ts';
import { orderChanges, orderLineChanges, orderPolicy, recentOrdersPolicy } from './shop/orders.ts';
import { productDetailsPolicy } from './shop/product-details.ts';
import { productChanges, productPolicy } from './shop/products.ts';
import { productTextChanges, searchPolicy } from './shop/search.ts';
import { createShop } from './shop/shop.ts';
import { profileChanges, profilePolicy, usernamePolicy } from './users/profiles.ts';
import { roleChanges, sessionChanges, sessionPolicy } from './users/sessions.ts';
import { createUsers } from './users/users.ts';

/** The domains as one request sees them: they and their parts are each made when they are first asked for. */
export const createData = lazily({
  users: createUsers,
  notifications: createNotifications,
  shop: createShop(createCharges()),
  chats: createChatsDomain,
  links: createLinksDomain,
  bank: createBank,
});

export type Data = ReturnType<typeof createData>;

const notificationPolicies = [
  preferencesPolicy,
  templatePolicy,
  notificationPolicy,
  recentNotificationsPolicy,
  unreadNotificationsPolicy,
];
const notificationTables = [preferencesChanges, templateChanges, notificationChanges];

const bankPolicies = [
  accountPolicy,
  accountsOfUserPolicy,
  balancePolicy,
  transactionPolicy,
  recentTransactionsPolicy,
  loansPolicy,
];
const bankTables = [accountChanges, balanceChanges, transactionChanges, loanChanges];

/** What the backstop follows, of all domains. */
export const followed: Followed = {
  policies: [
    profilePolicy,
    usernamePolicy,
    sessionPolicy,
    productPolicy,
    productDetailsPolicy,
    inventoryPolicy,
    searchPolicy,
    listingPolicy,
    listingSizePolicy,
    cartPolicy,
    orderPolicy,
    recentOrdersPolicy,
    chatPolicy,
    membershipPolicy,
    groupMembersPolicy,
    historyPolicy,
    readPolicy,
    linkPolicy,
    ...notificationPolicies,
    ...bankPolicies,
  ],
  tables: [
    profileChanges,
    roleChanges,
    sessionChanges,
    productChanges,
    productTextChanges,
    listingChanges,
    inventoryChanges,
    cartChanges,
    orderChanges,
    orderLineChanges,
    chatChanges,
    membershipChanges,
    groupMembersChanges,
    historyChanges,
    readChanges,
    linkChanges,
    ...notificationTables,
    ...bankTables,
  ],
};
