import type { StringMap } from '../scalars.ts';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Profile as ProfileEntity } from '../../datasources/users/profiles.ts';
import type { Session as SessionEntity } from '../../datasources/users/sessions.ts';
import type { Connection } from '../connection.ts';
import type { Product as ProductEntity, ProductList } from '../../datasources/shop/products.ts';
import type { Cart as CartEntity } from '../../datasources/shop/carts.ts';
import type { CartItem } from '../../datasources/shop/cart-items.ts';
import type { Inventory as InventoryEntity } from '../../datasources/shop/inventory.ts';
import type { SearchResult } from '../../datasources/shop/search.ts';
import type { Order as OrderEntity, PricedLine, OrderPayment as OrderPaymentEntity } from '../../datasources/shop/orders.ts';
import type { Link as LinkEntity } from '../../datasources/links/links.ts';
import type { Preferences as PreferencesEntity } from '../../datasources/notifications/preferences.ts';
import type { Template as TemplateEntity } from '../../datasources/notifications/templates.ts';
import type { Notification as NotificationEntity } from '../../datasources/notifications/notifications.ts';
import type { Presence as PresenceEntity } from '../../datasources/chats/presence.ts';
import type { Chat as ChatEntity } from '../../datasources/chats/chats.ts';
import type { ChatMember as ChatMemberEntity } from '../../datasources/chats/members.ts';
import type { Message as MessageEntity } from '../../datasources/chats/messages.ts';
import type { Typing as TypingEntity } from '../../datasources/chats/typing.ts';
import type { Account as AccountEntity } from '../../datasources/bank/accounts.ts';
import type { Transaction as TransactionEntity } from '../../datasources/bank/transactions.ts';
import type { Loan as LoanEntity } from '../../datasources/bank/loans.ts';
import type { Context } from '../../src/context/context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** Opaque place in a connection. */
  Cursor: { input: string; output: string; }
  /** An instant, ISO 8601 with a time zone. */
  DateTime: { input: Date; output: Date; }
  /** An exact decimal number as a string, such as `"12.50"`; never a float. */
  Decimal: { input: string; output: string; }
  /** An e-mail address, RFC 5322, at most 254 characters. */
  EmailAddress: { input: string; output: string; }
  /** A time of day, such as `22:30` or `22:30:00`. */
  LocalTime: { input: string; output: string; }
  /** A phone number, E.164, such as `+41791234567`. */
  PhoneNumber: { input: string; output: string; }
  /** An object whose values are strings, such as `{ name: "Ann" }`. */
  StringMap: { input: StringMap; output: StringMap; }
  /** An IANA time zone, such as `Europe/Zurich`. */
  TimeZone: { input: string; output: string; }
  /** An absolute http or https URL without a password, at most 2,048 characters. */
  URL: { input: URL; output: string; }
};

/** A bank account. Only its owner sees it, with the `BANK` scope. */
export type Account = Node & {
  readonly __typename?: 'Account';
  /** What is in it; never below zero, and never from before a movement that was acknowledged. */
  readonly balance: Maybe<Money>;
  /** When it was opened. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** The one currency that it is kept in. */
  readonly currencyCode: CurrencyCode;
  /** Global id; what others transfer to. */
  readonly id: Scalars['ID']['output'];
  /** What is owed on it, newest first; the newest 100. */
  readonly loans: Maybe<ReadonlyArray<Loan>>;
  /** As its owner calls it. */
  readonly name: Scalars['String']['output'];
  /** The newest ten movements, newest first; as fresh as the balance. */
  readonly recentTransactions: Maybe<ReadonlyArray<Transaction>>;
  /** All movements, newest first. */
  readonly transactions: Maybe<TransactionConnection>;
};


/** A bank account. Only its owner sees it, with the `BANK` scope. */
export type AccountTransactionsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** A page of accounts. */
export type AccountConnection = {
  readonly __typename?: 'AccountConnection';
  /** The items with their cursors. */
  readonly edges: ReadonlyArray<AccountEdge>;
  /** The items alone. */
  readonly nodes: ReadonlyArray<Account>;
  /** Where this page lies. */
  readonly pageInfo: PageInfo;
};

/** An account and its place. */
export type AccountEdge = {
  readonly __typename?: 'AccountEdge';
  /** Its place. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The account. */
  readonly node: Account;
};

/** Whom to add. */
export type AddChatMemberInput = {
  /** The group's global id. */
  readonly chatId: Scalars['ID']['input'];
  /** What they may do; only the owner makes admins. */
  readonly role?: InputMaybe<ChatRole>;
  /** The user's global id. */
  readonly userId: Scalars['ID']['input'];
};

/** The outcome of `addChatMember`. */
export type AddChatMemberPayload = {
  readonly __typename?: 'AddChatMemberPayload';
  /** The changed chat; null where it failed. */
  readonly chat: Maybe<Chat>;
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What to add to a cart. */
export type AddToCartInput = {
  /** Of a visitor's cart. Not looked at where somebody is signed in: the cart is then the user's own. */
  readonly cartToken?: InputMaybe<Scalars['String']['input']>;
  /** The product's global id. */
  readonly productId: Scalars['ID']['input'];
  /** 1 to 999, and no more together with what is there. */
  readonly quantity: Scalars['Int']['input'];
};

/** The outcome of `addToCart`. */
export type AddToCartPayload = {
  readonly __typename?: 'AddToCartPayload';
  /** The cart with the change; null where it failed. */
  readonly cart: Maybe<Cart>;
  /** For a visitor's next calls, and for `signIn`. Null where somebody is signed in, and where it failed. */
  readonly cartToken: Maybe<Scalars['String']['output']>;
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What a message or a notification can carry. */
export type Attachment = Product | ShortLink;

/** What somebody means to buy. Nothing is set aside: stock and price are those of the moment, until an order is made. */
export type Cart = {
  readonly __typename?: 'Cart';
  /** All items together. */
  readonly itemCount: Scalars['Int']['output'];
  /** One for each product, in the order in which they were put in; at most 100. A product that is sold no more has none. */
  readonly lines: ReadonlyArray<CartLine>;
  /** What they cost now, one amount for each currency. */
  readonly totals: ReadonlyArray<Money>;
};

/** A product in a cart. */
export type CartLine = {
  readonly __typename?: 'CartLine';
  /** The product, as it is now. */
  readonly product: Product;
  /** How many of it, 1 to 999. */
  readonly quantity: Scalars['Int']['output'];
  /** What they cost now. */
  readonly total: Money;
};

/** The present and the new password. */
export type ChangePasswordInput = {
  /** The present one. */
  readonly currentPassword: Scalars['String']['input'];
  /** 10 to 128 characters. */
  readonly newPassword: Scalars['String']['input'];
};

/** The outcome of `changePassword`. */
export type ChangePasswordPayload = {
  readonly __typename?: 'ChangePasswordPayload';
  /** The signed-in user; null where it failed. */
  readonly user: Maybe<User>;
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A user and a role. */
export type ChangeUserRoleInput = {
  /** The new role. */
  readonly role: Role;
  /** The user's global id. */
  readonly userId: Scalars['ID']['input'];
};

/** The outcome of `changeUserRole`. */
export type ChangeUserRolePayload = {
  readonly __typename?: 'ChangeUserRolePayload';
  /** The changed user; null where it failed. */
  readonly user: Maybe<User>;
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A conversation of two, or of a group. */
export type Chat = Node & {
  readonly __typename?: 'Chat';
  /** When it was started. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Global id. */
  readonly id: Scalars['ID']['output'];
  /** Of two, or of a group. */
  readonly kind: ChatKind;
  /** Its members, the earliest first. */
  readonly members: Maybe<ChatMemberConnection>;
  /** Its messages, newest first. */
  readonly messages: Maybe<MessageConnection>;
  /** A group's title; null for a direct chat. */
  readonly title: Maybe<Scalars['String']['output']>;
  /** How many messages of others were sent since one joined and not marked as read; counted up to 1,000. */
  readonly unreadCount: Maybe<Scalars['Int']['output']>;
};


/** A conversation of two, or of a group. */
export type ChatMembersArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** A conversation of two, or of a group. */
export type ChatMessagesArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** A page of chats. */
export type ChatConnection = {
  readonly __typename?: 'ChatConnection';
  /** The items with their cursors. */
  readonly edges: ReadonlyArray<ChatEdge>;
  /** The items alone. */
  readonly nodes: ReadonlyArray<Chat>;
  /** Where this page lies. */
  readonly pageInfo: PageInfo;
};

/** A chat and its place. */
export type ChatEdge = {
  readonly __typename?: 'ChatEdge';
  /** Its place. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The chat. */
  readonly node: Chat;
};

/** The kinds of chats. */
export type ChatKind =
  /** Two users. */
  | 'DIRECT'
  /** Up to 1,000 users, with a title. */
  | 'GROUP';

/** Somebody in a chat. */
export type ChatMember = {
  readonly __typename?: 'ChatMember';
  /** Since when. */
  readonly joinedAt: Scalars['DateTime']['output'];
  /** What they may do there. */
  readonly role: ChatRole;
  /** Who. */
  readonly user: Maybe<User>;
};

/** A page of members. */
export type ChatMemberConnection = {
  readonly __typename?: 'ChatMemberConnection';
  /** The items with their cursors. */
  readonly edges: ReadonlyArray<ChatMemberEdge>;
  /** The items alone. */
  readonly nodes: ReadonlyArray<ChatMember>;
  /** Where this page lies. */
  readonly pageInfo: PageInfo;
};

/** A member and the place. */
export type ChatMemberEdge = {
  readonly __typename?: 'ChatMemberEdge';
  /** Its place. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The member. */
  readonly node: ChatMember;
};

/** What a member may do. */
export type ChatRole =
  /** Adds and removes members. */
  | 'ADMIN'
  /** Reads and writes. */
  | 'MEMBER'
  /** Everything; there is one in a group. */
  | 'OWNER';

/** What to order, and how to pay. */
export type CheckOutInput = {
  /** Order only what is sold in this currency. Needed where the cart has several. */
  readonly currencyCode?: InputMaybe<CurrencyCode>;
  /** One's own name for this order, 1 to 100 characters: a repeat is answered with the first outcome, refusals included. */
  readonly idempotencyKey: Scalars['String']['input'];
  /** An account of one's own to pay from, by its global id. Not paid now when left out. */
  readonly payFromAccountId?: InputMaybe<Scalars['ID']['input']>;
};

/** The outcome of `checkOut`. */
export type CheckOutPayload = {
  readonly __typename?: 'CheckOutPayload';
  /** The order; null where it failed. */
  readonly order: Maybe<Order>;
  /** Why it failed; empty where it did not. One for each product of which too few are left. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Whose cart to empty. */
export type ClearCartInput = {
  /** Of a visitor's cart. Not looked at where somebody is signed in: the cart is then the user's own. */
  readonly cartToken?: InputMaybe<Scalars['String']['input']>;
};

/** The outcome of `clearCart`. */
export type ClearCartPayload = {
  readonly __typename?: 'ClearCartPayload';
  /** The empty cart; null where it failed. */
  readonly cart: Maybe<Cart>;
  /** The visitor's, as it was sent. Null where somebody is signed in, and where it failed. */
  readonly cartToken: Maybe<Scalars['String']['output']>;
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A new product. */
export type CreateProductInput = {
  /** 1 to 60 characters. */
  readonly category: Scalars['String']['input'];
  /** At most 20,000 characters; Markdown. */
  readonly description?: InputMaybe<Scalars['String']['input']>;
  /** The picture for lists first; at most 20. */
  readonly images?: InputMaybe<ReadonlyArray<Scalars['URL']['input']>>;
  /** 1 to 200 characters. */
  readonly name: Scalars['String']['input'];
  /** What one costs. */
  readonly price: MoneyInput;
  /** Items there are at the start; 0 when left out. */
  readonly stock?: InputMaybe<Scalars['Int']['input']>;
};

/** The outcome of `createProduct`. */
export type CreateProductPayload = {
  readonly __typename?: 'CreateProductPayload';
  /** The new product; null where it failed. */
  readonly product: Maybe<Product>;
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A new short link. */
export type CreateShortLinkInput = {
  /** A code of one's own: 3 to 32 letters, digits, `-` and `_`; case matters. One is made where it is left out. */
  readonly alias?: InputMaybe<Scalars['String']['input']>;
  /** When it ends; never where it is left out. */
  readonly expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Where it leads; not to this gateway itself. */
  readonly url: Scalars['URL']['input'];
};

/** The outcome of `createShortLink`. */
export type CreateShortLinkPayload = {
  readonly __typename?: 'CreateShortLinkPayload';
  /** The new link; null where it failed. */
  readonly shortLink: Maybe<ShortLink>;
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** ISO 4217. */
export type CurrencyCode =
  /** Swiss franc, 2 decimals. */
  | 'CHF'
  /** Euro, 2 decimals. */
  | 'EUR'
  /** Pound sterling, 2 decimals. */
  | 'GBP'
  /** Yen, no decimals. */
  | 'JPY'
  /** Kuwaiti dinar, 3 decimals. */
  | 'KWD'
  /** US dollar, 2 decimals. */
  | 'USD';

/** What to take back. */
export type DeleteMessageInput = {
  /** The message's global id. */
  readonly id: Scalars['ID']['input'];
};

/** The outcome of `deleteMessage`. */
export type DeleteMessagePayload = {
  readonly __typename?: 'DeleteMessagePayload';
  /** The message, without its text; null where it failed. */
  readonly message: Maybe<Message>;
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Which short link is to go. */
export type DeleteShortLinkInput = {
  /** Its code. */
  readonly code: Scalars['String']['input'];
};

/** The outcome of `deleteShortLink`. */
export type DeleteShortLinkPayload = {
  readonly __typename?: 'DeleteShortLinkPayload';
  /** The link as it was. */
  readonly shortLink: Maybe<ShortLink>;
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A new text. */
export type EditMessageInput = {
  /** The message's global id. */
  readonly id: Scalars['ID']['input'];
  /** 1 to 4,000 characters. */
  readonly text: Scalars['String']['input'];
};

/** The outcome of `editMessage`. */
export type EditMessagePayload = {
  readonly __typename?: 'EditMessagePayload';
  /** The changed message; null where it failed. */
  readonly message: Maybe<Message>;
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** The outcome of `heartbeat`. */
export type HeartbeatPayload = {
  readonly __typename?: 'HeartbeatPayload';
  /** The signed-in user, online. */
  readonly user: Maybe<User>;
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** How many of a product there are. */
export type Inventory = {
  readonly __typename?: 'Inventory';
  /** The same, for showing. */
  readonly status: StockStatus;
  /** Items left. */
  readonly stock: Scalars['Int']['output'];
};

/** Money that the bank has lent. */
export type Loan = {
  readonly __typename?: 'Loan';
  /** Percent a year, such as `3.25`. */
  readonly annualRate: Scalars['Decimal']['output'];
  /** When it is due, if there is such a day. */
  readonly dueAt: Maybe<Scalars['DateTime']['output']>;
  /** Unique among loans. */
  readonly id: Scalars['ID']['output'];
  /** When it was lent. */
  readonly openedAt: Scalars['DateTime']['output'];
  /** What is still owed. */
  readonly outstanding: Money;
  /** What was lent. */
  readonly principal: Money;
  /** Whether it is paid back. */
  readonly status: LoanStatus;
};

/** Where a loan stands. */
export type LoanStatus =
  /** Something is owed. */
  | 'ACTIVE'
  /** Nothing is owed any more. */
  | 'REPAID';

/** How far a chat was read. */
export type MarkChatReadInput = {
  /** The chat's global id. */
  readonly chatId: Scalars['ID']['input'];
  /** The last message that was read; the newest when left out. */
  readonly messageId?: InputMaybe<Scalars['ID']['input']>;
};

/** The outcome of `markChatRead`. */
export type MarkChatReadPayload = {
  readonly __typename?: 'MarkChatReadPayload';
  /** The chat with its new `unreadCount`; null where it failed. */
  readonly chat: Maybe<Chat>;
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Which notifications were read. */
export type MarkNotificationsReadInput = {
  /** At most 100 global ids; all of one's own when left out. */
  readonly ids?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
};

/** The outcome of `markNotificationsRead`. */
export type MarkNotificationsReadPayload = {
  readonly __typename?: 'MarkNotificationsReadPayload';
  /** How many are left. */
  readonly unreadNotificationCount: Scalars['Int']['output'];
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Something that was said. */
export type Message = Node & {
  readonly __typename?: 'Message';
  /** What was sent with it; null where that is gone, and once the message is taken back. */
  readonly attachment: Maybe<Attachment>;
  /** Who said it; null where the account is gone. */
  readonly author: Maybe<User>;
  /** When it was taken back; null before. */
  readonly deletedAt: Maybe<Scalars['DateTime']['output']>;
  /** When its text was changed last; null before. */
  readonly editedAt: Maybe<Scalars['DateTime']['output']>;
  /** Global id. */
  readonly id: Scalars['ID']['output'];
  /** When it was sent. */
  readonly sentAt: Scalars['DateTime']['output'];
  /** What was said; null once it is taken back. */
  readonly text: Maybe<Scalars['String']['output']>;
};

/** A page of messages. */
export type MessageConnection = {
  readonly __typename?: 'MessageConnection';
  /** The items with their cursors. */
  readonly edges: ReadonlyArray<MessageEdge>;
  /** The items alone. */
  readonly nodes: ReadonlyArray<Message>;
  /** Where this page lies. */
  readonly pageInfo: PageInfo;
};

/** A message and its place. */
export type MessageEdge = {
  readonly __typename?: 'MessageEdge';
  /** Its place. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The message. */
  readonly node: Message;
};

/** An exact amount in one currency. */
export type Money = {
  readonly __typename?: 'Money';
  /** With exactly as many decimals as the currency has. */
  readonly amount: Scalars['Decimal']['output'];
  /** The currency of the amount. */
  readonly currencyCode: CurrencyCode;
};

/** An exact amount in one currency. */
export type MoneyInput = {
  /** With at most as many decimals as the currency has. */
  readonly amount: Scalars['Decimal']['input'];
  /** The currency of the amount. */
  readonly currencyCode: CurrencyCode;
};

/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type Mutation = {
  readonly __typename?: 'Mutation';
  /** Adds somebody to a group; adding a member again changes nothing. For its owner and admins. */
  readonly addChatMember: AddChatMemberPayload;
  /**
   * Puts a product into the cart, on top of what is there of it. Changes of one cart from several devices all count. Who is not
   * signed in and sends no `cartToken` gets a new cart, and the token for it.
   */
  readonly addToCart: AddToCartPayload;
  /** Sets a new password and ends all other sessions of the user. */
  readonly changePassword: ChangePasswordPayload;
  /** Gives a user another role, at once in all of the user's sessions. For admins. */
  readonly changeUserRole: ChangeUserRolePayload;
  /**
   * Orders what is in one's cart, at the prices of now, and takes it from the stock: all of it or nothing. With an account it
   * is paid in the same step, which needs the `BANK` scope. Needs the `SHOP` scope.
   */
  readonly checkOut: CheckOutPayload;
  /** Takes everything out of the cart. */
  readonly clearCart: ClearCartPayload;
  /** Adds a product to the catalogue. For admins. */
  readonly createProduct: CreateProductPayload;
  /** Shortens an address. Whoever has the short one is led there at once. */
  readonly createShortLink: CreateShortLinkPayload;
  /** Takes one's own message back: it stays in its place without its text. */
  readonly deleteMessage: DeleteMessagePayload;
  /** Removes a link of one's own. Its alias is then free. */
  readonly deleteShortLink: DeleteShortLinkPayload;
  /** Changes the text of one's own message. */
  readonly editMessage: EditMessagePayload;
  /** Says that the signed-in user is there. Any request with a token does so, too. */
  readonly heartbeat: HeartbeatPayload;
  /** Marks a chat as read up to a message; it never goes back. */
  readonly markChatRead: MarkChatReadPayload;
  /** Marks notifications of the signed-in user as read; repeating it changes nothing. */
  readonly markNotificationsRead: MarkNotificationsReadPayload;
  /** Opens a bank account with nothing in it. Needs the `BANK` scope. */
  readonly openAccount: OpenAccountPayload;
  /** Removes somebody from a group, or oneself. Reads and streams of the one removed end at once. */
  readonly removeChatMember: RemoveChatMemberPayload;
  /** Takes a product out of the cart; what is not there is taken out already. */
  readonly removeFromCart: RemoveFromCartPayload;
  /** Adds to a product's stock. For admins. */
  readonly restockProduct: RestockProductPayload;
  /** Ends all sessions of another user. For admins. */
  readonly revokeUserSessions: RevokeUserSessionsPayload;
  /** Makes a template, or changes the one with the given id. For admins. */
  readonly saveNotificationTemplate: SaveNotificationTemplatePayload;
  /** Sends a message, once for each `clientMessageId`. */
  readonly sendMessage: SendMessagePayload;
  /** Sends one notification to one user, once for each idempotency key. For admins and services. */
  readonly sendNotification: SendNotificationPayload;
  /** Says how many of a product there are to be in the cart; 0 takes it out. */
  readonly setCartQuantity: SetCartQuantityPayload;
  /** Tells the other members that one is typing; holds for 5 seconds. */
  readonly setTyping: SetTypingPayload;
  /** Opens a session. An unknown name and a wrong password are answered alike, in the same time. */
  readonly signIn: SignInPayload;
  /** Ends this session, at once on every gateway. */
  readonly signOut: SignOutPayload;
  /** Ends all sessions of the signed-in user, this one included. */
  readonly signOutEverywhere: SignOutPayload;
  /** Makes an account and signs it in. */
  readonly signUp: SignUpPayload;
  /** Opens the direct chat with one other user, or makes a group. There is one direct chat of two users, whoever opens it. */
  readonly startChat: StartChatPayload;
  /** Proves the password again: opens the `BANK` scope of this session, and renews `SHOP`. */
  readonly stepUp: StepUpPayload;
  /**
   * Moves money from one of one's own accounts to any user's, both in the currency of the amount. Once it is answered no
   * gateway shows either account as it was before. Repeating an `idempotencyKey` gives the first outcome and moves nothing.
   * Needs the `BANK` scope.
   */
  readonly transfer: TransferPayload;
  /** Changes the signed-in user's preferences; what is left out stays as it is. Holds for every send that begins afterwards. */
  readonly updatePreferences: UpdatePreferencesPayload;
  /** Changes a product; what is left out stays as it is. Readers see the change at once. For admins. */
  readonly updateProduct: UpdateProductPayload;
  /** Changes the signed-in user's profile; what is left out stays as it is. */
  readonly updateProfile: UpdateProfilePayload;
  /** Changes a link of one's own; what is left out stays as it is. Whoever follows it is led to the new address at once. */
  readonly updateShortLink: UpdateShortLinkPayload;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationAddChatMemberArgs = {
  input: AddChatMemberInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationAddToCartArgs = {
  input: AddToCartInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationChangePasswordArgs = {
  input: ChangePasswordInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationChangeUserRoleArgs = {
  input: ChangeUserRoleInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationCheckOutArgs = {
  input: CheckOutInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationClearCartArgs = {
  input: ClearCartInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationCreateProductArgs = {
  input: CreateProductInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationCreateShortLinkArgs = {
  input: CreateShortLinkInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationDeleteMessageArgs = {
  input: DeleteMessageInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationDeleteShortLinkArgs = {
  input: DeleteShortLinkInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationEditMessageArgs = {
  input: EditMessageInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationMarkChatReadArgs = {
  input: MarkChatReadInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationMarkNotificationsReadArgs = {
  input: MarkNotificationsReadInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationOpenAccountArgs = {
  input: OpenAccountInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationRemoveChatMemberArgs = {
  input: RemoveChatMemberInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationRemoveFromCartArgs = {
  input: RemoveFromCartInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationRestockProductArgs = {
  input: RestockProductInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationRevokeUserSessionsArgs = {
  input: RevokeUserSessionsInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationSaveNotificationTemplateArgs = {
  input: SaveNotificationTemplateInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationSendMessageArgs = {
  input: SendMessageInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationSendNotificationArgs = {
  input: SendNotificationInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationSetCartQuantityArgs = {
  input: SetCartQuantityInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationSetTypingArgs = {
  input: SetTypingInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationSignInArgs = {
  input: SignInInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationSignUpArgs = {
  input: SignUpInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationStartChatArgs = {
  input: StartChatInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationStepUpArgs = {
  input: StepUpInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationTransferArgs = {
  input: TransferInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationUpdatePreferencesArgs = {
  input: UpdatePreferencesInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationUpdateProductArgs = {
  input: UpdateProductInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationUpdateProfileArgs = {
  input: UpdateProfileInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationUpdateShortLinkArgs = {
  input: UpdateShortLinkInput;
};

/** An object with a global id. */
export type Node = {
  /** Opaque, and unique over all types. */
  readonly id: Scalars['ID']['output'];
};

/** Something that was sent to a user. */
export type Notification = Node & {
  readonly __typename?: 'Notification';
  /** What was sent with it; null where that is gone. */
  readonly attachment: Maybe<Attachment>;
  /** The text, with its variables filled in; HTML where `channel` is `EMAIL`. */
  readonly body: Scalars['String']['output'];
  /** What it is for. */
  readonly category: NotificationCategory;
  /** The way it takes. */
  readonly channel: NotificationChannel;
  /** When it was asked for. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** When its delivery begins; null unless it is `DEFERRED`. */
  readonly deferredUntil: Maybe<Scalars['DateTime']['output']>;
  /** Global id. */
  readonly id: Scalars['ID']['output'];
  /** When it was marked as read; null before. */
  readonly readAt: Maybe<Scalars['DateTime']['output']>;
  /** When the provider accepted it; null before. */
  readonly sentAt: Maybe<Scalars['DateTime']['output']>;
  /** How far it has come. */
  readonly status: NotificationStatus;
  /** The subject, with its variables filled in; null where the channel has none. */
  readonly subject: Maybe<Scalars['String']['output']>;
  /** Null unless it is `SUPPRESSED`. */
  readonly suppressedBecause: Maybe<SuppressionReason>;
};

/** What a notification is for. */
export type NotificationCategory =
  /** Advertising: at most 3 to one user in one UTC day, over all channels. */
  | 'PROMOTIONAL'
  /** Sign-ins, passwords: passes quiet hours. */
  | 'SECURITY'
  /** About something that the user has done. */
  | 'TRANSACTIONAL';

/** A way to reach somebody. */
export type NotificationChannel =
  /** An e-mail; at most 10 to one user in one UTC day. */
  | 'EMAIL'
  /** A push message. */
  | 'PUSH'
  /** A text message; at most 5 to one user in one UTC day. */
  | 'SMS';

/** A page of notifications. */
export type NotificationConnection = {
  readonly __typename?: 'NotificationConnection';
  /** The items with their cursors. */
  readonly edges: ReadonlyArray<NotificationEdge>;
  /** The items alone. */
  readonly nodes: ReadonlyArray<Notification>;
  /** Where this page lies. */
  readonly pageInfo: PageInfo;
};

/** A notification and its place. */
export type NotificationEdge = {
  readonly __typename?: 'NotificationEdge';
  /** Its place. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The notification. */
  readonly node: Notification;
};

/** What may be sent to a user, and when. */
export type NotificationPreferences = {
  readonly __typename?: 'NotificationPreferences';
  /** Whether e-mails may be sent. */
  readonly email: Scalars['Boolean']['output'];
  /** Whether advertising may be sent, on the channels that are allowed. */
  readonly promotional: Scalars['Boolean']['output'];
  /** Whether push messages may be sent. */
  readonly push: Scalars['Boolean']['output'];
  /** When nothing but security messages may arrive; null: at no time. */
  readonly quietHours: Maybe<QuietHours>;
  /** Whether text messages may be sent. */
  readonly sms: Scalars['Boolean']['output'];
};

/** How far a notification has come. */
export type NotificationStatus =
  /** Waits for the end of the quiet hours. */
  | 'DEFERRED'
  /** Every attempt has failed. */
  | 'FAILED'
  /** Waits for its delivery, or for another attempt. */
  | 'QUEUED'
  /** The provider has accepted it. */
  | 'SENT'
  /** Was not sent; `suppressedBecause` tells why. */
  | 'SUPPRESSED';

/** A text with variables, for one channel. */
export type NotificationTemplate = Node & {
  readonly __typename?: 'NotificationTemplate';
  /** With variables such as `{{name}}`; HTML where `channel` is `EMAIL`, and values are then escaped. */
  readonly body: Scalars['String']['output'];
  /** What they are for. */
  readonly category: NotificationCategory;
  /** The way that notifications made from it take. */
  readonly channel: NotificationChannel;
  /** Global id. */
  readonly id: Scalars['ID']['output'];
  /** Unique; for people. */
  readonly name: Scalars['String']['output'];
  /** With variables such as `{{name}}`; null where the channel has none. */
  readonly subject: Maybe<Scalars['String']['output']>;
  /** When it was changed last. */
  readonly updatedAt: Scalars['DateTime']['output'];
  /** Names of all variables in subject and body. */
  readonly variables: ReadonlyArray<Scalars['String']['output']>;
};

/** A new account. */
export type OpenAccountInput = {
  /** The one currency that it will be kept in. */
  readonly currencyCode: CurrencyCode;
  /** 1 to 60 characters. */
  readonly name: Scalars['String']['input'];
};

/** The outcome of `openAccount`. */
export type OpenAccountPayload = {
  readonly __typename?: 'OpenAccountPayload';
  /** The new account; null where it failed. */
  readonly account: Maybe<Account>;
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What was bought at once, at the prices of then. */
export type Order = Node & {
  readonly __typename?: 'Order';
  /** Global id. */
  readonly id: Scalars['ID']['output'];
  /** What was bought, and for how much. */
  readonly lines: ReadonlyArray<OrderLine>;
  /** How it was paid; null while it is not. */
  readonly payment: Maybe<OrderPayment>;
  /** When it was made. */
  readonly placedAt: Scalars['DateTime']['output'];
  /** Whether it is paid. */
  readonly status: OrderStatus;
  /** What it cost in all. */
  readonly total: Money;
};

/** A page of orders. */
export type OrderConnection = {
  readonly __typename?: 'OrderConnection';
  /** The items with their cursors. */
  readonly edges: ReadonlyArray<OrderEdge>;
  /** The items alone. */
  readonly nodes: ReadonlyArray<Order>;
  /** Where this page lies. */
  readonly pageInfo: PageInfo;
};

/** An order and its place. */
export type OrderEdge = {
  readonly __typename?: 'OrderEdge';
  /** Its place. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The order. */
  readonly node: Order;
};

/** One product of an order. */
export type OrderLine = {
  readonly __typename?: 'OrderLine';
  /** What it was called then. */
  readonly name: Scalars['String']['output'];
  /** The product as it is now; null where it is gone. */
  readonly product: Maybe<Product>;
  /** How many of it. */
  readonly quantity: Scalars['Int']['output'];
  /** What they cost together. */
  readonly total: Money;
  /** What one cost then. */
  readonly unitPrice: Money;
};

/** How an order was paid. */
export type OrderPayment = {
  readonly __typename?: 'OrderPayment';
  /** How much. */
  readonly amount: Money;
  /** When. */
  readonly paidAt: Scalars['DateTime']['output'];
  /** The movement in the bank, as the account shows it. Needs the `BANK` scope. */
  readonly transaction: Maybe<Transaction>;
};

/** What has become of an order. */
export type OrderStatus =
  /** Made and paid. */
  | 'PAID'
  /** Made, and not paid yet. */
  | 'PLACED';

/** Where a page of a connection lies. */
export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** Cursor of the last item of this page: the next page's `after`. Null when the page is empty. */
  readonly endCursor: Maybe<Scalars['Cursor']['output']>;
  /** Whether there is more after `endCursor`. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Whether there is more before `startCursor`. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** Cursor of the first item of this page; null when it is empty. */
  readonly startCursor: Maybe<Scalars['Cursor']['output']>;
};

/** Whether a user is there. */
export type Presence = {
  readonly __typename?: 'Presence';
  /** Active within the last 5 minutes. */
  readonly isOnline: Scalars['Boolean']['output'];
  /** The last activity; null where there was none, or it is not known at present. */
  readonly lastSeenAt: Maybe<Scalars['DateTime']['output']>;
};

/** Something to buy. */
export type Product = Node & {
  readonly __typename?: 'Product';
  /** The category it is filed under. */
  readonly category: Scalars['String']['output'];
  /** When it was added. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** The long text; Markdown. */
  readonly description: Maybe<Scalars['String']['output']>;
  /** Global id. */
  readonly id: Scalars['ID']['output'];
  /** All pictures, the main one first. */
  readonly images: Maybe<ReadonlyArray<Scalars['URL']['output']>>;
  /** How many there are. */
  readonly inventory: Maybe<Inventory>;
  /** The picture for lists. */
  readonly mainImage: Maybe<Scalars['URL']['output']>;
  /** Its name. */
  readonly name: Scalars['String']['output'];
  /** What one costs now. */
  readonly price: Money;
  /** Mean of its reviews, 0 to 5; null before the first. */
  readonly rating: Maybe<Scalars['Float']['output']>;
};

/** A page of products. */
export type ProductConnection = {
  readonly __typename?: 'ProductConnection';
  /** The items with their cursors. */
  readonly edges: ReadonlyArray<ProductEdge>;
  /** The items alone. */
  readonly nodes: ReadonlyArray<Product>;
  /** Where this page lies. */
  readonly pageInfo: PageInfo;
  /** Products in the whole list; costs a count, so ask only when it is shown. */
  readonly totalCount: Maybe<Scalars['Int']['output']>;
};

/** A product and its place. */
export type ProductEdge = {
  readonly __typename?: 'ProductEdge';
  /** Its place. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The product. */
  readonly node: Product;
};

/** A page of the products that a query finds. */
export type ProductSearchConnection = {
  readonly __typename?: 'ProductSearchConnection';
  /** The items with their cursors. */
  readonly edges: ReadonlyArray<ProductEdge>;
  /** Whether more match than can be paged to. */
  readonly isTotalCapped: Scalars['Boolean']['output'];
  /** The items alone. */
  readonly nodes: ReadonlyArray<Product>;
  /** Where this page lies. */
  readonly pageInfo: PageInfo;
  /** How many can be paged to; at most 1,000. */
  readonly totalCount: Scalars['Int']['output'];
};

/** Where a query starts. */
export type Query = {
  readonly __typename?: 'Query';
  /** One of one's own bank accounts; another's answers like one that does not exist. Needs the `BANK` scope. */
  readonly account: Maybe<Account>;
  /**
   * A visitor's cart, by the token that `addToCart` has answered. `NOT_FOUND` where there is none of it any more: it went over
   * into a user's, or was not changed for 30 days.
   */
  readonly cart: Maybe<Cart>;
  /** A chat that the signed-in user is a member of. */
  readonly chat: Maybe<Chat>;
  /** Any object by its global id. An id of nothing gives null and a `NOT_FOUND` error; a malformed one `BAD_USER_INPUT`. */
  readonly node: Maybe<Node>;
  /** Up to 100 objects by their global ids, in the order asked for, read in one batch. */
  readonly nodes: ReadonlyArray<Maybe<Node>>;
  /** A template by its global id. For admins and services. */
  readonly notificationTemplate: Maybe<NotificationTemplate>;
  /** A product by its global id. */
  readonly product: Maybe<Product>;
  /** Products, newest first. */
  readonly products: Maybe<ProductConnection>;
  /**
   * What this request costs, and what is left of what the asker may take in one minute. The asker is the signed-in user, or
   * the address of who is not signed in.
   */
  readonly rateLimit: Maybe<RateLimit>;
  /**
   * Products with all words of the query in their name, category or description, each at least as the beginning of a word;
   * the best first. Case, accents and signs do not count. A query without any word finds nothing.
   */
  readonly searchProducts: Maybe<ProductSearchConnection>;
  /** A short link by its code; also one that is expired, until it is swept. */
  readonly shortLink: Maybe<ShortLink>;
  /** A user's profile. */
  readonly user: Maybe<User>;
  /** A user's profile by exact user name; null and `NOT_FOUND` where nobody has it. */
  readonly userByUsername: Maybe<User>;
  /** The signed-in user; null for an anonymous caller. */
  readonly viewer: Maybe<User>;
};


/** Where a query starts. */
export type QueryAccountArgs = {
  id: Scalars['ID']['input'];
};


/** Where a query starts. */
export type QueryCartArgs = {
  token: Scalars['String']['input'];
};


/** Where a query starts. */
export type QueryChatArgs = {
  id: Scalars['ID']['input'];
};


/** Where a query starts. */
export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


/** Where a query starts. */
export type QueryNodesArgs = {
  ids: ReadonlyArray<Scalars['ID']['input']>;
};


/** Where a query starts. */
export type QueryNotificationTemplateArgs = {
  id: Scalars['ID']['input'];
};


/** Where a query starts. */
export type QueryProductArgs = {
  id: Scalars['ID']['input'];
};


/** Where a query starts. */
export type QueryProductsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  category?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** Where a query starts. */
export type QueryRateLimitArgs = {
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
};


/** Where a query starts. */
export type QuerySearchProductsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  query: Scalars['String']['input'];
};


/** Where a query starts. */
export type QueryShortLinkArgs = {
  code: Scalars['String']['input'];
};


/** Where a query starts. */
export type QueryUserArgs = {
  id: Scalars['ID']['input'];
};


/** Where a query starts. */
export type QueryUserByUsernameArgs = {
  username: Scalars['String']['input'];
};

/** A daily period, across midnight where it ends earlier than it starts. */
export type QuietHours = {
  readonly __typename?: 'QuietHours';
  /** Local time; not the same as `start`. */
  readonly end: Scalars['LocalTime']['output'];
  /** Local time. */
  readonly start: Scalars['LocalTime']['output'];
  /** IANA name, such as `Europe/Zurich`. */
  readonly timeZone: Scalars['TimeZone']['output'];
};

/** A daily period, across midnight where it ends earlier than it starts. */
export type QuietHoursInput = {
  /** Local time; not the same as `start`. */
  readonly end: Scalars['LocalTime']['input'];
  /** Local time. */
  readonly start: Scalars['LocalTime']['input'];
  /** IANA name, such as `Europe/Zurich`. */
  readonly timeZone: Scalars['TimeZone']['input'];
};

/** Points that requests are paid with. One that is executed takes what it is estimated at, and is given back what it did not need. */
export type RateLimit = {
  readonly __typename?: 'RateLimit';
  /** What this request is estimated at, at least 1. */
  readonly cost: Scalars['Int']['output'];
  /** Points that may be taken in one minute; null where nobody is limited. */
  readonly limit: Maybe<Scalars['Int']['output']>;
  /** Points that are left, before anything is given back for this request; null where nobody is limited. */
  readonly remaining: Maybe<Scalars['Int']['output']>;
  /** When all points are there again: a minute after the first was taken. Null where nobody is limited. */
  readonly resetAt: Maybe<Scalars['DateTime']['output']>;
};

/** Whom to remove. */
export type RemoveChatMemberInput = {
  /** The group's global id. */
  readonly chatId: Scalars['ID']['input'];
  /** The user's global id; one's own to leave. */
  readonly userId: Scalars['ID']['input'];
};

/** The outcome of `removeChatMember`. */
export type RemoveChatMemberPayload = {
  readonly __typename?: 'RemoveChatMemberPayload';
  /** The changed chat; null where it failed, and for who has left. */
  readonly chat: Maybe<Chat>;
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What to take out. */
export type RemoveFromCartInput = {
  /** Of a visitor's cart. Not looked at where somebody is signed in: the cart is then the user's own. */
  readonly cartToken?: InputMaybe<Scalars['String']['input']>;
  /** The product's global id. */
  readonly productId: Scalars['ID']['input'];
};

/** The outcome of `removeFromCart`. */
export type RemoveFromCartPayload = {
  readonly __typename?: 'RemoveFromCartPayload';
  /** The cart with the change; null where it failed. */
  readonly cart: Maybe<Cart>;
  /** The visitor's, as it was sent. Null where somebody is signed in, and where it failed. */
  readonly cartToken: Maybe<Scalars['String']['output']>;
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What came in. */
export type RestockProductInput = {
  /** The product's global id. */
  readonly id: Scalars['ID']['input'];
  /** Items to add, 1 to 1,000,000. */
  readonly quantity: Scalars['Int']['input'];
};

/** The outcome of `restockProduct`. */
export type RestockProductPayload = {
  readonly __typename?: 'RestockProductPayload';
  /** The product with its new stock; null where it failed. */
  readonly product: Maybe<Product>;
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Whose sessions to end. */
export type RevokeUserSessionsInput = {
  /** The user's global id. */
  readonly userId: Scalars['ID']['input'];
};

/** The outcome of `revokeUserSessions`. */
export type RevokeUserSessionsPayload = {
  readonly __typename?: 'RevokeUserSessionsPayload';
  /** How many sessions ended. */
  readonly endedSessions: Scalars['Int']['output'];
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What an account may do. */
export type Role =
  /** Edits the catalogue and the templates, and sees private fields. */
  | 'ADMIN'
  /** A backend that acts for the system. */
  | 'SERVICE'
  /** A person. */
  | 'USER';

/** A new or changed template. */
export type SaveNotificationTemplateInput = {
  /** 1 to 20,000 characters; 1,000 for text and push messages. */
  readonly body: Scalars['String']['input'];
  /** What they are for. */
  readonly category: NotificationCategory;
  /** The way that notifications take. */
  readonly channel: NotificationChannel;
  /** The template to change; a new one when left out. */
  readonly id?: InputMaybe<Scalars['ID']['input']>;
  /** 1 to 100 characters. */
  readonly name: Scalars['String']['input'];
  /** At most 200 characters; for e-mails only, and needed there. */
  readonly subject?: InputMaybe<Scalars['String']['input']>;
};

/** The outcome of `saveNotificationTemplate`. */
export type SaveNotificationTemplatePayload = {
  readonly __typename?: 'SaveNotificationTemplatePayload';
  /** The template; null where it failed. */
  readonly template: Maybe<NotificationTemplate>;
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** The rights that a session can have. */
export type Scope =
  /** Accounts and transfers. 15 minutes, extended by use; opened by `stepUp`. */
  | 'BANK'
  /** Profile, chats, notifications. 7 days from signing in. */
  | 'CHAT'
  /** Cart and orders. 1 hour, extended by every request. */
  | 'SHOP';

/** A message to send. */
export type SendMessageInput = {
  /** Global id of what to send with it: of one of the types of `Attachment`. */
  readonly attachmentId?: InputMaybe<Scalars['ID']['input']>;
  /** The chat's global id. */
  readonly chatId: Scalars['ID']['input'];
  /** 1 to 100 characters, unique among the author's in this chat: repeating it returns the message that was sent. */
  readonly clientMessageId: Scalars['String']['input'];
  /** 1 to 4,000 characters. */
  readonly text: Scalars['String']['input'];
};

/** The outcome of `sendMessage`. */
export type SendMessagePayload = {
  readonly __typename?: 'SendMessagePayload';
  /** The message; null where it failed. */
  readonly message: Maybe<Message>;
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A notification to send. */
export type SendNotificationInput = {
  /** Global id of what to send with it: of one of the types of `Attachment`. */
  readonly attachmentId?: InputMaybe<Scalars['ID']['input']>;
  /** 1 to 100 characters, unique among the sender's: repeating it returns the first outcome. */
  readonly idempotencyKey: Scalars['String']['input'];
  /** The template's global id. */
  readonly templateId: Scalars['ID']['input'];
  /** The receiver's global id. */
  readonly userId: Scalars['ID']['input'];
  /** A value for every variable of the template, each at most 2,000 characters. */
  readonly variables?: InputMaybe<Scalars['StringMap']['input']>;
};

/** The outcome of `sendNotification`. */
export type SendNotificationPayload = {
  readonly __typename?: 'SendNotificationPayload';
  /** The notification, also where it is suppressed; null where it could not be made. */
  readonly notification: Maybe<Notification>;
  /** Why it is not sent; empty where it is. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A device that is signed in. */
export type Session = Node & {
  readonly __typename?: 'Session';
  /** When it signed in. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Global id. */
  readonly id: Scalars['ID']['output'];
  /** Whether this request came with it. */
  readonly isCurrent: Scalars['Boolean']['output'];
  /** What it may do at present, and until when. */
  readonly scopes: ReadonlyArray<SessionScope>;
};

/** A page of sessions. */
export type SessionConnection = {
  readonly __typename?: 'SessionConnection';
  /** The items with their cursors. */
  readonly edges: ReadonlyArray<SessionEdge>;
  /** The items alone. */
  readonly nodes: ReadonlyArray<Session>;
  /** Where this page lies. */
  readonly pageInfo: PageInfo;
};

/** A session and its place. */
export type SessionEdge = {
  readonly __typename?: 'SessionEdge';
  /** Its place. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The session. */
  readonly node: Session;
};

/** A right of a session, with its end. */
export type SessionScope = {
  readonly __typename?: 'SessionScope';
  /** When it ends, unless it is extended before. */
  readonly expiresAt: Scalars['DateTime']['output'];
  /** The right. */
  readonly scope: Scope;
};

/** A product and how many of it. */
export type SetCartQuantityInput = {
  /** Of a visitor's cart. Not looked at where somebody is signed in: the cart is then the user's own. */
  readonly cartToken?: InputMaybe<Scalars['String']['input']>;
  /** The product's global id. */
  readonly productId: Scalars['ID']['input'];
  /** 0 to 999. */
  readonly quantity: Scalars['Int']['input'];
};

/** The outcome of `setCartQuantity`. */
export type SetCartQuantityPayload = {
  readonly __typename?: 'SetCartQuantityPayload';
  /** The cart with the change; null where it failed. */
  readonly cart: Maybe<Cart>;
  /** The visitor's, as it was sent. Null where somebody is signed in, and where it failed. */
  readonly cartToken: Maybe<Scalars['String']['output']>;
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Where one is typing. */
export type SetTypingInput = {
  /** The chat's global id. */
  readonly chatId: Scalars['ID']['input'];
};

/** The outcome of `setTyping`. */
export type SetTypingPayload = {
  readonly __typename?: 'SetTypingPayload';
  /** The chat; null where it failed. */
  readonly chat: Maybe<Chat>;
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A short address that leads to a long one. */
export type ShortLink = Node & {
  readonly __typename?: 'ShortLink';
  /** How often it was followed, but by machines that say so; seconds behind. */
  readonly clicks: Maybe<Scalars['Int']['output']>;
  /** What stands in its address: 10 or 11 letters and digits, or its alias. */
  readonly code: Scalars['String']['output'];
  /** When it was made. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** From then on it leads nowhere; null where it never ends. It is swept 30 days later. */
  readonly expiresAt: Maybe<Scalars['DateTime']['output']>;
  /** Global id. */
  readonly id: Scalars['ID']['output'];
  /** Whose it is; null where that user is gone. */
  readonly owner: Maybe<User>;
  /** The address to share. */
  readonly shortUrl: Scalars['URL']['output'];
  /** Where it leads. */
  readonly url: Scalars['URL']['output'];
};

/** A page of short links. */
export type ShortLinkConnection = {
  readonly __typename?: 'ShortLinkConnection';
  /** The items with their cursors. */
  readonly edges: ReadonlyArray<ShortLinkEdge>;
  /** The items alone. */
  readonly nodes: ReadonlyArray<ShortLink>;
  /** Where this page lies. */
  readonly pageInfo: PageInfo;
};

/** A short link and its place. */
export type ShortLinkEdge = {
  readonly __typename?: 'ShortLinkEdge';
  /** Its place. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The link. */
  readonly node: ShortLink;
};

/** Who signs in. */
export type SignInInput = {
  /** Of the cart that `addToCart` has made for a visitor: it goes over into the user's. One that stands for no cart is passed over. */
  readonly cartToken?: InputMaybe<Scalars['String']['input']>;
  /** The password. */
  readonly password: Scalars['String']['input'];
  /** Case does not matter. */
  readonly username: Scalars['String']['input'];
};

/** The outcome of `signIn`. */
export type SignInPayload = {
  readonly __typename?: 'SignInPayload';
  /** For the `Authorization: Bearer` header; null where it failed. */
  readonly token: Maybe<Scalars['String']['output']>;
  /** The signed-in user; null where it failed. */
  readonly user: Maybe<User>;
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** The outcome of `signOut` and `signOutEverywhere`. */
export type SignOutPayload = {
  readonly __typename?: 'SignOutPayload';
  /** How many sessions ended. */
  readonly endedSessions: Scalars['Int']['output'];
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A new account. */
export type SignUpInput = {
  /** Of the cart that `addToCart` has made for a visitor: it becomes the new user's. One that stands for no cart is passed over. */
  readonly cartToken?: InputMaybe<Scalars['String']['input']>;
  /** 1 to 60 characters; the user name when left out. */
  readonly displayName?: InputMaybe<Scalars['String']['input']>;
  /** Shown to nobody else. */
  readonly email?: InputMaybe<Scalars['EmailAddress']['input']>;
  /** 10 to 128 characters. */
  readonly password: Scalars['String']['input'];
  /** Shown to nobody else. */
  readonly phone?: InputMaybe<Scalars['PhoneNumber']['input']>;
  /** 3 to 30 characters: letters, digits, `_`; a letter first. Kept in lower case. */
  readonly username: Scalars['String']['input'];
};

/** The outcome of `signUp`. */
export type SignUpPayload = {
  readonly __typename?: 'SignUpPayload';
  /** For the `Authorization: Bearer` header; null where it failed. */
  readonly token: Maybe<Scalars['String']['output']>;
  /** The new user; null where it failed. */
  readonly user: Maybe<User>;
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Whom to chat with. */
export type StartChatInput = {
  /** 1 to 100 characters: makes a group. A direct chat when left out. */
  readonly title?: InputMaybe<Scalars['String']['input']>;
  /** Global ids of the others: one for a direct chat, up to 999 for a group. */
  readonly userIds: ReadonlyArray<Scalars['ID']['input']>;
};

/** The outcome of `startChat`. */
export type StartChatPayload = {
  readonly __typename?: 'StartChatPayload';
  /** The chat; null where it failed. */
  readonly chat: Maybe<Chat>;
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** The password, once more. */
export type StepUpInput = {
  /** The password. */
  readonly password: Scalars['String']['input'];
};

/** The outcome of `stepUp`. */
export type StepUpPayload = {
  readonly __typename?: 'StepUpPayload';
  /** The session with its new scopes; null where it failed. */
  readonly session: Maybe<Session>;
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What to tell a buyer. */
export type StockStatus =
  /** 10 or more are left. */
  | 'IN_STOCK'
  /** 1 to 9 are left. */
  | 'LOW_STOCK'
  /** None is left. */
  | 'OUT_OF_STOCK';

/** Where a live stream starts, over a WebSocket (`graphql-transport-ws`) or server-sent events. It ends when the session does. */
export type Subscription = {
  readonly __typename?: 'Subscription';
  /** Messages of a chat as they are sent, each once and in order. With `after`, those first that were sent since then. */
  readonly messageAdded: Maybe<Message>;
  /** Notifications of the signed-in user as they come. With `after`, those first that came since then. */
  readonly notificationReceived: Maybe<Notification>;
  /** Who of some users comes and goes. */
  readonly presenceChanged: Maybe<User>;
  /** Who is typing in a chat, whenever somebody begins. */
  readonly typing: Maybe<Typing>;
};


/** Where a live stream starts, over a WebSocket (`graphql-transport-ws`) or server-sent events. It ends when the session does. */
export type SubscriptionMessageAddedArgs = {
  after?: InputMaybe<Scalars['ID']['input']>;
  chatId: Scalars['ID']['input'];
};


/** Where a live stream starts, over a WebSocket (`graphql-transport-ws`) or server-sent events. It ends when the session does. */
export type SubscriptionNotificationReceivedArgs = {
  after?: InputMaybe<Scalars['ID']['input']>;
};


/** Where a live stream starts, over a WebSocket (`graphql-transport-ws`) or server-sent events. It ends when the session does. */
export type SubscriptionPresenceChangedArgs = {
  userIds: ReadonlyArray<Scalars['ID']['input']>;
};


/** Where a live stream starts, over a WebSocket (`graphql-transport-ws`) or server-sent events. It ends when the session does. */
export type SubscriptionTypingArgs = {
  chatId: Scalars['ID']['input'];
};

/** Why a notification was not sent. */
export type SuppressionReason =
  /** The user does not want any on this channel. */
  | 'CHANNEL_OFF'
  /** The user has no address on this channel. */
  | 'NO_ADDRESS'
  /** The user does not want advertising. */
  | 'PROMOTIONAL_OFF'
  /** The day's quota is used up. */
  | 'QUOTA_USED_UP';

/** What one movement of money meant to an account. It never changes. */
export type Transaction = Node & {
  readonly __typename?: 'Transaction';
  /** The account that it belongs to. */
  readonly account: Maybe<Account>;
  /** Negative where it left the account. */
  readonly amount: Money;
  /** What was in the account then. */
  readonly balanceAfter: Money;
  /** The global id of the account on the other side; another's or the bank's own, which cannot be looked into. */
  readonly counterpartyAccountId: Scalars['ID']['output'];
  /** When it moved. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Global id. */
  readonly id: Scalars['ID']['output'];
  /** Why money moved. */
  readonly kind: TransactionKind;
  /** A few words of who moved it, if there are any. */
  readonly note: Maybe<Scalars['String']['output']>;
};

/** A page of transactions. */
export type TransactionConnection = {
  readonly __typename?: 'TransactionConnection';
  /** The items with their cursors. */
  readonly edges: ReadonlyArray<TransactionEdge>;
  /** The items alone. */
  readonly nodes: ReadonlyArray<Transaction>;
  /** Where this page lies. */
  readonly pageInfo: PageInfo;
};

/** A transaction and its place. */
export type TransactionEdge = {
  readonly __typename?: 'TransactionEdge';
  /** Its place. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The transaction. */
  readonly node: Transaction;
};

/** Why money moved. */
export type TransactionKind =
  /** Paid in. */
  | 'DEPOSIT'
  /** Paid out, or paid back. */
  | 'LOAN'
  /** To the shop, for an order. */
  | 'PAYMENT'
  /** Between accounts of users. */
  | 'TRANSFER';

/** Money to be moved. */
export type TransferInput = {
  /** How much; positive, in the currency of both accounts. */
  readonly amount: MoneyInput;
  /** The global id of one of one's own accounts. */
  readonly fromAccountId: Scalars['ID']['input'];
  /** 1 to 100 characters, another for each transfer; the same again where the answer was not heard. */
  readonly idempotencyKey: Scalars['String']['input'];
  /** At most 140 characters, shown to both sides. */
  readonly note?: InputMaybe<Scalars['String']['input']>;
  /** The global id of any user's account. */
  readonly toAccountId: Scalars['ID']['input'];
};

/** The outcome of `transfer`. */
export type TransferPayload = {
  readonly __typename?: 'TransferPayload';
  /** The payer's side of it; null where it failed. */
  readonly transaction: Maybe<Transaction>;
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Somebody begins to type. */
export type Typing = {
  readonly __typename?: 'Typing';
  /** It is over then, unless it is said again. */
  readonly until: Scalars['DateTime']['output'];
  /** Who. */
  readonly user: Maybe<User>;
};

/** Changes to one's own preferences. */
export type UpdatePreferencesInput = {
  /** Whether e-mails may be sent. */
  readonly email?: InputMaybe<Scalars['Boolean']['input']>;
  /** Whether advertising may be sent. */
  readonly promotional?: InputMaybe<Scalars['Boolean']['input']>;
  /** Whether push messages may be sent. */
  readonly push?: InputMaybe<Scalars['Boolean']['input']>;
  /** When nothing but security messages may arrive; null removes it. */
  readonly quietHours?: InputMaybe<QuietHoursInput>;
  /** Whether text messages may be sent. */
  readonly sms?: InputMaybe<Scalars['Boolean']['input']>;
};

/** The outcome of `updatePreferences`. */
export type UpdatePreferencesPayload = {
  readonly __typename?: 'UpdatePreferencesPayload';
  /** The changed preferences; null where it failed. */
  readonly preferences: Maybe<NotificationPreferences>;
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Changes to a product. */
export type UpdateProductInput = {
  /** 1 to 60 characters. */
  readonly category?: InputMaybe<Scalars['String']['input']>;
  /** At most 20,000 characters; Markdown. */
  readonly description?: InputMaybe<Scalars['String']['input']>;
  /** The product's global id. */
  readonly id: Scalars['ID']['input'];
  /** All pictures, the one for lists first; at most 20. */
  readonly images?: InputMaybe<ReadonlyArray<Scalars['URL']['input']>>;
  /** 1 to 200 characters. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** What one costs. */
  readonly price?: InputMaybe<MoneyInput>;
};

/** The outcome of `updateProduct`. */
export type UpdateProductPayload = {
  readonly __typename?: 'UpdateProductPayload';
  /** The changed product; null where it failed. */
  readonly product: Maybe<Product>;
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Changes to one's own profile. Null removes a value, where there may be none. */
export type UpdateProfileInput = {
  /** A picture. */
  readonly avatarUrl?: InputMaybe<Scalars['URL']['input']>;
  /** 1 to 60 characters. */
  readonly displayName?: InputMaybe<Scalars['String']['input']>;
  /** Shown to nobody else. */
  readonly email?: InputMaybe<Scalars['EmailAddress']['input']>;
  /** Shown to nobody else. */
  readonly phone?: InputMaybe<Scalars['PhoneNumber']['input']>;
  /** At most 140 characters. */
  readonly statusMessage?: InputMaybe<Scalars['String']['input']>;
};

/** The outcome of `updateProfile`. */
export type UpdateProfilePayload = {
  readonly __typename?: 'UpdateProfilePayload';
  /** The changed profile; null where it failed. */
  readonly user: Maybe<User>;
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Changes to a short link. */
export type UpdateShortLinkInput = {
  /** Which one. */
  readonly code: Scalars['String']['input'];
  /** When it ends from now on; null for never. */
  readonly expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Where it leads from now on; not to this gateway itself. */
  readonly url?: InputMaybe<Scalars['URL']['input']>;
};

/** The outcome of `updateShortLink`. */
export type UpdateShortLinkPayload = {
  readonly __typename?: 'UpdateShortLinkPayload';
  /** The changed link; null where it failed. */
  readonly shortLink: Maybe<ShortLink>;
  /** Why it failed; empty where it did not. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Somebody with an account. */
export type User = Node & {
  readonly __typename?: 'User';
  /** Bank accounts, in the order of their opening. Only for oneself, with the `BANK` scope. */
  readonly accounts: Maybe<AccountConnection>;
  /** A picture, if there is one. */
  readonly avatarUrl: Maybe<Scalars['URL']['output']>;
  /** What the user means to buy; empty at first. Only for oneself; needs `SHOP`. */
  readonly cart: Maybe<Cart>;
  /** Chats one is a member of, the one with the latest message first. Only for oneself. */
  readonly chats: Maybe<ChatConnection>;
  /** When the account was made. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** What others see. */
  readonly displayName: Scalars['String']['output'];
  /** Only for oneself and for admins. */
  readonly email: Maybe<Scalars['EmailAddress']['output']>;
  /** Global id. */
  readonly id: Scalars['ID']['output'];
  /** What was sent to one, newest first. Only for oneself. */
  readonly notifications: Maybe<NotificationConnection>;
  /** What one has bought, newest first. Only for oneself, with the `SHOP` scope. */
  readonly orders: Maybe<OrderConnection>;
  /** Only for oneself and for admins. */
  readonly phone: Maybe<Scalars['PhoneNumber']['output']>;
  /** What may be sent to one, and when. Only for oneself. */
  readonly preferences: Maybe<NotificationPreferences>;
  /** Whether the user is there. For everybody who is signed in. */
  readonly presence: Maybe<Presence>;
  /** Only for oneself and for admins. */
  readonly role: Maybe<Role>;
  /** Live sessions, newest first. Only for oneself. */
  readonly sessions: Maybe<SessionConnection>;
  /** One's own short links, newest first. */
  readonly shortLinks: Maybe<ShortLinkConnection>;
  /** A line about how it goes, if there is one. */
  readonly statusMessage: Maybe<Scalars['String']['output']>;
  /** How many of them are not marked as read. Only for oneself. */
  readonly unreadNotificationCount: Maybe<Scalars['Int']['output']>;
  /** Unique and unchangeable. */
  readonly username: Scalars['String']['output'];
};


/** Somebody with an account. */
export type UserAccountsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** Somebody with an account. */
export type UserChatsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** Somebody with an account. */
export type UserNotificationsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** Somebody with an account. */
export type UserOrdersArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** Somebody with an account. */
export type UserSessionsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** Somebody with an account. */
export type UserShortLinksArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** What the user can do something about, to be shown beside the input field that it names. */
export type UserError = {
  readonly __typename?: 'UserError';
  /** To branch on. */
  readonly code: UserErrorCode;
  /** Path of the field within the mutation's arguments, such as `["input", "username"]`; null when it is about the whole. */
  readonly field: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** To show; in English. */
  readonly message: Scalars['String']['output'];
};

/** Every reason that a mutation can give in `userErrors`. */
export type UserErrorCode =
  /** Somebody has this alias already. */
  | 'ALIAS_TAKEN'
  /** As many different products as a cart can hold. */
  | 'CART_FULL'
  /** The account is kept in another currency. */
  | 'CURRENCY_MISMATCH'
  /** Somebody has this e-mail address already. */
  | 'EMAIL_TAKEN'
  /** There is nothing in the cart to order. */
  | 'EMPTY_CART'
  /** A group has at most 1,000 members. */
  | 'GROUP_FULL'
  /** The idempotency key was used for another request before. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** The account does not hold as much. */
  | 'INSUFFICIENT_FUNDS'
  /** 3 to 32 letters, digits, `-` and `_`, and neither a word that the gateway needs itself nor what could be a generated code. */
  | 'INVALID_ALIAS'
  /** An amount must be positive. */
  | 'INVALID_AMOUNT'
  /** The name and password do not belong together; which of them is wrong is not said. */
  | 'INVALID_CREDENTIALS'
  /** A link cannot expire in the past. */
  | 'INVALID_EXPIRY'
  /** Empty, or longer than the field may be. */
  | 'INVALID_LENGTH'
  /** One cannot chat with oneself alone, nor name somebody who is not there. */
  | 'INVALID_MEMBERS'
  /** 10 to 128 characters. */
  | 'INVALID_PASSWORD'
  /** A price must be positive. */
  | 'INVALID_PRICE'
  /** A quantity must be between 1 and 1,000,000. */
  | 'INVALID_QUANTITY'
  /** Quiet hours must not begin and end at the same time. */
  | 'INVALID_QUIET_HOURS'
  /** Only http and https, and not a short link of this gateway. */
  | 'INVALID_TARGET'
  /** Not `{{name}}`, or a variable where none may be. */
  | 'INVALID_TEMPLATE'
  /** 3 to 30 characters: lower-case letters, digits, `_`; a letter first. */
  | 'INVALID_USERNAME'
  /** A variable of the template was given no value; the message names it. */
  | 'MISSING_VARIABLE'
  /** The cart has prices in several currencies; say which of them to order. */
  | 'MIXED_CURRENCIES'
  /** Only for groups: a direct chat has its two members for ever. */
  | 'NOT_A_GROUP'
  /** Only the owner and the admins of the group may. */
  | 'NOT_A_GROUP_ADMIN'
  /** Only the author may, and only of what is not deleted. */
  | 'NOT_THE_AUTHOR'
  /** The receiver has no address on this channel. */
  | 'NO_ADDRESS'
  /** The receiver does not want it: the channel, or advertising, is switched off. */
  | 'OPTED_OUT'
  /** There are not as many left; the message says how many are. */
  | 'OUT_OF_STOCK'
  /** The owner cannot be removed. */
  | 'OWNER_STAYS'
  /** As many as the receiver may get in one day have been sent. */
  | 'QUOTA_USED_UP'
  /** From and to are the same account. */
  | 'SAME_ACCOUNT'
  /** Somebody has given another template this name. */
  | 'TEMPLATE_NAME_TAKEN'
  /** As many accounts as one user can have. */
  | 'TOO_MANY_ACCOUNTS'
  /** There is no such account, or it is not one's own where it must be. */
  | 'UNKNOWN_ACCOUNT'
  /** What was to be attached is not there any more. */
  | 'UNKNOWN_ATTACHMENT'
  /** There is no such product any more. */
  | 'UNKNOWN_PRODUCT'
  /** Somebody has this user name already. */
  | 'USERNAME_TAKEN'
  /** The present password was not the one given. */
  | 'WRONG_PASSWORD';



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;



/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  Attachment:
    | ( ProductEntity )
    | ( LinkEntity )
  ;
};

/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Node:
    | ( AccountEntity )
    | ( ChatEntity )
    | ( MessageEntity )
    | ( NotificationEntity )
    | ( TemplateEntity )
    | ( OrderEntity )
    | ( ProductEntity )
    | ( SessionEntity )
    | ( LinkEntity )
    | ( TransactionEntity )
    | ( ProfileEntity )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Account: ResolverTypeWrapper<AccountEntity>;
  AccountConnection: ResolverTypeWrapper<Connection<AccountEntity>>;
  AccountEdge: ResolverTypeWrapper<Omit<AccountEdge, 'node'> & { node: ResolversTypes['Account'] }>;
  AddChatMemberInput: AddChatMemberInput;
  AddChatMemberPayload: ResolverTypeWrapper<Omit<AddChatMemberPayload, 'chat'> & { chat?: Maybe<ResolversTypes['Chat']> }>;
  AddToCartInput: AddToCartInput;
  AddToCartPayload: ResolverTypeWrapper<Omit<AddToCartPayload, 'cart'> & { cart?: Maybe<ResolversTypes['Cart']> }>;
  Attachment: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['Attachment']>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Cart: ResolverTypeWrapper<CartEntity>;
  CartLine: ResolverTypeWrapper<CartItem>;
  ChangePasswordInput: ChangePasswordInput;
  ChangePasswordPayload: ResolverTypeWrapper<Omit<ChangePasswordPayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  ChangeUserRoleInput: ChangeUserRoleInput;
  ChangeUserRolePayload: ResolverTypeWrapper<Omit<ChangeUserRolePayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  Chat: ResolverTypeWrapper<ChatEntity>;
  ChatConnection: ResolverTypeWrapper<Connection<ChatEntity>>;
  ChatEdge: ResolverTypeWrapper<Omit<ChatEdge, 'node'> & { node: ResolversTypes['Chat'] }>;
  ChatKind: ChatKind;
  ChatMember: ResolverTypeWrapper<ChatMemberEntity>;
  ChatMemberConnection: ResolverTypeWrapper<Connection<ChatMemberEntity>>;
  ChatMemberEdge: ResolverTypeWrapper<Omit<ChatMemberEdge, 'node'> & { node: ResolversTypes['ChatMember'] }>;
  ChatRole: ChatRole;
  CheckOutInput: CheckOutInput;
  CheckOutPayload: ResolverTypeWrapper<Omit<CheckOutPayload, 'order'> & { order?: Maybe<ResolversTypes['Order']> }>;
  ClearCartInput: ClearCartInput;
  ClearCartPayload: ResolverTypeWrapper<Omit<ClearCartPayload, 'cart'> & { cart?: Maybe<ResolversTypes['Cart']> }>;
  CreateProductInput: CreateProductInput;
  CreateProductPayload: ResolverTypeWrapper<Omit<CreateProductPayload, 'product'> & { product?: Maybe<ResolversTypes['Product']> }>;
  CreateShortLinkInput: CreateShortLinkInput;
  CreateShortLinkPayload: ResolverTypeWrapper<Omit<CreateShortLinkPayload, 'shortLink'> & { shortLink?: Maybe<ResolversTypes['ShortLink']> }>;
  CurrencyCode: CurrencyCode;
  Cursor: ResolverTypeWrapper<Scalars['Cursor']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Decimal: ResolverTypeWrapper<Scalars['Decimal']['output']>;
  DeleteMessageInput: DeleteMessageInput;
  DeleteMessagePayload: ResolverTypeWrapper<Omit<DeleteMessagePayload, 'message'> & { message?: Maybe<ResolversTypes['Message']> }>;
  DeleteShortLinkInput: DeleteShortLinkInput;
  DeleteShortLinkPayload: ResolverTypeWrapper<Omit<DeleteShortLinkPayload, 'shortLink'> & { shortLink?: Maybe<ResolversTypes['ShortLink']> }>;
  EditMessageInput: EditMessageInput;
  EditMessagePayload: ResolverTypeWrapper<Omit<EditMessagePayload, 'message'> & { message?: Maybe<ResolversTypes['Message']> }>;
  EmailAddress: ResolverTypeWrapper<Scalars['EmailAddress']['output']>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  HeartbeatPayload: ResolverTypeWrapper<Omit<HeartbeatPayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Inventory: ResolverTypeWrapper<InventoryEntity>;
  Loan: ResolverTypeWrapper<LoanEntity>;
  LoanStatus: LoanStatus;
  LocalTime: ResolverTypeWrapper<Scalars['LocalTime']['output']>;
  MarkChatReadInput: MarkChatReadInput;
  MarkChatReadPayload: ResolverTypeWrapper<Omit<MarkChatReadPayload, 'chat'> & { chat?: Maybe<ResolversTypes['Chat']> }>;
  MarkNotificationsReadInput: MarkNotificationsReadInput;
  MarkNotificationsReadPayload: ResolverTypeWrapper<MarkNotificationsReadPayload>;
  Message: ResolverTypeWrapper<MessageEntity>;
  MessageConnection: ResolverTypeWrapper<Connection<MessageEntity>>;
  MessageEdge: ResolverTypeWrapper<Omit<MessageEdge, 'node'> & { node: ResolversTypes['Message'] }>;
  Money: ResolverTypeWrapper<Money>;
  MoneyInput: MoneyInput;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  Notification: ResolverTypeWrapper<NotificationEntity>;
  NotificationCategory: NotificationCategory;
  NotificationChannel: NotificationChannel;
  NotificationConnection: ResolverTypeWrapper<Connection<NotificationEntity>>;
  NotificationEdge: ResolverTypeWrapper<Omit<NotificationEdge, 'node'> & { node: ResolversTypes['Notification'] }>;
  NotificationPreferences: ResolverTypeWrapper<PreferencesEntity>;
  NotificationStatus: NotificationStatus;
  NotificationTemplate: ResolverTypeWrapper<TemplateEntity>;
  OpenAccountInput: OpenAccountInput;
  OpenAccountPayload: ResolverTypeWrapper<Omit<OpenAccountPayload, 'account'> & { account?: Maybe<ResolversTypes['Account']> }>;
  Order: ResolverTypeWrapper<OrderEntity>;
  OrderConnection: ResolverTypeWrapper<Connection<OrderEntity>>;
  OrderEdge: ResolverTypeWrapper<Omit<OrderEdge, 'node'> & { node: ResolversTypes['Order'] }>;
  OrderLine: ResolverTypeWrapper<PricedLine>;
  OrderPayment: ResolverTypeWrapper<OrderPaymentEntity>;
  OrderStatus: OrderStatus;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  PhoneNumber: ResolverTypeWrapper<Scalars['PhoneNumber']['output']>;
  Presence: ResolverTypeWrapper<PresenceEntity>;
  Product: ResolverTypeWrapper<ProductEntity>;
  ProductConnection: ResolverTypeWrapper<ProductList>;
  ProductEdge: ResolverTypeWrapper<Omit<ProductEdge, 'node'> & { node: ResolversTypes['Product'] }>;
  ProductSearchConnection: ResolverTypeWrapper<SearchResult>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  QuietHours: ResolverTypeWrapper<QuietHours>;
  QuietHoursInput: QuietHoursInput;
  RateLimit: ResolverTypeWrapper<RateLimit>;
  RemoveChatMemberInput: RemoveChatMemberInput;
  RemoveChatMemberPayload: ResolverTypeWrapper<Omit<RemoveChatMemberPayload, 'chat'> & { chat?: Maybe<ResolversTypes['Chat']> }>;
  RemoveFromCartInput: RemoveFromCartInput;
  RemoveFromCartPayload: ResolverTypeWrapper<Omit<RemoveFromCartPayload, 'cart'> & { cart?: Maybe<ResolversTypes['Cart']> }>;
  RestockProductInput: RestockProductInput;
  RestockProductPayload: ResolverTypeWrapper<Omit<RestockProductPayload, 'product'> & { product?: Maybe<ResolversTypes['Product']> }>;
  RevokeUserSessionsInput: RevokeUserSessionsInput;
  RevokeUserSessionsPayload: ResolverTypeWrapper<RevokeUserSessionsPayload>;
  Role: Role;
  SaveNotificationTemplateInput: SaveNotificationTemplateInput;
  SaveNotificationTemplatePayload: ResolverTypeWrapper<Omit<SaveNotificationTemplatePayload, 'template'> & { template?: Maybe<ResolversTypes['NotificationTemplate']> }>;
  Scope: Scope;
  SendMessageInput: SendMessageInput;
  SendMessagePayload: ResolverTypeWrapper<Omit<SendMessagePayload, 'message'> & { message?: Maybe<ResolversTypes['Message']> }>;
  SendNotificationInput: SendNotificationInput;
  SendNotificationPayload: ResolverTypeWrapper<Omit<SendNotificationPayload, 'notification'> & { notification?: Maybe<ResolversTypes['Notification']> }>;
  Session: ResolverTypeWrapper<SessionEntity>;
  SessionConnection: ResolverTypeWrapper<Connection<SessionEntity>>;
  SessionEdge: ResolverTypeWrapper<Omit<SessionEdge, 'node'> & { node: ResolversTypes['Session'] }>;
  SessionScope: ResolverTypeWrapper<SessionScope>;
  SetCartQuantityInput: SetCartQuantityInput;
  SetCartQuantityPayload: ResolverTypeWrapper<Omit<SetCartQuantityPayload, 'cart'> & { cart?: Maybe<ResolversTypes['Cart']> }>;
  SetTypingInput: SetTypingInput;
  SetTypingPayload: ResolverTypeWrapper<Omit<SetTypingPayload, 'chat'> & { chat?: Maybe<ResolversTypes['Chat']> }>;
  ShortLink: ResolverTypeWrapper<LinkEntity>;
  ShortLinkConnection: ResolverTypeWrapper<Connection<LinkEntity>>;
  ShortLinkEdge: ResolverTypeWrapper<Omit<ShortLinkEdge, 'node'> & { node: ResolversTypes['ShortLink'] }>;
  SignInInput: SignInInput;
  SignInPayload: ResolverTypeWrapper<Omit<SignInPayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  SignOutPayload: ResolverTypeWrapper<SignOutPayload>;
  SignUpInput: SignUpInput;
  SignUpPayload: ResolverTypeWrapper<Omit<SignUpPayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  StartChatInput: StartChatInput;
  StartChatPayload: ResolverTypeWrapper<Omit<StartChatPayload, 'chat'> & { chat?: Maybe<ResolversTypes['Chat']> }>;
  StepUpInput: StepUpInput;
  StepUpPayload: ResolverTypeWrapper<Omit<StepUpPayload, 'session'> & { session?: Maybe<ResolversTypes['Session']> }>;
  StockStatus: StockStatus;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  StringMap: ResolverTypeWrapper<Scalars['StringMap']['output']>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  SuppressionReason: SuppressionReason;
  TimeZone: ResolverTypeWrapper<Scalars['TimeZone']['output']>;
  Transaction: ResolverTypeWrapper<TransactionEntity>;
  TransactionConnection: ResolverTypeWrapper<Connection<TransactionEntity>>;
  TransactionEdge: ResolverTypeWrapper<Omit<TransactionEdge, 'node'> & { node: ResolversTypes['Transaction'] }>;
  TransactionKind: TransactionKind;
  TransferInput: TransferInput;
  TransferPayload: ResolverTypeWrapper<Omit<TransferPayload, 'transaction'> & { transaction?: Maybe<ResolversTypes['Transaction']> }>;
  Typing: ResolverTypeWrapper<TypingEntity>;
  URL: ResolverTypeWrapper<Scalars['URL']['output']>;
  UpdatePreferencesInput: UpdatePreferencesInput;
  UpdatePreferencesPayload: ResolverTypeWrapper<Omit<UpdatePreferencesPayload, 'preferences'> & { preferences?: Maybe<ResolversTypes['NotificationPreferences']> }>;
  UpdateProductInput: UpdateProductInput;
  UpdateProductPayload: ResolverTypeWrapper<Omit<UpdateProductPayload, 'product'> & { product?: Maybe<ResolversTypes['Product']> }>;
  UpdateProfileInput: UpdateProfileInput;
  UpdateProfilePayload: ResolverTypeWrapper<Omit<UpdateProfilePayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  UpdateShortLinkInput: UpdateShortLinkInput;
  UpdateShortLinkPayload: ResolverTypeWrapper<Omit<UpdateShortLinkPayload, 'shortLink'> & { shortLink?: Maybe<ResolversTypes['ShortLink']> }>;
  User: ResolverTypeWrapper<ProfileEntity>;
  UserError: ResolverTypeWrapper<UserError>;
  UserErrorCode: UserErrorCode;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Account: AccountEntity;
  AccountConnection: Connection<AccountEntity>;
  AccountEdge: Omit<AccountEdge, 'node'> & { node: ResolversParentTypes['Account'] };
  AddChatMemberInput: AddChatMemberInput;
  AddChatMemberPayload: Omit<AddChatMemberPayload, 'chat'> & { chat?: Maybe<ResolversParentTypes['Chat']> };
  AddToCartInput: AddToCartInput;
  AddToCartPayload: Omit<AddToCartPayload, 'cart'> & { cart?: Maybe<ResolversParentTypes['Cart']> };
  Attachment: ResolversUnionTypes<ResolversParentTypes>['Attachment'];
  Boolean: Scalars['Boolean']['output'];
  Cart: CartEntity;
  CartLine: CartItem;
  ChangePasswordInput: ChangePasswordInput;
  ChangePasswordPayload: Omit<ChangePasswordPayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  ChangeUserRoleInput: ChangeUserRoleInput;
  ChangeUserRolePayload: Omit<ChangeUserRolePayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  Chat: ChatEntity;
  ChatConnection: Connection<ChatEntity>;
  ChatEdge: Omit<ChatEdge, 'node'> & { node: ResolversParentTypes['Chat'] };
  ChatMember: ChatMemberEntity;
  ChatMemberConnection: Connection<ChatMemberEntity>;
  ChatMemberEdge: Omit<ChatMemberEdge, 'node'> & { node: ResolversParentTypes['ChatMember'] };
  CheckOutInput: CheckOutInput;
  CheckOutPayload: Omit<CheckOutPayload, 'order'> & { order?: Maybe<ResolversParentTypes['Order']> };
  ClearCartInput: ClearCartInput;
  ClearCartPayload: Omit<ClearCartPayload, 'cart'> & { cart?: Maybe<ResolversParentTypes['Cart']> };
  CreateProductInput: CreateProductInput;
  CreateProductPayload: Omit<CreateProductPayload, 'product'> & { product?: Maybe<ResolversParentTypes['Product']> };
  CreateShortLinkInput: CreateShortLinkInput;
  CreateShortLinkPayload: Omit<CreateShortLinkPayload, 'shortLink'> & { shortLink?: Maybe<ResolversParentTypes['ShortLink']> };
  Cursor: Scalars['Cursor']['output'];
  DateTime: Scalars['DateTime']['output'];
  Decimal: Scalars['Decimal']['output'];
  DeleteMessageInput: DeleteMessageInput;
  DeleteMessagePayload: Omit<DeleteMessagePayload, 'message'> & { message?: Maybe<ResolversParentTypes['Message']> };
  DeleteShortLinkInput: DeleteShortLinkInput;
  DeleteShortLinkPayload: Omit<DeleteShortLinkPayload, 'shortLink'> & { shortLink?: Maybe<ResolversParentTypes['ShortLink']> };
  EditMessageInput: EditMessageInput;
  EditMessagePayload: Omit<EditMessagePayload, 'message'> & { message?: Maybe<ResolversParentTypes['Message']> };
  EmailAddress: Scalars['EmailAddress']['output'];
  Float: Scalars['Float']['output'];
  HeartbeatPayload: Omit<HeartbeatPayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  Inventory: InventoryEntity;
  Loan: LoanEntity;
  LocalTime: Scalars['LocalTime']['output'];
  MarkChatReadInput: MarkChatReadInput;
  MarkChatReadPayload: Omit<MarkChatReadPayload, 'chat'> & { chat?: Maybe<ResolversParentTypes['Chat']> };
  MarkNotificationsReadInput: MarkNotificationsReadInput;
  MarkNotificationsReadPayload: MarkNotificationsReadPayload;
  Message: MessageEntity;
  MessageConnection: Connection<MessageEntity>;
  MessageEdge: Omit<MessageEdge, 'node'> & { node: ResolversParentTypes['Message'] };
  Money: Money;
  MoneyInput: MoneyInput;
  Mutation: Record<PropertyKey, never>;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  Notification: NotificationEntity;
  NotificationConnection: Connection<NotificationEntity>;
  NotificationEdge: Omit<NotificationEdge, 'node'> & { node: ResolversParentTypes['Notification'] };
  NotificationPreferences: PreferencesEntity;
  NotificationTemplate: TemplateEntity;
  OpenAccountInput: OpenAccountInput;
  OpenAccountPayload: Omit<OpenAccountPayload, 'account'> & { account?: Maybe<ResolversParentTypes['Account']> };
  Order: OrderEntity;
  OrderConnection: Connection<OrderEntity>;
  OrderEdge: Omit<OrderEdge, 'node'> & { node: ResolversParentTypes['Order'] };
  OrderLine: PricedLine;
  OrderPayment: OrderPaymentEntity;
  PageInfo: PageInfo;
  PhoneNumber: Scalars['PhoneNumber']['output'];
  Presence: PresenceEntity;
  Product: ProductEntity;
  ProductConnection: ProductList;
  ProductEdge: Omit<ProductEdge, 'node'> & { node: ResolversParentTypes['Product'] };
  ProductSearchConnection: SearchResult;
  Query: Record<PropertyKey, never>;
  QuietHours: QuietHours;
  QuietHoursInput: QuietHoursInput;
  RateLimit: RateLimit;
  RemoveChatMemberInput: RemoveChatMemberInput;
  RemoveChatMemberPayload: Omit<RemoveChatMemberPayload, 'chat'> & { chat?: Maybe<ResolversParentTypes['Chat']> };
  RemoveFromCartInput: RemoveFromCartInput;
  RemoveFromCartPayload: Omit<RemoveFromCartPayload, 'cart'> & { cart?: Maybe<ResolversParentTypes['Cart']> };
  RestockProductInput: RestockProductInput;
  RestockProductPayload: Omit<RestockProductPayload, 'product'> & { product?: Maybe<ResolversParentTypes['Product']> };
  RevokeUserSessionsInput: RevokeUserSessionsInput;
  RevokeUserSessionsPayload: RevokeUserSessionsPayload;
  SaveNotificationTemplateInput: SaveNotificationTemplateInput;
  SaveNotificationTemplatePayload: Omit<SaveNotificationTemplatePayload, 'template'> & { template?: Maybe<ResolversParentTypes['NotificationTemplate']> };
  SendMessageInput: SendMessageInput;
  SendMessagePayload: Omit<SendMessagePayload, 'message'> & { message?: Maybe<ResolversParentTypes['Message']> };
  SendNotificationInput: SendNotificationInput;
  SendNotificationPayload: Omit<SendNotificationPayload, 'notification'> & { notification?: Maybe<ResolversParentTypes['Notification']> };
  Session: SessionEntity;
  SessionConnection: Connection<SessionEntity>;
  SessionEdge: Omit<SessionEdge, 'node'> & { node: ResolversParentTypes['Session'] };
  SessionScope: SessionScope;
  SetCartQuantityInput: SetCartQuantityInput;
  SetCartQuantityPayload: Omit<SetCartQuantityPayload, 'cart'> & { cart?: Maybe<ResolversParentTypes['Cart']> };
  SetTypingInput: SetTypingInput;
  SetTypingPayload: Omit<SetTypingPayload, 'chat'> & { chat?: Maybe<ResolversParentTypes['Chat']> };
  ShortLink: LinkEntity;
  ShortLinkConnection: Connection<LinkEntity>;
  ShortLinkEdge: Omit<ShortLinkEdge, 'node'> & { node: ResolversParentTypes['ShortLink'] };
  SignInInput: SignInInput;
  SignInPayload: Omit<SignInPayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  SignOutPayload: SignOutPayload;
  SignUpInput: SignUpInput;
  SignUpPayload: Omit<SignUpPayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  StartChatInput: StartChatInput;
  StartChatPayload: Omit<StartChatPayload, 'chat'> & { chat?: Maybe<ResolversParentTypes['Chat']> };
  StepUpInput: StepUpInput;
  StepUpPayload: Omit<StepUpPayload, 'session'> & { session?: Maybe<ResolversParentTypes['Session']> };
  String: Scalars['String']['output'];
  StringMap: Scalars['StringMap']['output'];
  Subscription: Record<PropertyKey, never>;
  TimeZone: Scalars['TimeZone']['output'];
  Transaction: TransactionEntity;
  TransactionConnection: Connection<TransactionEntity>;
  TransactionEdge: Omit<TransactionEdge, 'node'> & { node: ResolversParentTypes['Transaction'] };
  TransferInput: TransferInput;
  TransferPayload: Omit<TransferPayload, 'transaction'> & { transaction?: Maybe<ResolversParentTypes['Transaction']> };
  Typing: TypingEntity;
  URL: Scalars['URL']['output'];
  UpdatePreferencesInput: UpdatePreferencesInput;
  UpdatePreferencesPayload: Omit<UpdatePreferencesPayload, 'preferences'> & { preferences?: Maybe<ResolversParentTypes['NotificationPreferences']> };
  UpdateProductInput: UpdateProductInput;
  UpdateProductPayload: Omit<UpdateProductPayload, 'product'> & { product?: Maybe<ResolversParentTypes['Product']> };
  UpdateProfileInput: UpdateProfileInput;
  UpdateProfilePayload: Omit<UpdateProfilePayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  UpdateShortLinkInput: UpdateShortLinkInput;
  UpdateShortLinkPayload: Omit<UpdateShortLinkPayload, 'shortLink'> & { shortLink?: Maybe<ResolversParentTypes['ShortLink']> };
  User: ProfileEntity;
  UserError: UserError;
};

export type CostDirectiveArgs = {
  weight: Scalars['String']['input'];
};

export type CostDirectiveResolver<Result, Parent, ContextType = Context, Args = CostDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ListSizeDirectiveArgs = {
  assumedSize?: Maybe<Scalars['Int']['input']>;
  requireOneSlicingArgument?: Maybe<Scalars['Boolean']['input']>;
  sizedFields?: Maybe<ReadonlyArray<Scalars['String']['input']>>;
  slicingArguments?: Maybe<ReadonlyArray<Scalars['String']['input']>>;
};

export type ListSizeDirectiveResolver<Result, Parent, ContextType = Context, Args = ListSizeDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AccountResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Account'] = ResolversParentTypes['Account']> = {
  balance?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  currencyCode?: Resolver<ResolversTypes['CurrencyCode'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  loans?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Loan']>>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  recentTransactions?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Transaction']>>, ParentType, ContextType>;
  transactions?: Resolver<Maybe<ResolversTypes['TransactionConnection']>, ParentType, ContextType, RequireFields<AccountTransactionsArgs, 'first'>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AccountConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AccountConnection'] = ResolversParentTypes['AccountConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['AccountEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Account']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type AccountEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AccountEdge'] = ResolversParentTypes['AccountEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Account'], ParentType, ContextType>;
};

export type AddChatMemberPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AddChatMemberPayload'] = ResolversParentTypes['AddChatMemberPayload']> = {
  chat?: Resolver<Maybe<ResolversTypes['Chat']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type AddToCartPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AddToCartPayload'] = ResolversParentTypes['AddToCartPayload']> = {
  cart?: Resolver<Maybe<ResolversTypes['Cart']>, ParentType, ContextType>;
  cartToken?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type AttachmentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Attachment'] = ResolversParentTypes['Attachment']> = {
  __resolveType: TypeResolveFn<'Product' | 'ShortLink', ParentType, ContextType>;
};

export type CartResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Cart'] = ResolversParentTypes['Cart']> = {
  itemCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  lines?: Resolver<ReadonlyArray<ResolversTypes['CartLine']>, ParentType, ContextType>;
  totals?: Resolver<ReadonlyArray<ResolversTypes['Money']>, ParentType, ContextType>;
};

export type CartLineResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CartLine'] = ResolversParentTypes['CartLine']> = {
  product?: Resolver<ResolversTypes['Product'], ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type ChangePasswordPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ChangePasswordPayload'] = ResolversParentTypes['ChangePasswordPayload']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ChangeUserRolePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ChangeUserRolePayload'] = ResolversParentTypes['ChangeUserRolePayload']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ChatResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Chat'] = ResolversParentTypes['Chat']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ChatKind'], ParentType, ContextType>;
  members?: Resolver<Maybe<ResolversTypes['ChatMemberConnection']>, ParentType, ContextType, RequireFields<ChatMembersArgs, 'first'>>;
  messages?: Resolver<Maybe<ResolversTypes['MessageConnection']>, ParentType, ContextType, RequireFields<ChatMessagesArgs, 'first'>>;
  title?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  unreadCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ChatConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ChatConnection'] = ResolversParentTypes['ChatConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ChatEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Chat']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ChatEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ChatEdge'] = ResolversParentTypes['ChatEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Chat'], ParentType, ContextType>;
};

export type ChatMemberResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ChatMember'] = ResolversParentTypes['ChatMember']> = {
  joinedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['ChatRole'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
};

export type ChatMemberConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ChatMemberConnection'] = ResolversParentTypes['ChatMemberConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ChatMemberEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['ChatMember']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ChatMemberEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ChatMemberEdge'] = ResolversParentTypes['ChatMemberEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ChatMember'], ParentType, ContextType>;
};

export type CheckOutPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CheckOutPayload'] = ResolversParentTypes['CheckOutPayload']> = {
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ClearCartPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ClearCartPayload'] = ResolversParentTypes['ClearCartPayload']> = {
  cart?: Resolver<Maybe<ResolversTypes['Cart']>, ParentType, ContextType>;
  cartToken?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type CreateProductPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CreateProductPayload'] = ResolversParentTypes['CreateProductPayload']> = {
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type CreateShortLinkPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CreateShortLinkPayload'] = ResolversParentTypes['CreateShortLinkPayload']> = {
  shortLink?: Resolver<Maybe<ResolversTypes['ShortLink']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export interface CursorScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Cursor'], any> {
  name: 'Cursor';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface DecimalScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Decimal'], any> {
  name: 'Decimal';
}

export type DeleteMessagePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeleteMessagePayload'] = ResolversParentTypes['DeleteMessagePayload']> = {
  message?: Resolver<Maybe<ResolversTypes['Message']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type DeleteShortLinkPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeleteShortLinkPayload'] = ResolversParentTypes['DeleteShortLinkPayload']> = {
  shortLink?: Resolver<Maybe<ResolversTypes['ShortLink']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type EditMessagePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EditMessagePayload'] = ResolversParentTypes['EditMessagePayload']> = {
  message?: Resolver<Maybe<ResolversTypes['Message']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export interface EmailAddressScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['EmailAddress'], any> {
  name: 'EmailAddress';
}

export type HeartbeatPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['HeartbeatPayload'] = ResolversParentTypes['HeartbeatPayload']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type InventoryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Inventory'] = ResolversParentTypes['Inventory']> = {
  status?: Resolver<ResolversTypes['StockStatus'], ParentType, ContextType>;
  stock?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type LoanResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Loan'] = ResolversParentTypes['Loan']> = {
  annualRate?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  dueAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  openedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  outstanding?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  principal?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['LoanStatus'], ParentType, ContextType>;
};

export interface LocalTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['LocalTime'], any> {
  name: 'LocalTime';
}

export type MarkChatReadPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MarkChatReadPayload'] = ResolversParentTypes['MarkChatReadPayload']> = {
  chat?: Resolver<Maybe<ResolversTypes['Chat']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type MarkNotificationsReadPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MarkNotificationsReadPayload'] = ResolversParentTypes['MarkNotificationsReadPayload']> = {
  unreadNotificationCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type MessageResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Message'] = ResolversParentTypes['Message']> = {
  attachment?: Resolver<Maybe<ResolversTypes['Attachment']>, ParentType, ContextType>;
  author?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  deletedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  editedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  sentAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  text?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MessageConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MessageConnection'] = ResolversParentTypes['MessageConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['MessageEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Message']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type MessageEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MessageEdge'] = ResolversParentTypes['MessageEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Message'], ParentType, ContextType>;
};

export type MoneyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Money'] = ResolversParentTypes['Money']> = {
  amount?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  currencyCode?: Resolver<ResolversTypes['CurrencyCode'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  addChatMember?: Resolver<ResolversTypes['AddChatMemberPayload'], ParentType, ContextType, RequireFields<MutationAddChatMemberArgs, 'input'>>;
  addToCart?: Resolver<ResolversTypes['AddToCartPayload'], ParentType, ContextType, RequireFields<MutationAddToCartArgs, 'input'>>;
  changePassword?: Resolver<ResolversTypes['ChangePasswordPayload'], ParentType, ContextType, RequireFields<MutationChangePasswordArgs, 'input'>>;
  changeUserRole?: Resolver<ResolversTypes['ChangeUserRolePayload'], ParentType, ContextType, RequireFields<MutationChangeUserRoleArgs, 'input'>>;
  checkOut?: Resolver<ResolversTypes['CheckOutPayload'], ParentType, ContextType, RequireFields<MutationCheckOutArgs, 'input'>>;
  clearCart?: Resolver<ResolversTypes['ClearCartPayload'], ParentType, ContextType, RequireFields<MutationClearCartArgs, 'input'>>;
  createProduct?: Resolver<ResolversTypes['CreateProductPayload'], ParentType, ContextType, RequireFields<MutationCreateProductArgs, 'input'>>;
  createShortLink?: Resolver<ResolversTypes['CreateShortLinkPayload'], ParentType, ContextType, RequireFields<MutationCreateShortLinkArgs, 'input'>>;
  deleteMessage?: Resolver<ResolversTypes['DeleteMessagePayload'], ParentType, ContextType, RequireFields<MutationDeleteMessageArgs, 'input'>>;
  deleteShortLink?: Resolver<ResolversTypes['DeleteShortLinkPayload'], ParentType, ContextType, RequireFields<MutationDeleteShortLinkArgs, 'input'>>;
  editMessage?: Resolver<ResolversTypes['EditMessagePayload'], ParentType, ContextType, RequireFields<MutationEditMessageArgs, 'input'>>;
  heartbeat?: Resolver<ResolversTypes['HeartbeatPayload'], ParentType, ContextType>;
  markChatRead?: Resolver<ResolversTypes['MarkChatReadPayload'], ParentType, ContextType, RequireFields<MutationMarkChatReadArgs, 'input'>>;
  markNotificationsRead?: Resolver<ResolversTypes['MarkNotificationsReadPayload'], ParentType, ContextType, RequireFields<MutationMarkNotificationsReadArgs, 'input'>>;
  openAccount?: Resolver<ResolversTypes['OpenAccountPayload'], ParentType, ContextType, RequireFields<MutationOpenAccountArgs, 'input'>>;
  removeChatMember?: Resolver<ResolversTypes['RemoveChatMemberPayload'], ParentType, ContextType, RequireFields<MutationRemoveChatMemberArgs, 'input'>>;
  removeFromCart?: Resolver<ResolversTypes['RemoveFromCartPayload'], ParentType, ContextType, RequireFields<MutationRemoveFromCartArgs, 'input'>>;
  restockProduct?: Resolver<ResolversTypes['RestockProductPayload'], ParentType, ContextType, RequireFields<MutationRestockProductArgs, 'input'>>;
  revokeUserSessions?: Resolver<ResolversTypes['RevokeUserSessionsPayload'], ParentType, ContextType, RequireFields<MutationRevokeUserSessionsArgs, 'input'>>;
  saveNotificationTemplate?: Resolver<ResolversTypes['SaveNotificationTemplatePayload'], ParentType, ContextType, RequireFields<MutationSaveNotificationTemplateArgs, 'input'>>;
  sendMessage?: Resolver<ResolversTypes['SendMessagePayload'], ParentType, ContextType, RequireFields<MutationSendMessageArgs, 'input'>>;
  sendNotification?: Resolver<ResolversTypes['SendNotificationPayload'], ParentType, ContextType, RequireFields<MutationSendNotificationArgs, 'input'>>;
  setCartQuantity?: Resolver<ResolversTypes['SetCartQuantityPayload'], ParentType, ContextType, RequireFields<MutationSetCartQuantityArgs, 'input'>>;
  setTyping?: Resolver<ResolversTypes['SetTypingPayload'], ParentType, ContextType, RequireFields<MutationSetTypingArgs, 'input'>>;
  signIn?: Resolver<ResolversTypes['SignInPayload'], ParentType, ContextType, RequireFields<MutationSignInArgs, 'input'>>;
  signOut?: Resolver<ResolversTypes['SignOutPayload'], ParentType, ContextType>;
  signOutEverywhere?: Resolver<ResolversTypes['SignOutPayload'], ParentType, ContextType>;
  signUp?: Resolver<ResolversTypes['SignUpPayload'], ParentType, ContextType, RequireFields<MutationSignUpArgs, 'input'>>;
  startChat?: Resolver<ResolversTypes['StartChatPayload'], ParentType, ContextType, RequireFields<MutationStartChatArgs, 'input'>>;
  stepUp?: Resolver<ResolversTypes['StepUpPayload'], ParentType, ContextType, RequireFields<MutationStepUpArgs, 'input'>>;
  transfer?: Resolver<ResolversTypes['TransferPayload'], ParentType, ContextType, RequireFields<MutationTransferArgs, 'input'>>;
  updatePreferences?: Resolver<ResolversTypes['UpdatePreferencesPayload'], ParentType, ContextType, RequireFields<MutationUpdatePreferencesArgs, 'input'>>;
  updateProduct?: Resolver<ResolversTypes['UpdateProductPayload'], ParentType, ContextType, RequireFields<MutationUpdateProductArgs, 'input'>>;
  updateProfile?: Resolver<ResolversTypes['UpdateProfilePayload'], ParentType, ContextType, RequireFields<MutationUpdateProfileArgs, 'input'>>;
  updateShortLink?: Resolver<ResolversTypes['UpdateShortLinkPayload'], ParentType, ContextType, RequireFields<MutationUpdateShortLinkArgs, 'input'>>;
};

export type NodeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'Account' | 'Chat' | 'Message' | 'Notification' | 'NotificationTemplate' | 'Order' | 'Product' | 'Session' | 'ShortLink' | 'Transaction' | 'User', ParentType, ContextType>;
};

export type NotificationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Notification'] = ResolversParentTypes['Notification']> = {
  attachment?: Resolver<Maybe<ResolversTypes['Attachment']>, ParentType, ContextType>;
  body?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  category?: Resolver<ResolversTypes['NotificationCategory'], ParentType, ContextType>;
  channel?: Resolver<ResolversTypes['NotificationChannel'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  deferredUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  readAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  sentAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['NotificationStatus'], ParentType, ContextType>;
  subject?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  suppressedBecause?: Resolver<Maybe<ResolversTypes['SuppressionReason']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type NotificationConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NotificationConnection'] = ResolversParentTypes['NotificationConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['NotificationEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Notification']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type NotificationEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NotificationEdge'] = ResolversParentTypes['NotificationEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Notification'], ParentType, ContextType>;
};

export type NotificationPreferencesResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NotificationPreferences'] = ResolversParentTypes['NotificationPreferences']> = {
  email?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  promotional?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  push?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  quietHours?: Resolver<Maybe<ResolversTypes['QuietHours']>, ParentType, ContextType>;
  sms?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type NotificationTemplateResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NotificationTemplate'] = ResolversParentTypes['NotificationTemplate']> = {
  body?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  category?: Resolver<ResolversTypes['NotificationCategory'], ParentType, ContextType>;
  channel?: Resolver<ResolversTypes['NotificationChannel'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  subject?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  variables?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type OpenAccountPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OpenAccountPayload'] = ResolversParentTypes['OpenAccountPayload']> = {
  account?: Resolver<Maybe<ResolversTypes['Account']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type OrderResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Order'] = ResolversParentTypes['Order']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lines?: Resolver<ReadonlyArray<ResolversTypes['OrderLine']>, ParentType, ContextType>;
  payment?: Resolver<Maybe<ResolversTypes['OrderPayment']>, ParentType, ContextType>;
  placedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['OrderStatus'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type OrderConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderConnection'] = ResolversParentTypes['OrderConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['OrderEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Order']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type OrderEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderEdge'] = ResolversParentTypes['OrderEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Order'], ParentType, ContextType>;
};

export type OrderLineResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderLine'] = ResolversParentTypes['OrderLine']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  unitPrice?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type OrderPaymentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderPayment'] = ResolversParentTypes['OrderPayment']> = {
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  paidAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  transaction?: Resolver<Maybe<ResolversTypes['Transaction']>, ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
};

export interface PhoneNumberScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['PhoneNumber'], any> {
  name: 'PhoneNumber';
}

export type PresenceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Presence'] = ResolversParentTypes['Presence']> = {
  isOnline?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  lastSeenAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type ProductResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Product'] = ResolversParentTypes['Product']> = {
  category?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  images?: Resolver<Maybe<ReadonlyArray<ResolversTypes['URL']>>, ParentType, ContextType>;
  inventory?: Resolver<Maybe<ResolversTypes['Inventory']>, ParentType, ContextType>;
  mainImage?: Resolver<Maybe<ResolversTypes['URL']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  price?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  rating?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ProductConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProductConnection'] = ResolversParentTypes['ProductConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ProductEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Product']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type ProductEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProductEdge'] = ResolversParentTypes['ProductEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Product'], ParentType, ContextType>;
};

export type ProductSearchConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProductSearchConnection'] = ResolversParentTypes['ProductSearchConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ProductEdge']>, ParentType, ContextType>;
  isTotalCapped?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Product']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  account?: Resolver<Maybe<ResolversTypes['Account']>, ParentType, ContextType, RequireFields<QueryAccountArgs, 'id'>>;
  cart?: Resolver<Maybe<ResolversTypes['Cart']>, ParentType, ContextType, RequireFields<QueryCartArgs, 'token'>>;
  chat?: Resolver<Maybe<ResolversTypes['Chat']>, ParentType, ContextType, RequireFields<QueryChatArgs, 'id'>>;
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<QueryNodeArgs, 'id'>>;
  nodes?: Resolver<ReadonlyArray<Maybe<ResolversTypes['Node']>>, ParentType, ContextType, RequireFields<QueryNodesArgs, 'ids'>>;
  notificationTemplate?: Resolver<Maybe<ResolversTypes['NotificationTemplate']>, ParentType, ContextType, RequireFields<QueryNotificationTemplateArgs, 'id'>>;
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType, RequireFields<QueryProductArgs, 'id'>>;
  products?: Resolver<Maybe<ResolversTypes['ProductConnection']>, ParentType, ContextType, RequireFields<QueryProductsArgs, 'first'>>;
  rateLimit?: Resolver<Maybe<ResolversTypes['RateLimit']>, ParentType, ContextType, RequireFields<QueryRateLimitArgs, 'dryRun'>>;
  searchProducts?: Resolver<Maybe<ResolversTypes['ProductSearchConnection']>, ParentType, ContextType, RequireFields<QuerySearchProductsArgs, 'first' | 'query'>>;
  shortLink?: Resolver<Maybe<ResolversTypes['ShortLink']>, ParentType, ContextType, RequireFields<QueryShortLinkArgs, 'code'>>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<QueryUserArgs, 'id'>>;
  userByUsername?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<QueryUserByUsernameArgs, 'username'>>;
  viewer?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
};

export type QuietHoursResolvers<ContextType = Context, ParentType extends ResolversParentTypes['QuietHours'] = ResolversParentTypes['QuietHours']> = {
  end?: Resolver<ResolversTypes['LocalTime'], ParentType, ContextType>;
  start?: Resolver<ResolversTypes['LocalTime'], ParentType, ContextType>;
  timeZone?: Resolver<ResolversTypes['TimeZone'], ParentType, ContextType>;
};

export type RateLimitResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RateLimit'] = ResolversParentTypes['RateLimit']> = {
  cost?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  limit?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  remaining?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  resetAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type RemoveChatMemberPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RemoveChatMemberPayload'] = ResolversParentTypes['RemoveChatMemberPayload']> = {
  chat?: Resolver<Maybe<ResolversTypes['Chat']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type RemoveFromCartPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RemoveFromCartPayload'] = ResolversParentTypes['RemoveFromCartPayload']> = {
  cart?: Resolver<Maybe<ResolversTypes['Cart']>, ParentType, ContextType>;
  cartToken?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type RestockProductPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RestockProductPayload'] = ResolversParentTypes['RestockProductPayload']> = {
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type RevokeUserSessionsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RevokeUserSessionsPayload'] = ResolversParentTypes['RevokeUserSessionsPayload']> = {
  endedSessions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SaveNotificationTemplatePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SaveNotificationTemplatePayload'] = ResolversParentTypes['SaveNotificationTemplatePayload']> = {
  template?: Resolver<Maybe<ResolversTypes['NotificationTemplate']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SendMessagePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SendMessagePayload'] = ResolversParentTypes['SendMessagePayload']> = {
  message?: Resolver<Maybe<ResolversTypes['Message']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SendNotificationPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SendNotificationPayload'] = ResolversParentTypes['SendNotificationPayload']> = {
  notification?: Resolver<Maybe<ResolversTypes['Notification']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SessionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Session'] = ResolversParentTypes['Session']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isCurrent?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  scopes?: Resolver<ReadonlyArray<ResolversTypes['SessionScope']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SessionConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SessionConnection'] = ResolversParentTypes['SessionConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['SessionEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Session']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type SessionEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SessionEdge'] = ResolversParentTypes['SessionEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
};

export type SessionScopeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SessionScope'] = ResolversParentTypes['SessionScope']> = {
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  scope?: Resolver<ResolversTypes['Scope'], ParentType, ContextType>;
};

export type SetCartQuantityPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SetCartQuantityPayload'] = ResolversParentTypes['SetCartQuantityPayload']> = {
  cart?: Resolver<Maybe<ResolversTypes['Cart']>, ParentType, ContextType>;
  cartToken?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SetTypingPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SetTypingPayload'] = ResolversParentTypes['SetTypingPayload']> = {
  chat?: Resolver<Maybe<ResolversTypes['Chat']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ShortLinkResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ShortLink'] = ResolversParentTypes['ShortLink']> = {
  clicks?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  owner?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  shortUrl?: Resolver<ResolversTypes['URL'], ParentType, ContextType>;
  url?: Resolver<ResolversTypes['URL'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ShortLinkConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ShortLinkConnection'] = ResolversParentTypes['ShortLinkConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ShortLinkEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['ShortLink']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ShortLinkEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ShortLinkEdge'] = ResolversParentTypes['ShortLinkEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ShortLink'], ParentType, ContextType>;
};

export type SignInPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SignInPayload'] = ResolversParentTypes['SignInPayload']> = {
  token?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SignOutPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SignOutPayload'] = ResolversParentTypes['SignOutPayload']> = {
  endedSessions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SignUpPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SignUpPayload'] = ResolversParentTypes['SignUpPayload']> = {
  token?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type StartChatPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StartChatPayload'] = ResolversParentTypes['StartChatPayload']> = {
  chat?: Resolver<Maybe<ResolversTypes['Chat']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type StepUpPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StepUpPayload'] = ResolversParentTypes['StepUpPayload']> = {
  session?: Resolver<Maybe<ResolversTypes['Session']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export interface StringMapScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['StringMap'], any> {
  name: 'StringMap';
}

export type SubscriptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  messageAdded?: SubscriptionResolver<Maybe<ResolversTypes['Message']>, "messageAdded", ParentType, ContextType, RequireFields<SubscriptionMessageAddedArgs, 'chatId'>>;
  notificationReceived?: SubscriptionResolver<Maybe<ResolversTypes['Notification']>, "notificationReceived", ParentType, ContextType, Partial<SubscriptionNotificationReceivedArgs>>;
  presenceChanged?: SubscriptionResolver<Maybe<ResolversTypes['User']>, "presenceChanged", ParentType, ContextType, RequireFields<SubscriptionPresenceChangedArgs, 'userIds'>>;
  typing?: SubscriptionResolver<Maybe<ResolversTypes['Typing']>, "typing", ParentType, ContextType, RequireFields<SubscriptionTypingArgs, 'chatId'>>;
};

export interface TimeZoneScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['TimeZone'], any> {
  name: 'TimeZone';
}

export type TransactionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Transaction'] = ResolversParentTypes['Transaction']> = {
  account?: Resolver<Maybe<ResolversTypes['Account']>, ParentType, ContextType>;
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  balanceAfter?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  counterpartyAccountId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['TransactionKind'], ParentType, ContextType>;
  note?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TransactionConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TransactionConnection'] = ResolversParentTypes['TransactionConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['TransactionEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Transaction']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type TransactionEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TransactionEdge'] = ResolversParentTypes['TransactionEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Transaction'], ParentType, ContextType>;
};

export type TransferPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TransferPayload'] = ResolversParentTypes['TransferPayload']> = {
  transaction?: Resolver<Maybe<ResolversTypes['Transaction']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type TypingResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Typing'] = ResolversParentTypes['Typing']> = {
  until?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
};

export interface UrlScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['URL'], any> {
  name: 'URL';
}

export type UpdatePreferencesPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UpdatePreferencesPayload'] = ResolversParentTypes['UpdatePreferencesPayload']> = {
  preferences?: Resolver<Maybe<ResolversTypes['NotificationPreferences']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type UpdateProductPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UpdateProductPayload'] = ResolversParentTypes['UpdateProductPayload']> = {
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type UpdateProfilePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UpdateProfilePayload'] = ResolversParentTypes['UpdateProfilePayload']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type UpdateShortLinkPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UpdateShortLinkPayload'] = ResolversParentTypes['UpdateShortLinkPayload']> = {
  shortLink?: Resolver<Maybe<ResolversTypes['ShortLink']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type UserResolvers<ContextType = Context, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User']> = {
  accounts?: Resolver<Maybe<ResolversTypes['AccountConnection']>, ParentType, ContextType, RequireFields<UserAccountsArgs, 'first'>>;
  avatarUrl?: Resolver<Maybe<ResolversTypes['URL']>, ParentType, ContextType>;
  cart?: Resolver<Maybe<ResolversTypes['Cart']>, ParentType, ContextType>;
  chats?: Resolver<Maybe<ResolversTypes['ChatConnection']>, ParentType, ContextType, RequireFields<UserChatsArgs, 'first'>>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  displayName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  email?: Resolver<Maybe<ResolversTypes['EmailAddress']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  notifications?: Resolver<Maybe<ResolversTypes['NotificationConnection']>, ParentType, ContextType, RequireFields<UserNotificationsArgs, 'first'>>;
  orders?: Resolver<Maybe<ResolversTypes['OrderConnection']>, ParentType, ContextType, RequireFields<UserOrdersArgs, 'first'>>;
  phone?: Resolver<Maybe<ResolversTypes['PhoneNumber']>, ParentType, ContextType>;
  preferences?: Resolver<Maybe<ResolversTypes['NotificationPreferences']>, ParentType, ContextType>;
  presence?: Resolver<Maybe<ResolversTypes['Presence']>, ParentType, ContextType>;
  role?: Resolver<Maybe<ResolversTypes['Role']>, ParentType, ContextType>;
  sessions?: Resolver<Maybe<ResolversTypes['SessionConnection']>, ParentType, ContextType, RequireFields<UserSessionsArgs, 'first'>>;
  shortLinks?: Resolver<Maybe<ResolversTypes['ShortLinkConnection']>, ParentType, ContextType, RequireFields<UserShortLinksArgs, 'first'>>;
  statusMessage?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  unreadNotificationCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  username?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  Account?: AccountResolvers<ContextType>;
  AccountConnection?: AccountConnectionResolvers<ContextType>;
  AccountEdge?: AccountEdgeResolvers<ContextType>;
  AddChatMemberPayload?: AddChatMemberPayloadResolvers<ContextType>;
  AddToCartPayload?: AddToCartPayloadResolvers<ContextType>;
  Attachment?: AttachmentResolvers<ContextType>;
  Cart?: CartResolvers<ContextType>;
  CartLine?: CartLineResolvers<ContextType>;
  ChangePasswordPayload?: ChangePasswordPayloadResolvers<ContextType>;
  ChangeUserRolePayload?: ChangeUserRolePayloadResolvers<ContextType>;
  Chat?: ChatResolvers<ContextType>;
  ChatConnection?: ChatConnectionResolvers<ContextType>;
  ChatEdge?: ChatEdgeResolvers<ContextType>;
  ChatMember?: ChatMemberResolvers<ContextType>;
  ChatMemberConnection?: ChatMemberConnectionResolvers<ContextType>;
  ChatMemberEdge?: ChatMemberEdgeResolvers<ContextType>;
  CheckOutPayload?: CheckOutPayloadResolvers<ContextType>;
  ClearCartPayload?: ClearCartPayloadResolvers<ContextType>;
  CreateProductPayload?: CreateProductPayloadResolvers<ContextType>;
  CreateShortLinkPayload?: CreateShortLinkPayloadResolvers<ContextType>;
  Cursor?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  Decimal?: GraphQLScalarType;
  DeleteMessagePayload?: DeleteMessagePayloadResolvers<ContextType>;
  DeleteShortLinkPayload?: DeleteShortLinkPayloadResolvers<ContextType>;
  EditMessagePayload?: EditMessagePayloadResolvers<ContextType>;
  EmailAddress?: GraphQLScalarType;
  HeartbeatPayload?: HeartbeatPayloadResolvers<ContextType>;
  Inventory?: InventoryResolvers<ContextType>;
  Loan?: LoanResolvers<ContextType>;
  LocalTime?: GraphQLScalarType;
  MarkChatReadPayload?: MarkChatReadPayloadResolvers<ContextType>;
  MarkNotificationsReadPayload?: MarkNotificationsReadPayloadResolvers<ContextType>;
  Message?: MessageResolvers<ContextType>;
  MessageConnection?: MessageConnectionResolvers<ContextType>;
  MessageEdge?: MessageEdgeResolvers<ContextType>;
  Money?: MoneyResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  Notification?: NotificationResolvers<ContextType>;
  NotificationConnection?: NotificationConnectionResolvers<ContextType>;
  NotificationEdge?: NotificationEdgeResolvers<ContextType>;
  NotificationPreferences?: NotificationPreferencesResolvers<ContextType>;
  NotificationTemplate?: NotificationTemplateResolvers<ContextType>;
  OpenAccountPayload?: OpenAccountPayloadResolvers<ContextType>;
  Order?: OrderResolvers<ContextType>;
  OrderConnection?: OrderConnectionResolvers<ContextType>;
  OrderEdge?: OrderEdgeResolvers<ContextType>;
  OrderLine?: OrderLineResolvers<ContextType>;
  OrderPayment?: OrderPaymentResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  PhoneNumber?: GraphQLScalarType;
  Presence?: PresenceResolvers<ContextType>;
  Product?: ProductResolvers<ContextType>;
  ProductConnection?: ProductConnectionResolvers<ContextType>;
  ProductEdge?: ProductEdgeResolvers<ContextType>;
  ProductSearchConnection?: ProductSearchConnectionResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  QuietHours?: QuietHoursResolvers<ContextType>;
  RateLimit?: RateLimitResolvers<ContextType>;
  RemoveChatMemberPayload?: RemoveChatMemberPayloadResolvers<ContextType>;
  RemoveFromCartPayload?: RemoveFromCartPayloadResolvers<ContextType>;
  RestockProductPayload?: RestockProductPayloadResolvers<ContextType>;
  RevokeUserSessionsPayload?: RevokeUserSessionsPayloadResolvers<ContextType>;
  SaveNotificationTemplatePayload?: SaveNotificationTemplatePayloadResolvers<ContextType>;
  SendMessagePayload?: SendMessagePayloadResolvers<ContextType>;
  SendNotificationPayload?: SendNotificationPayloadResolvers<ContextType>;
  Session?: SessionResolvers<ContextType>;
  SessionConnection?: SessionConnectionResolvers<ContextType>;
  SessionEdge?: SessionEdgeResolvers<ContextType>;
  SessionScope?: SessionScopeResolvers<ContextType>;
  SetCartQuantityPayload?: SetCartQuantityPayloadResolvers<ContextType>;
  SetTypingPayload?: SetTypingPayloadResolvers<ContextType>;
  ShortLink?: ShortLinkResolvers<ContextType>;
  ShortLinkConnection?: ShortLinkConnectionResolvers<ContextType>;
  ShortLinkEdge?: ShortLinkEdgeResolvers<ContextType>;
  SignInPayload?: SignInPayloadResolvers<ContextType>;
  SignOutPayload?: SignOutPayloadResolvers<ContextType>;
  SignUpPayload?: SignUpPayloadResolvers<ContextType>;
  StartChatPayload?: StartChatPayloadResolvers<ContextType>;
  StepUpPayload?: StepUpPayloadResolvers<ContextType>;
  StringMap?: GraphQLScalarType;
  Subscription?: SubscriptionResolvers<ContextType>;
  TimeZone?: GraphQLScalarType;
  Transaction?: TransactionResolvers<ContextType>;
  TransactionConnection?: TransactionConnectionResolvers<ContextType>;
  TransactionEdge?: TransactionEdgeResolvers<ContextType>;
  TransferPayload?: TransferPayloadResolvers<ContextType>;
  Typing?: TypingResolvers<ContextType>;
  URL?: GraphQLScalarType;
  UpdatePreferencesPayload?: UpdatePreferencesPayloadResolvers<ContextType>;
  UpdateProductPayload?: UpdateProductPayloadResolvers<ContextType>;
  UpdateProfilePayload?: UpdateProfilePayloadResolvers<ContextType>;
  UpdateShortLinkPayload?: UpdateShortLinkPayloadResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  cost?: CostDirectiveResolver<any, any, ContextType>;
  listSize?: ListSizeDirectiveResolver<any, any, ContextType>;
};
