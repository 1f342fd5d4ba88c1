import { toGlobalId } from '../../schema/global-id.ts';
import { dataOf, query, type Workload } from './workload.ts';

const text = `query History($id: ID!) {
  chat(id: $id) {
    id kind title
    messages(first: 20) { nodes { id text sentAt author { id username displayName avatarUrl } } }
  }
}`;

export const history: Workload = {
  name: 'history',
  about: 'The newest 20 messages of a chat with their authors, for a member who is signed in.',
  keys: ({ chats }) => chats.length,
  request({ population: { chats }, place }) {
    const { chatId = '', token } = chats[place] ?? {};
    return query(text, { id: toGlobalId('Chat', chatId) }, token);
  },
  read: (body) => dataOf(body)['chat'],
};
