/**
 * The tabs a first visit finds, in this order: one entry each, nothing else to do for another domain. A test validates
 * every entry against the schema. The shape is described in example-tabs.d.ts.
 *
 * Trap: GraphiQL finds the tab's title with a regular expression, which skips only comments at the start of a line: an
 * indented comment that says "query something" would become the title.
 *
 * At a window 1280 wide some 50 characters fit on a line.
 */
export const exampleTabs = [
  {
    name: 'Catalogue',
    query: `# What is in the shop. Prices are decimal strings,
# never floats; prices and stock are never older
# than the last acknowledged change.
#
# Press Ctrl-Enter to run it. For the next page
# put pageInfo.endCursor into the variable
# "after".

query Catalogue($category: String, $after: Cursor) {
  products(category: $category, first: 10, after: $after) {
    nodes {
      id
      name
      price { amount currencyCode }
      inventory { stock status }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
    variables: { category: null, after: null },
  },
  {
    name: 'Product',
    query: `# One product; the variables hold the id of a seeded
# one. Its long text is read only when it is asked
# for.

query Product($id: ID!) {
  product(id: $id) {
    name
    category
    rating
    description
    price { amount currencyCode }
    inventory { stock status }
  }
}
`,
    variables: { id: 'MTpQcm9kdWN0OjE' },
  },
  {
    name: 'Shopping',
    login: 'alice',
    query: `# From the search to the order. Pages of a search are
# cached as ids: prices and stocks are those of this
# moment, there as in the cart.

query Search($words: String!, $after: Cursor) {
  searchProducts(query: $words, first: 5, after: $after) {
    totalCount
    isTotalCapped
    nodes {
      id
      name
      price { amount currencyCode }
      inventory { stock status }
    }
    pageInfo { hasNextPage endCursor }
  }
}

query Cart {
  viewer {
    cart {
      itemCount
      totals { amount currencyCode }
      lines {
        quantity
        product { id name }
        total { amount currencyCode }
      }
    }
    orders(first: 3) {
      nodes {
        status
        placedAt
        total { amount currencyCode }
        lines { name quantity }
      }
    }
  }
}

mutation AddToCart($item: AddToCartInput!) {
  addToCart(input: $item) {
    cart { itemCount totals { amount currencyCode } }
    userErrors { code message field }
  }
}

# Run it again with the same key: the same order, and
# nothing is bought twice. Run StepUp in its tab, add
# payFromAccountId: "MTpBY2NvdW50OjEz" and it is paid
# in the same step.
mutation CheckOut($order: CheckOutInput!) {
  checkOut(input: $order) {
    order {
      id
      status
      total { amount currencyCode }
    }
    userErrors { code message field }
  }
}
`,
    variables: {
      words: 'copper ket',
      after: null,
      item: { productId: 'MTpQcm9kdWN0OjQ2', quantity: 1 },
      order: { idempotencyKey: 'order-1', currencyCode: 'EUR' },
    },
  },
  {
    name: 'Me',
    query: `# Who the Authorization header below says you are;
# without it the viewer is null. In development
# choose another login in the bar above and run it
# again.

query Me {
  viewer {
    id
    username
    displayName
    email
    sessions {
      nodes {
        id
        createdAt
        isCurrent
        scopes { scope expiresAt }
      }
    }
  }
}
`,
  },
  {
    name: 'Notifications',
    login: 'alice',
    query: `# What was sent to you, newest first: the newest
# twenty from the cache, the rest from Postgres.
# For the next page put pageInfo.endCursor into the
# variable "after".

query Notifications($after: Cursor) {
  viewer {
    preferences {
      email
      sms
      push
      promotional
      quietHours { start end timeZone }
    }
    unreadNotificationCount
    notifications(first: 20, after: $after) {
      nodes { id subject body status createdAt readAt }
      pageInfo { hasNextPage endCursor }
    }
  }
}

# Nothing but security messages arrives at night.
mutation QuietNights {
  updatePreferences(input: {
    quietHours: { start: "22:00", end: "07:00", timeZone: "Europe/Zurich" }
  }) {
    preferences { quietHours { start end timeZone } }
    userErrors { code message field }
  }
}
`,
    variables: { after: null },
  },
  {
    name: 'Send a notification',
    login: 'service',
    query: `# As the backend does. Run it again with the same
# key: it is answered as the first time, and sent
# once. Leave a variable out, or send eleven e-mails
# with eleven keys, to see what is refused.

mutation SendNotification($input: SendNotificationInput!) {
  sendNotification(input: $input) {
    notification {
      id
      status
      suppressedBecause
      subject
      body
      deferredUntil
    }
    userErrors { code message field }
  }
}
`,
    variables: {
      input: {
        userId: 'MTpVc2VyOjE',
        templateId: 'MTpOb3RpZmljYXRpb25UZW1wbGF0ZTox',
        variables: { name: 'Alice', number: '2001', day: 'Friday' },
        idempotencyKey: 'order-2001-shipped',
      },
    },
  },
  {
    name: 'Sign up and sign in',
    login: 'anonymous',
    query: `# What a person can put right comes back in
# userErrors with a code and the field it belongs
# to; sign up twice to see one.

mutation SignUp {
  signUp(input: { username: "dora", password: "correct horse battery", email: "dora@example.com" }) {
    user { id username }
    userErrors { code message field }
  }
}

# The token goes into the header {"Authorization":
# "Bearer …"}. A wrong password and an unknown
# name get the same answer.
mutation SignIn {
  signIn(input: { username: "alice", password: "password" }) {
    token
    user { id username }
    userErrors { code message field }
  }
}
`,
  },
  {
    name: 'Edit a product',
    login: 'admin',
    query: `# This tab is signed in as admin; anybody else
# gets FORBIDDEN. Run the Product tab, then this, then
# Product again: the new price is there at once,
# though the old one was cached.

mutation EditProduct($input: UpdateProductInput!) {
  updateProduct(input: $input) {
    product {
      id
      name
      price { amount currencyCode }
    }
    userErrors { code message field }
  }
}
`,
    variables: {
      input: { id: 'MTpQcm9kdWN0OjE', price: { amount: '19.90', currencyCode: 'EUR' } },
    },
  },
  {
    name: 'Chats',
    login: 'alice',
    query: `# Your chats, the one with the latest message first.
# Messages come from the cache, older ones from
# Postgres: page through the group and see no seam.

query Chats($first: Int, $after: Cursor) {
  viewer {
    chats {
      nodes {
        id
        kind
        title
        unreadCount
        members(first: 5) {
          nodes { role user { displayName } }
        }
        messages(first: $first, after: $after) {
          nodes {
            id
            text
            sentAt
            author { displayName }
            attachment {
              ... on Product { name price { amount currencyCode } }
              ... on ShortLink { shortUrl }
            }
          }
          pageInfo { hasNextPage endCursor }
        }
      }
    }
  }
}

# Repeating a clientMessageId sends nothing twice.
mutation Send($input: SendMessageInput!) {
  sendMessage(input: $input) {
    message { id text }
    userErrors { code message field }
  }
}

# Run this in one tab and Send in another.
subscription Live($chatId: ID!) {
  messageAdded(chatId: $chatId) { id text author { displayName } }
}
`,
    variables: {
      first: 3,
      after: null,
      chatId: 'MTpDaGF0OjE',
      input: { chatId: 'MTpDaGF0OjE', text: 'Hello', clientMessageId: 'hello-1' },
    },
  },
  {
    name: 'Bank',
    login: 'alice',
    query: `# The bank wants the password again every quarter of
# an hour: without it every field here says
# STEP_UP_REQUIRED. Run this first.

mutation StepUp {
  stepUp(input: { password: "password" }) {
    session { scopes { scope expiresAt } }
    userErrors { code message field }
  }
}

query Accounts {
  viewer {
    accounts {
      nodes {
        id
        name
        balance { amount currencyCode }
        recentTransactions {
          kind
          amount { amount }
          balanceAfter { amount }
          note
          createdAt
        }
        loans { outstanding { amount } annualRate dueAt }
      }
    }
  }
}

# Once it is answered no gateway shows an old balance.
# The same key again is answered as the first time, and
# nothing moves twice.
mutation Transfer($transfer: TransferInput!) {
  transfer(input: $transfer) {
    transaction {
      amount { amount currencyCode }
      balanceAfter { amount currencyCode }
    }
    userErrors { code message field }
  }
}
`,
    variables: {
      transfer: {
        fromAccountId: 'MTpBY2NvdW50OjEz',
        toAccountId: 'MTpBY2NvdW50OjE1',
        amount: { amount: '12.50', currencyCode: 'EUR' },
        note: 'Lunch',
        idempotencyKey: 'lunch-1',
      },
    },
  },
  {
    name: 'Short links',
    login: 'alice',
    query: `# Open a shortUrl in another tab of the browser, and
# look again after some seconds: it was counted.

query Links {
  viewer {
    shortLinks {
      nodes {
        shortUrl
        url
        clicks
        createdAt
        expiresAt
      }
    }
  }
}

# Anybody may ask what is behind a code.
query Behind($code: String!) {
  shortLink(code: $code) { url owner { displayName } }
}

mutation Shorten($link: CreateShortLinkInput!) {
  createShortLink(input: $link) {
    shortLink { id code shortUrl }
    userErrors { code message field }
  }
}
`,
    variables: {
      code: 'alice-learn',
      link: { url: 'https://graphql.org/learn/queries/', alias: 'queries' },
    },
  },
];
