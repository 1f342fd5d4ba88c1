/**
 * What the workloads ask for, with the names and the types of the gateway's contract. `@cacheControl` is read by Apollo's plugin and
 * by Yoga's; it means nothing to the others.
 */
export const typeDefs = /* GraphQL */ `
  directive @cacheControl(
    maxAge: Int
    scope: CacheControlScope
    inheritMaxAge: Boolean
  ) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION

  enum CacheControlScope {
    PUBLIC
    PRIVATE
  }

  scalar URL
  scalar DateTime
  scalar Decimal

  type Query {
    product(id: ID!): Product
    products(category: String, first: Int = 20): ProductConnection
    chat(id: ID!): Chat @cacheControl(scope: PRIVATE)
  }

  type Mutation {
    updateProduct(input: UpdateProductInput!): UpdateProductPayload!
  }

  type Product {
    id: ID!
    name: String!
    price: Money!
    category: String!
    rating: Float
    inventory: Inventory
    mainImage: URL
    images: [URL!]
    description: String
  }

  type Money {
    amount: Decimal!
    currencyCode: CurrencyCode!
  }

  enum CurrencyCode {
    CHF
    EUR
    GBP
    JPY
    KWD
    USD
  }

  type Inventory {
    stock: Int!
    status: StockStatus!
  }

  enum StockStatus {
    IN_STOCK
    LOW_STOCK
    OUT_OF_STOCK
  }

  type ProductConnection {
    nodes: [Product!]!
  }

  type Chat {
    id: ID!
    kind: ChatKind!
    title: String
    messages(first: Int = 20): MessageConnection
  }

  enum ChatKind {
    DIRECT
    GROUP
  }

  type MessageConnection {
    nodes: [Message!]!
  }

  type Message {
    id: ID!
    author: User
    text: String
    sentAt: DateTime!
  }

  type User {
    id: ID!
    username: String!
    displayName: String!
    avatarUrl: URL
  }

  input UpdateProductInput {
    id: ID!
    price: MoneyInput
  }

  input MoneyInput {
    amount: Decimal!
    currencyCode: CurrencyCode!
  }

  type UpdateProductPayload {
    product: Product
    userErrors: [UserError!]!
  }

  type UserError {
    code: String!
    message: String!
  }
`;
