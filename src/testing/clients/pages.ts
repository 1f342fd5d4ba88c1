/** A page as a front-end would ask for it at once: dearer than most that the clients here ask. */
export interface Page {
  readonly name: string;
  readonly about: string;
  readonly text: string;
}

export const pages: readonly Page[] = [
  {
    name: 'Home',
    about: 'notifications, chats with their last messages, and the cart',
    text: `{
      viewer {
        displayName avatarUrl unreadNotificationCount
        notifications(first: 20) { nodes { id subject body createdAt readAt } }
        chats(first: 10) {
          nodes { id kind title unreadCount messages(first: 1) { nodes { text sentAt author { displayName avatarUrl } } } }
        }
        cart {
          itemCount
          totals { amount currencyCode }
          lines { quantity total { amount currencyCode } product { id name mainImage price { amount currencyCode } } }
        }
      }
    }`,
  },
  {
    name: 'Orders with products',
    about: '20 orders, and what each has of which products',
    text: `{
      viewer {
        orders(first: 20) {
          nodes {
            id status placedAt
            total { amount currencyCode }
            lines { name quantity product { id name mainImage price { amount currencyCode } } }
          }
        }
      }
    }`,
  },
  {
    name: 'Results',
    about: '20 products that a search finds, with pictures and stock',
    text: `{
      searchProducts(query: "copper kettle", first: 20) {
        totalCount
        nodes { id name mainImage images rating price { amount currencyCode } inventory { stock status } }
      }
    }`,
  },
  {
    name: 'Conversation',
    about: '50 messages with their authors',
    text: `{
      chat(id: "any") {
        title unreadCount
        messages(first: 50) { nodes { id text sentAt editedAt author { id displayName avatarUrl } } }
      }
    }`,
  },
  {
    name: 'Statement',
    about: 'an account with 100 transactions',
    text: `{
      account(id: "any") {
        name
        balance { amount currencyCode }
        transactions(first: 100) {
          nodes { id kind note createdAt amount { amount currencyCode } balanceAfter { amount currencyCode } }
        }
      }
    }`,
  },
];

/** How long lists are for most people; pages that are not named are full. By `<type>.<field>`. */
export const usualSizes: Readonly<Record<string, number>> = {
  'Cart.lines': 4,
  'Cart.totals': 1,
  'Order.lines': 3,
  'User.accounts': 3,
  'User.sessions': 3,
  'Session.scopes': 2,
  'Account.recentTransactions': 10,
  'Account.loans': 1,
  'Chat.members': 5,
};
