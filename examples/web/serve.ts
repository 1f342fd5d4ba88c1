import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { buildSync } from 'esbuild';

const app = path.join(import.meta.dirname, 'app');
const host = '127.0.0.1';

export interface ExampleServer {
  /** Where the page is, such as `http://127.0.0.1:4001`. */
  readonly url: string;
  close(): Promise<void>;
}

interface Options {
  /** 0 takes a free one. */
  readonly port: number;
  /** Address of the gateway's GraphQL, once it is known. */
  readonly graphqlUrl: () => string;
}

/** Serves the example. Everything is read and bundled anew for each visit, so that a reload shows what was changed. */
export async function serveExample({ port, graphqlUrl }: Options): Promise<ExampleServer> {
  const server = createServer((request, response) => {
    answer(request.url ?? '/', response, graphqlUrl()).catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(url: string, response: ServerResponse, graphqlUrl: string): Promise<void> {
  const send = (type: string, body: string) =>
    response
      .writeHead(200, {
        'content-type': `${type}; charset=utf-8`,
        'content-security-policy': policy(graphqlUrl),
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      })
      .end(body);
  switch (new URL(url, graphqlUrl).pathname) {
    case '/':
      return void send('text/html', (await text('index.html')).replace('{{gateway}}', graphqlUrl));
    case '/style.css':
      return void send('text/css', await text('style.css'));
    case '/main.js':
      return void send('text/javascript', bundle());
    default:
      response.writeHead(404, { 'content-type': 'text/plain' }).end('There is nothing here.');
  }
}

const text = (file: string) => readFile(path.join(app, file), 'utf8');

/** The page's own files, and the gateway: whatever else a script may want to reach, it cannot. */
function policy(graphqlUrl: string): string {
  const { origin } = new URL(graphqlUrl);
  return [
    ...["default-src 'none'", "script-src 'self'", "style-src 'self'", 'img-src data:'],
    `connect-src ${origin} ${origin.replace(/^http/, 'ws')}`,
    ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
  ].join('; ');
}

function bundle(): string {
  const { outputFiles } = buildSync({
    entryPoints: [path.join(app, 'main.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    sourcemap: 'inline',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
  });
  return outputFiles[0]?.text ?? '';
}
