import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Profile as ProfileEntity } from '../../datasources/users/profiles.ts';
import type { Session as SessionEntity } from '../../datasources/users/sessions.ts';
import type { Connection } from '../connection.ts';
import type { Product as ProductEntity, ProductList } from '../../datasources/shop/products.ts';
import type { Inventory as InventoryEntity } from '../../datasources/shop/inventory.ts';
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
  /** A phone number, E.164, such as `+41791234567`. */
  PhoneNumber: { input: string; output: string; }
  /** An absolute http or https URL without a password, at most 2,048 characters. */
  URL: { input: URL; output: string; }
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

/** How many of a product there are. */
export type Inventory = {
  readonly __typename?: 'Inventory';
  /** The same, for showing. */
  readonly status: StockStatus;
  /** Items left. */
  readonly stock: Scalars['Int']['output'];
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
  /** Sets a new password and ends all other sessions of the user. */
  readonly changePassword: ChangePasswordPayload;
  /** Gives a user another role, at once in all of the user's sessions. For admins. */
  readonly changeUserRole: ChangeUserRolePayload;
  /** Adds a product to the catalogue. For admins. */
  readonly createProduct: CreateProductPayload;
  /** Adds to a product's stock. For admins. */
  readonly restockProduct: RestockProductPayload;
  /** Ends all sessions of another user. For admins. */
  readonly revokeUserSessions: RevokeUserSessionsPayload;
  /** Opens a session. An unknown name and a wrong password are answered alike, in the same time. */
  readonly signIn: SignInPayload;
  /** Ends this session, at once on every gateway. */
  readonly signOut: SignOutPayload;
  /** Ends all sessions of the signed-in user, this one included. */
  readonly signOutEverywhere: SignOutPayload;
  /** Makes an account and signs it in. */
  readonly signUp: SignUpPayload;
  /** Proves the password again: opens the `BANK` scope of this session, and renews `SHOP`. */
  readonly stepUp: StepUpPayload;
  /** Changes a product; what is left out stays as it is. Readers see the change at once. For admins. */
  readonly updateProduct: UpdateProductPayload;
  /** Changes the signed-in user's profile; what is left out stays as it is. */
  readonly updateProfile: UpdateProfilePayload;
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
export type MutationCreateProductArgs = {
  input: CreateProductInput;
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
export type MutationSignInArgs = {
  input: SignInInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationSignUpArgs = {
  input: SignUpInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationStepUpArgs = {
  input: StepUpInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationUpdateProductArgs = {
  input: UpdateProductInput;
};


/** Where a change starts. Every mutation answers with what it changed and with `userErrors` to show to the user. */
export type MutationUpdateProfileArgs = {
  input: UpdateProfileInput;
};

/** An object with a global id. */
export type Node = {
  /** Opaque, and unique over all types. */
  readonly id: Scalars['ID']['output'];
};

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

/** Where a query starts. */
export type Query = {
  readonly __typename?: 'Query';
  /** Any object by its global id. An id of nothing gives null and a `NOT_FOUND` error; a malformed one `BAD_USER_INPUT`. */
  readonly node: Maybe<Node>;
  /** Up to 100 objects by their global ids, in the order asked for, read in one batch. */
  readonly nodes: ReadonlyArray<Maybe<Node>>;
  /** A product by its global id. */
  readonly product: Maybe<Product>;
  /** Products, newest first. */
  readonly products: Maybe<ProductConnection>;
  /** A user's profile. */
  readonly user: Maybe<User>;
  /** A user's profile by exact user name; null and `NOT_FOUND` where nobody has it. */
  readonly userByUsername: Maybe<User>;
  /** The signed-in user; null for an anonymous caller. */
  readonly viewer: Maybe<User>;
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
export type QueryUserArgs = {
  id: Scalars['ID']['input'];
};


/** Where a query starts. */
export type QueryUserByUsernameArgs = {
  username: Scalars['String']['input'];
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

/** The rights that a session can have. */
export type Scope =
  /** Accounts and transfers. 15 minutes, extended by use; opened by `stepUp`. */
  | 'BANK'
  /** Profile, chats, notifications. 7 days from signing in. */
  | 'CHAT'
  /** Cart and orders. 1 hour, extended by every request. */
  | 'SHOP';

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

/** Who signs in. */
export type SignInInput = {
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

/** Somebody with an account. */
export type User = Node & {
  readonly __typename?: 'User';
  /** A picture, if there is one. */
  readonly avatarUrl: Maybe<Scalars['URL']['output']>;
  /** When the account was made. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** What others see. */
  readonly displayName: Scalars['String']['output'];
  /** Only for oneself and for admins. */
  readonly email: Maybe<Scalars['EmailAddress']['output']>;
  /** Global id. */
  readonly id: Scalars['ID']['output'];
  /** Only for oneself and for admins. */
  readonly phone: Maybe<Scalars['PhoneNumber']['output']>;
  /** Only for oneself and for admins. */
  readonly role: Maybe<Role>;
  /** Live sessions, newest first. Only for oneself. */
  readonly sessions: Maybe<SessionConnection>;
  /** A line about how it goes, if there is one. */
  readonly statusMessage: Maybe<Scalars['String']['output']>;
  /** Unique and unchangeable. */
  readonly username: Scalars['String']['output'];
};


/** Somebody with an account. */
export type UserSessionsArgs = {
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
  /** Somebody has this e-mail address already. */
  | 'EMAIL_TAKEN'
  /** The name and password do not belong together; which of them is wrong is not said. */
  | 'INVALID_CREDENTIALS'
  /** Empty, or longer than the field may be. */
  | 'INVALID_LENGTH'
  /** 10 to 128 characters. */
  | 'INVALID_PASSWORD'
  /** A price must be positive. */
  | 'INVALID_PRICE'
  /** A quantity must be between 1 and 1,000,000. */
  | 'INVALID_QUANTITY'
  /** 3 to 30 characters: lower-case letters, digits, `_`; a letter first. */
  | 'INVALID_USERNAME'
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




/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Node:
    | ( ProductEntity )
    | ( SessionEntity )
    | ( ProfileEntity )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  ChangePasswordInput: ChangePasswordInput;
  ChangePasswordPayload: ResolverTypeWrapper<Omit<ChangePasswordPayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  ChangeUserRoleInput: ChangeUserRoleInput;
  ChangeUserRolePayload: ResolverTypeWrapper<Omit<ChangeUserRolePayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  CreateProductInput: CreateProductInput;
  CreateProductPayload: ResolverTypeWrapper<Omit<CreateProductPayload, 'product'> & { product?: Maybe<ResolversTypes['Product']> }>;
  CurrencyCode: CurrencyCode;
  Cursor: ResolverTypeWrapper<Scalars['Cursor']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Decimal: ResolverTypeWrapper<Scalars['Decimal']['output']>;
  EmailAddress: ResolverTypeWrapper<Scalars['EmailAddress']['output']>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Inventory: ResolverTypeWrapper<InventoryEntity>;
  Money: ResolverTypeWrapper<Money>;
  MoneyInput: MoneyInput;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  PhoneNumber: ResolverTypeWrapper<Scalars['PhoneNumber']['output']>;
  Product: ResolverTypeWrapper<ProductEntity>;
  ProductConnection: ResolverTypeWrapper<ProductList>;
  ProductEdge: ResolverTypeWrapper<Omit<ProductEdge, 'node'> & { node: ResolversTypes['Product'] }>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RestockProductInput: RestockProductInput;
  RestockProductPayload: ResolverTypeWrapper<Omit<RestockProductPayload, 'product'> & { product?: Maybe<ResolversTypes['Product']> }>;
  RevokeUserSessionsInput: RevokeUserSessionsInput;
  RevokeUserSessionsPayload: ResolverTypeWrapper<RevokeUserSessionsPayload>;
  Role: Role;
  Scope: Scope;
  Session: ResolverTypeWrapper<SessionEntity>;
  SessionConnection: ResolverTypeWrapper<Connection<SessionEntity>>;
  SessionEdge: ResolverTypeWrapper<Omit<SessionEdge, 'node'> & { node: ResolversTypes['Session'] }>;
  SessionScope: ResolverTypeWrapper<SessionScope>;
  SignInInput: SignInInput;
  SignInPayload: ResolverTypeWrapper<Omit<SignInPayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  SignOutPayload: ResolverTypeWrapper<SignOutPayload>;
  SignUpInput: SignUpInput;
  SignUpPayload: ResolverTypeWrapper<Omit<SignUpPayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  StepUpInput: StepUpInput;
  StepUpPayload: ResolverTypeWrapper<Omit<StepUpPayload, 'session'> & { session?: Maybe<ResolversTypes['Session']> }>;
  StockStatus: StockStatus;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  URL: ResolverTypeWrapper<Scalars['URL']['output']>;
  UpdateProductInput: UpdateProductInput;
  UpdateProductPayload: ResolverTypeWrapper<Omit<UpdateProductPayload, 'product'> & { product?: Maybe<ResolversTypes['Product']> }>;
  UpdateProfileInput: UpdateProfileInput;
  UpdateProfilePayload: ResolverTypeWrapper<Omit<UpdateProfilePayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  User: ResolverTypeWrapper<ProfileEntity>;
  UserError: ResolverTypeWrapper<UserError>;
  UserErrorCode: UserErrorCode;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Boolean: Scalars['Boolean']['output'];
  ChangePasswordInput: ChangePasswordInput;
  ChangePasswordPayload: Omit<ChangePasswordPayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  ChangeUserRoleInput: ChangeUserRoleInput;
  ChangeUserRolePayload: Omit<ChangeUserRolePayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  CreateProductInput: CreateProductInput;
  CreateProductPayload: Omit<CreateProductPayload, 'product'> & { product?: Maybe<ResolversParentTypes['Product']> };
  Cursor: Scalars['Cursor']['output'];
  DateTime: Scalars['DateTime']['output'];
  Decimal: Scalars['Decimal']['output'];
  EmailAddress: Scalars['EmailAddress']['output'];
  Float: Scalars['Float']['output'];
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  Inventory: InventoryEntity;
  Money: Money;
  MoneyInput: MoneyInput;
  Mutation: Record<PropertyKey, never>;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  PageInfo: PageInfo;
  PhoneNumber: Scalars['PhoneNumber']['output'];
  Product: ProductEntity;
  ProductConnection: ProductList;
  ProductEdge: Omit<ProductEdge, 'node'> & { node: ResolversParentTypes['Product'] };
  Query: Record<PropertyKey, never>;
  RestockProductInput: RestockProductInput;
  RestockProductPayload: Omit<RestockProductPayload, 'product'> & { product?: Maybe<ResolversParentTypes['Product']> };
  RevokeUserSessionsInput: RevokeUserSessionsInput;
  RevokeUserSessionsPayload: RevokeUserSessionsPayload;
  Session: SessionEntity;
  SessionConnection: Connection<SessionEntity>;
  SessionEdge: Omit<SessionEdge, 'node'> & { node: ResolversParentTypes['Session'] };
  SessionScope: SessionScope;
  SignInInput: SignInInput;
  SignInPayload: Omit<SignInPayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  SignOutPayload: SignOutPayload;
  SignUpInput: SignUpInput;
  SignUpPayload: Omit<SignUpPayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  StepUpInput: StepUpInput;
  StepUpPayload: Omit<StepUpPayload, 'session'> & { session?: Maybe<ResolversParentTypes['Session']> };
  String: Scalars['String']['output'];
  URL: Scalars['URL']['output'];
  UpdateProductInput: UpdateProductInput;
  UpdateProductPayload: Omit<UpdateProductPayload, 'product'> & { product?: Maybe<ResolversParentTypes['Product']> };
  UpdateProfileInput: UpdateProfileInput;
  UpdateProfilePayload: Omit<UpdateProfilePayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  User: ProfileEntity;
  UserError: UserError;
};

export type ChangePasswordPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ChangePasswordPayload'] = ResolversParentTypes['ChangePasswordPayload']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ChangeUserRolePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ChangeUserRolePayload'] = ResolversParentTypes['ChangeUserRolePayload']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type CreateProductPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CreateProductPayload'] = ResolversParentTypes['CreateProductPayload']> = {
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
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

export interface EmailAddressScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['EmailAddress'], any> {
  name: 'EmailAddress';
}

export type InventoryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Inventory'] = ResolversParentTypes['Inventory']> = {
  status?: Resolver<ResolversTypes['StockStatus'], ParentType, ContextType>;
  stock?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type MoneyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Money'] = ResolversParentTypes['Money']> = {
  amount?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  currencyCode?: Resolver<ResolversTypes['CurrencyCode'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  changePassword?: Resolver<ResolversTypes['ChangePasswordPayload'], ParentType, ContextType, RequireFields<MutationChangePasswordArgs, 'input'>>;
  changeUserRole?: Resolver<ResolversTypes['ChangeUserRolePayload'], ParentType, ContextType, RequireFields<MutationChangeUserRoleArgs, 'input'>>;
  createProduct?: Resolver<ResolversTypes['CreateProductPayload'], ParentType, ContextType, RequireFields<MutationCreateProductArgs, 'input'>>;
  restockProduct?: Resolver<ResolversTypes['RestockProductPayload'], ParentType, ContextType, RequireFields<MutationRestockProductArgs, 'input'>>;
  revokeUserSessions?: Resolver<ResolversTypes['RevokeUserSessionsPayload'], ParentType, ContextType, RequireFields<MutationRevokeUserSessionsArgs, 'input'>>;
  signIn?: Resolver<ResolversTypes['SignInPayload'], ParentType, ContextType, RequireFields<MutationSignInArgs, 'input'>>;
  signOut?: Resolver<ResolversTypes['SignOutPayload'], ParentType, ContextType>;
  signOutEverywhere?: Resolver<ResolversTypes['SignOutPayload'], ParentType, ContextType>;
  signUp?: Resolver<ResolversTypes['SignUpPayload'], ParentType, ContextType, RequireFields<MutationSignUpArgs, 'input'>>;
  stepUp?: Resolver<ResolversTypes['StepUpPayload'], ParentType, ContextType, RequireFields<MutationStepUpArgs, 'input'>>;
  updateProduct?: Resolver<ResolversTypes['UpdateProductPayload'], ParentType, ContextType, RequireFields<MutationUpdateProductArgs, 'input'>>;
  updateProfile?: Resolver<ResolversTypes['UpdateProfilePayload'], ParentType, ContextType, RequireFields<MutationUpdateProfileArgs, 'input'>>;
};

export type NodeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'Product' | 'Session' | 'User', ParentType, ContextType>;
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

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<QueryNodeArgs, 'id'>>;
  nodes?: Resolver<ReadonlyArray<Maybe<ResolversTypes['Node']>>, ParentType, ContextType, RequireFields<QueryNodesArgs, 'ids'>>;
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType, RequireFields<QueryProductArgs, 'id'>>;
  products?: Resolver<Maybe<ResolversTypes['ProductConnection']>, ParentType, ContextType, RequireFields<QueryProductsArgs, 'first'>>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<QueryUserArgs, 'id'>>;
  userByUsername?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<QueryUserByUsernameArgs, 'username'>>;
  viewer?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
};

export type RestockProductPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RestockProductPayload'] = ResolversParentTypes['RestockProductPayload']> = {
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type RevokeUserSessionsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RevokeUserSessionsPayload'] = ResolversParentTypes['RevokeUserSessionsPayload']> = {
  endedSessions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
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

export type StepUpPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StepUpPayload'] = ResolversParentTypes['StepUpPayload']> = {
  session?: Resolver<Maybe<ResolversTypes['Session']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export interface UrlScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['URL'], any> {
  name: 'URL';
}

export type UpdateProductPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UpdateProductPayload'] = ResolversParentTypes['UpdateProductPayload']> = {
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type UpdateProfilePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UpdateProfilePayload'] = ResolversParentTypes['UpdateProfilePayload']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type UserResolvers<ContextType = Context, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User']> = {
  avatarUrl?: Resolver<Maybe<ResolversTypes['URL']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  displayName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  email?: Resolver<Maybe<ResolversTypes['EmailAddress']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  phone?: Resolver<Maybe<ResolversTypes['PhoneNumber']>, ParentType, ContextType>;
  role?: Resolver<Maybe<ResolversTypes['Role']>, ParentType, ContextType>;
  sessions?: Resolver<Maybe<ResolversTypes['SessionConnection']>, ParentType, ContextType, RequireFields<UserSessionsArgs, 'first'>>;
  statusMessage?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  username?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  ChangePasswordPayload?: ChangePasswordPayloadResolvers<ContextType>;
  ChangeUserRolePayload?: ChangeUserRolePayloadResolvers<ContextType>;
  CreateProductPayload?: CreateProductPayloadResolvers<ContextType>;
  Cursor?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  Decimal?: GraphQLScalarType;
  EmailAddress?: GraphQLScalarType;
  Inventory?: InventoryResolvers<ContextType>;
  Money?: MoneyResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  PhoneNumber?: GraphQLScalarType;
  Product?: ProductResolvers<ContextType>;
  ProductConnection?: ProductConnectionResolvers<ContextType>;
  ProductEdge?: ProductEdgeResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RestockProductPayload?: RestockProductPayloadResolvers<ContextType>;
  RevokeUserSessionsPayload?: RevokeUserSessionsPayloadResolvers<ContextType>;
  Session?: SessionResolvers<ContextType>;
  SessionConnection?: SessionConnectionResolvers<ContextType>;
  SessionEdge?: SessionEdgeResolvers<ContextType>;
  SessionScope?: SessionScopeResolvers<ContextType>;
  SignInPayload?: SignInPayloadResolvers<ContextType>;
  SignOutPayload?: SignOutPayloadResolvers<ContextType>;
  SignUpPayload?: SignUpPayloadResolvers<ContextType>;
  StepUpPayload?: StepUpPayloadResolvers<ContextType>;
  URL?: GraphQLScalarType;
  UpdateProductPayload?: UpdateProductPayloadResolvers<ContextType>;
  UpdateProfilePayload?: UpdateProfilePayloadResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
};

