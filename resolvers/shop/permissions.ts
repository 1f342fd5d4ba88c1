import { admin, everybody, type Permissions } from '../../src/auth/rules.ts';

export const permissions = {
  Query: {
    product: everybody,
    products: everybody,
  },
  Mutation: {
    createProduct: admin,
    updateProduct: admin,
    restockProduct: admin,
  },
  Product: {
    id: everybody,
    name: everybody,
    price: everybody,
    category: everybody,
    rating: everybody,
    inventory: everybody,
    mainImage: everybody,
    images: everybody,
    description: everybody,
    createdAt: everybody,
  },
  Inventory: {
    stock: everybody,
    status: everybody,
  },
  ProductConnection: {
    edges: everybody,
    nodes: everybody,
    pageInfo: everybody,
    totalCount: everybody,
  },
  ProductEdge: {
    cursor: everybody,
    node: everybody,
  },
  CreateProductPayload: {
    product: admin,
    userErrors: admin,
  },
  UpdateProductPayload: {
    product: admin,
    userErrors: admin,
  },
  RestockProductPayload: {
    product: admin,
    userErrors: admin,
  },
} satisfies Permissions;
