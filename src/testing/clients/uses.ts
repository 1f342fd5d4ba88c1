import { templateVariables, type Login, type Seeded } from './seeded.ts';

/** How an operation is called once: by whom, and with what. Left out is nobody, and no variables. */
export interface Use {
  readonly as?: Login;
  /** Whether the caller has given the password once more, for the bank. */
  readonly steppedUp?: boolean;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** How a subscription is heard, and what brings an event to it. */
export interface LiveUse extends Use {
  readonly as: Login;
  readonly cause: Use & { readonly mutation: string };
}

/** Of queries, which change nothing: they can be asked in any order. */
export function usesOfQueries({ users, products, group, accounts, template, cartToken }: Seeded) {
  const alice = { as: 'alice' } as const;
  const inTheBank = { as: 'alice', steppedUp: true } as const;
  return {
    Accounts: inTheBank,
    Account: { ...inTheBank, variables: { id: accounts[0] } },
    Chats: alice,
    Chat: { ...alice, variables: { id: group } },
    Links: alice,
    ShortLink: { variables: { code: 'alice-learn' } },
    NotificationCentre: alice,
    Catalogue: { variables: { category: 'kitchen' } },
    Product: { variables: { id: products[0] } },
    Search: { variables: { query: 'copper kettle' } },
    Cart: alice,
    Orders: { ...inTheBank },
    Me: alice,
    RateLimit: {},
    Somebody: { ...alice, variables: { id: users.bob } },
    SomebodyByName: { ...alice, variables: { username: 'bob' } },
    Anything: { ...alice, variables: { id: users.bob, ids: [products[1], group] } },

    MobileHome: alice,
    MobileProfile: { ...alice, variables: { id: users.carol } },
    MobileRefresh: { ...alice, variables: { ids: [...products.slice(0, 10), group] } },
    MobileCatalogue: {},
    MobileProduct: { variables: { id: products[0] } },
    MobileSearch: { variables: { query: 'copper' } },
    VisitorCart: { variables: { token: cartToken } },
    MobileOrders: alice,
    MobileMessages: { ...alice, variables: { chatId: group } },
    MobileNotifications: alice,
    MobileBalances: inTheBank,
    MobileAccount: { ...inTheBank, variables: { id: accounts[0] } },

    Template: { as: 'service', variables: { id: template } },
    StockReport: { as: 'admin', variables: { category: 'garden' } },
    CatalogueEntries: { as: 'service', variables: { ids: products } },
    LinkTarget: { as: 'service', variables: { code: 'bob-learn' } },
    UserRecord: { as: 'admin', variables: { username: 'alice' } },
    Receivers: { as: 'service', variables: { ids: [users.alice, users.bob, users.carol] } },
  } satisfies Readonly<Record<string, Use>>;
}

/** Of mutations, in an order in which each finds what it needs. */
export function usesOfMutations({ users, products, group, messages, accounts, ...seeded }: Seeded) {
  const alice = { as: 'alice' } as const;
  const inTheBank = { as: 'alice', steppedUp: true } as const;
  const admin = { as: 'admin' } as const;
  const soon = new Date(Date.now() + 86_400_000).toISOString();
  const transfer = { from: accounts[0], to: seeded.bobsAccount, amount: '12.50', currencyCode: 'EUR' };
  return {
    SignUp: { variables: { input: { username: 'dora', password: 'correct horse' } } },
    SignIn: { variables: { username: 'dora', password: 'correct horse' } },
    MobileSignIn: { variables: { username: 'dora', password: 'correct horse' } },
    StepUp: { ...alice, variables: { password: 'password' } },
    UpdateProfile: { ...alice, variables: { input: { statusMessage: 'Back at five' } } },
    Heartbeat: alice,
    MobileHeartbeat: alice,
    ChangeUserRole: { ...admin, variables: { userId: users.carol, role: 'USER' } },

    UpdatePreferences: { ...alice, variables: { input: { promotional: false } } },
    MarkNotificationsRead: { ...alice, variables: { ids: [seeded.notification] } },
    SaveNotificationTemplate: {
      ...admin,
      variables: {
        input: { name: 'Hello', channel: 'PUSH', category: 'TRANSACTIONAL', body: 'Hello {{name}}' },
      },
    },
    SendNotification: {
      as: 'service',
      variables: {
        ...{ userId: users.alice, templateId: seeded.template },
        ...{ variables: templateVariables, idempotencyKey: 'clients-1' },
      },
    },

    StartChat: { ...alice, variables: { input: { userIds: [users.bob], title: 'Tea' } } },
    AddChatMember: { as: 'carol', variables: { chatId: group, userId: users.admin } },
    RemoveChatMember: { as: 'carol', variables: { chatId: group, userId: users.admin } },
    SendMessage: { ...alice, variables: { chatId: group, text: 'Rain.', clientMessageId: 'clients-1' } },
    MobileSendMessage: { ...alice, variables: { chatId: group, text: 'Sun.', clientMessageId: 'clients-2' } },
    EditMessage: { ...alice, variables: { id: messages[0], text: 'Watered the beans and the peas.' } },
    DeleteMessage: { ...alice, variables: { id: messages[1] } },
    MarkChatRead: { ...alice, variables: { chatId: group } },
    SetTyping: { ...alice, variables: { chatId: group } },

    CreateProduct: {
      ...admin,
      variables: {
        input: {
          name: 'Wok',
          category: 'kitchen',
          price: { amount: '30.00', currencyCode: 'EUR' },
          stock: 3,
        },
      },
    },
    UpdateProduct: {
      ...admin,
      variables: { id: products[2], price: { amount: '18.00', currencyCode: 'USD' } },
    },
    RestockProduct: { ...admin, variables: { id: products[1], quantity: 100 } },
    ClearCart: alice,
    AddToCart: { ...alice, variables: { productId: products[1], quantity: 2 } },
    MobileAddToCart: { variables: { productId: products[1], cartToken: seeded.cartToken } },
    SetCartQuantity: { ...alice, variables: { productId: products[1], quantity: 3 } },
    CheckOut: { ...inTheBank, variables: { idempotencyKey: 'clients-1' } },
    RemoveFromCart: { ...alice, variables: { productId: products[1] } },

    OpenAccount: { ...inTheBank, variables: { name: 'Travel', currencyCode: 'JPY' } },
    Transfer: { ...inTheBank, variables: { ...transfer, idempotencyKey: 'clients-1' } },

    CreateShortLink: { ...alice, variables: { url: 'https://example.com/tea', alias: 'alice-tea' } },
    UpdateShortLink: { ...alice, variables: { code: 'alice-tea', url: 'https://example.com/coffee' } },
    DeleteShortLink: { ...alice, variables: { code: 'alice-tea' } },
    CreateCampaignLink: {
      as: 'service',
      variables: { url: 'https://example.com/spring', alias: 'spring', expiresAt: soon },
    },
    ProlongCampaignLink: { as: 'service', variables: { code: 'spring', expiresAt: soon } },

    // Those that end sessions come last.
    ChangePassword: {
      as: 'bob',
      variables: { input: { currentPassword: 'password', newPassword: 'correct horse battery' } },
    },
    RevokeUserSessions: { ...admin, variables: { userId: users.bob } },
    SignOut: { as: 'carol' },
    SignOutEverywhere: alice,
  } satisfies Readonly<Record<string, Use>>;
}

/** Of subscriptions: who listens, and which mutation by whom brings an event. */
export function usesOfSubscriptions({ users, group, ...seeded }: Seeded) {
  const bob = { as: 'bob', mutation: 'SendMessage' } as const;
  const notify = {
    as: 'service',
    mutation: 'SendNotification',
    variables: { userId: users.bob, templateId: seeded.template, variables: templateVariables },
  } as const;
  const hear = { as: 'alice', variables: { chatId: group } } as const;
  return {
    MessageAdded: {
      ...hear,
      cause: { ...bob, variables: { chatId: group, text: 'Hail.', clientMessageId: 'live-1' } },
    },
    MobileMessageAdded: {
      ...hear,
      cause: { ...bob, variables: { chatId: group, text: 'Snow.', clientMessageId: 'live-2' } },
    },
    Typing: { ...hear, cause: { as: 'bob', mutation: 'SetTyping', variables: { chatId: group } } },
    PresenceChanged: {
      as: 'alice',
      variables: { userIds: [users.carol] },
      cause: { as: 'carol', mutation: 'Heartbeat' },
    },
    NotificationReceived: {
      as: 'bob',
      cause: { ...notify, variables: { ...notify.variables, idempotencyKey: 'live-1' } },
    },
    MobileNotificationReceived: {
      as: 'bob',
      cause: { ...notify, variables: { ...notify.variables, idempotencyKey: 'live-2' } },
    },
  } satisfies Readonly<Record<string, LiveUse>>;
}
