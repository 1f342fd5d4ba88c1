import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { projectRoot } from '../../config/project-root.ts';

export type Encoding = 'br' | 'gzip';

export interface Asset {
  readonly type: string;
  readonly body: Buffer;
  /** First 16 hex digits of the content's SHA-256; in the address it makes the answer cacheable for ever. */
  readonly hash: string;
  /** The body compressed: once, when first asked for. */
  compressed(encoding: Encoding): Promise<Buffer>;
}

interface AssetFile {
  readonly type: string;
  /** Where the file is while the gateway runs from its sources; throws when the package is not installed. */
  source(): string;
}

const script = 'text/javascript; charset=utf-8';
const style = 'text/css; charset=utf-8';

/** The only files there are. A name that is not here cannot be asked for, so no path can be climbed. */
const files = new Map<string, AssetFile>([
  ['react.js', { type: script, source: () => fromPackage('react', 'umd/react.production.min.js') }],
  [
    'react-dom.js',
    { type: script, source: () => fromPackage('react-dom', 'umd/react-dom.production.min.js') },
  ],
  ['graphiql.min.js', { type: script, source: () => fromPackage('graphiql', 'graphiql.min.js') }],
  ['graphiql.min.css', { type: style, source: () => fromPackage('graphiql', 'graphiql.min.css') }],
  ['client.js', { type: script, source: () => fromHere('client.js') }],
  ['logins.js', { type: script, source: () => fromHere('logins.js') }],
  ['example-tabs.js', { type: script, source: () => fromHere('example-tabs.js') }],
  ['client.css', { type: style, source: () => fromHere('client.css') }],
  ['favicon.svg', { type: 'image/svg+xml', source: () => fromHere('favicon.svg') }],
]);

/** `dist/graphiql`, seen from the compiled `dist/src/http/graphiql/assets.js`; the build fills it. */
const packaged = fileURLToPath(new URL('../../../graphiql/', import.meta.url));

/** Reads every asset. Rejects when they are neither packaged beside the compiled code nor installed. */
export async function loadAssets(): Promise<ReadonlyMap<string, Asset>> {
  const pathOf = existsSync(packaged)
    ? (name: string) => join(packaged, name)
    : (_name: string, file: AssetFile) => file.source();
  return new Map(
    await Promise.all(
      [...files].map(
        async ([name, file]) => [name, createAsset(file.type, await readFile(pathOf(name, file)))] as const,
      ),
    ),
  );
}

/** For the build: copies every asset into one flat folder (`dist/graphiql`), so that production needs no GraphiQL package. */
export async function copyAssets(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all([...files].map(([name, file]) => copyFile(file.source(), join(folder, name))));
}

function createAsset(type: string, body: Buffer): Asset {
  const done = new Map<Encoding, Promise<Buffer>>();
  return {
    type,
    body,
    hash: createHash('sha256').update(body).digest('hex').slice(0, 16),
    compressed(encoding) {
      const running = done.get(encoding) ?? compress[encoding](body);
      done.set(encoding, running);
      return running;
    },
  };
}

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);

const compress: Record<Encoding, (body: Buffer) => Promise<Buffer>> = {
  // Quality 11 would take seconds for GraphiQL's megabyte; 5 takes some 30 ms for a tenth more.
  br: (body) => brotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (body) => gzipped(body),
};

function fromPackage(name: string, file: string): string {
  // GraphiQL's `exports` hide its UMD build, so the package is found by its package.json and the file from there.
  return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), file);
}

function fromHere(file: string): string {
  return join(projectRoot(import.meta.url), 'src/http/graphiql/client', file);
}
