import { parseArgs } from 'node:util';
import { serveExample } from './serve.ts';

const { values } = parseArgs({
  options: {
    gateway: { type: 'string', default: 'http://127.0.0.1:4000' },
    port: { type: 'string', default: '4001' },
  },
});
const graphqlUrl = new URL('/graphql', values.gateway).href;
const { url } = await serveExample({ port: Number(values.port), graphqlUrl: () => graphqlUrl });
process.stdout.write(`\n  The example   ${url}\n  asks          ${graphqlUrl}\n\n`);
